"""The tables of docs/gate.md, from the rules and from what they find on the sample courses.

`python -m tests.docs.gate_tables` writes them into the page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pytest_cloudlab.material.rule import Rule, load_rules
from tests.docs.markdown import page
from tests.material.samples import outcome_of, planted, planted_tables, sightings

PAGE = page("docs/gate.md")
WIDEST = 60
MEANINGFUL = 12


def rules() -> list[Rule]:
    return sorted(load_rules(), key=lambda rule: rule.id)


def example_of(rule: str) -> str:
    """What the list of planted defects says shows it best, else the shortest line."""
    defects = planted_tables().get(rule, [])
    shown = [one["shows"] for one in defects if "shows" in one]
    lines = sorted((one["line"] for one in defects), key=lambda line: (len(line) < MEANINGFUL, len(line)))
    return next(iter([*shown, *lines]), "")


def code(line: str) -> str:
    """As inline code in a cell of a table."""
    text = line if len(line) <= WIDEST else line[: WIDEST - 1] + "…"
    ticks = "``" if "`" in text else "`"
    pad = " " if "`" in text else ""
    return f"{ticks}{pad}{text}{pad}{ticks}".replace("|", "\\|") if text else ""


def rule_table() -> Iterator[str]:
    yield "| rule | | what is wrong | such as |"
    yield "|---|---|---|---|"
    for rule in rules():
        yield f"| `{rule.id}` | {rule.severity} | {rule.title} | {code(example_of(rule.id))} |"


def precision_table() -> Iterator[str]:
    yield "| rule | planted | of these found | also found | found in the correct course |"
    yield "|---|---|---|---|---|"
    wanted, found, correct = planted(), sightings(outcome_of("planted")), sightings(outcome_of("correct"))
    totals = Counter[str]()
    for rule in rules():
        mine, there, false = (_of(rule.id, counter) for counter in (wanted, found, correct))
        counts = (mine.total(), (mine & there).total(), (there - mine).total(), false.total())
        totals.update(dict(zip("abcd", counts, strict=True)))
        yield f"| `{rule.id}` | " + " | ".join(map(str, counts)) + " |"
    yield "| all | " + " | ".join(str(totals[each]) for each in "abcd") + " |"


def _of(rule: str, counter: Counter[tuple[str, str, str]]) -> Counter[tuple[str, str, str]]:
    return Counter({one: count for one, count in counter.items() if one[0] == rule})


TABLES = {"rules": rule_table, "precision": precision_table}


def between(name: str, text: str) -> re.Match[str]:
    found = re.search(rf"(<!-- {name} -->\n)(.*?)(<!-- /{name} -->)", text, re.DOTALL)
    assert found, f"the page has no place for the table {name!r}"
    return found


def write() -> None:
    text = PAGE.path.read_text("utf-8")
    for name, table in TABLES.items():
        place = between(name, text)
        text = text[: place.start(2)] + "\n" + "\n".join(table()) + "\n\n" + text[place.end(2) :]
    PAGE.path.write_text(text, "utf-8")


if __name__ == "__main__":
    write()
