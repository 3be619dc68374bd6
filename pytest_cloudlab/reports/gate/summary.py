"""The outcome in Markdown, for the summary of a GitHub Actions job or a comment."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.evidence import write_atomically
from pytest_cloudlab.material.finding import Finding
from pytest_cloudlab.material.outcome import Outcome
from pytest_cloudlab.redaction import clean, plain
from pytest_cloudlab.reports.gate import RULE_S_FAULT, closing, counted, told, uri

MOST_BYTES = 1_000_000
"""GitHub takes 1 MiB of a step, and drops a longer summary whole."""
LONGEST_QUOTE = 160
_ACTIVE = re.compile(r"[^\w\s,.;'\"%/?()\-\u00a1-\U0010ffff]|_")
"""What Markdown or HTML may take for markup."""
_BACKTICK = f"&#{ord('`')};"


def write(outcome: Outcome, path: Path, *, above: str = "", link: str = "") -> None:
    """Write the outcome to `path`. Raises `UsageError` when that cannot be written."""
    write_atomically(path, text(outcome, above=above, link=link).encode("utf-8", "replace"))


def append(outcome: Outcome, path: Path, *, above: str = "", link: str = "") -> None:
    """Add the outcome to the step's summary, where commands before may have written, in one piece."""
    try:
        there = path.stat().st_size if path.exists() else 0
        data = text(outcome, above=above, link=link, room=MOST_BYTES - there).encode("utf-8", "replace")
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, data)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be written ({error.strerror or error})", remedy="Check GITHUB_STEP_SUMMARY."
        ) from error


def text(outcome: Outcome, *, above: str = "", link: str = "", room: int = MOST_BYTES) -> str:
    """`link` is the address of the repository's files, e.g. `https://…/blob/main/`; places are links then."""
    parts = [f"## Course material\n\n{_escaped(closing(outcome))}\n"]
    if outcome.broken:
        told_of = "".join(f"- {_escaped(told(one))}\n" for one in outcome.broken)
        parts.append(f"### Could not look\n\n{RULE_S_FAULT}\n\n{told_of}")
    if outcome.by_rule:
        parts.append("".join(_by_rule(outcome)))
    if outcome.errors:
        parts.append("### Errors\n\n")
        parts += _listed(outcome.errors, above, link)
    if outcome.warnings:
        folded = f"<details><summary>{counted(len(outcome.warnings), 'warning')}</summary>\n\n"
        parts += [folded, *_listed(outcome.warnings, above, link), "\n</details>\n"]
    return _fitted(parts, room)


def _by_rule(outcome: Outcome) -> Iterator[str]:
    titles = {rule.id: rule.title for rule in outcome.rules}
    yield "\n| rule | | errors | warnings |\n|---|---|---:|---:|\n"
    for rule, (errors, warnings) in outcome.by_rule.items():
        yield f"| {_escaped(rule)} | {_escaped(titles.get(rule, ''))} | {errors} | {warnings} |\n"
    yield "\n"


def _listed(findings: Iterable[Finding], above: str, link: str) -> Iterator[str]:
    for finding in findings:
        place = finding.place
        path = above + place.path
        where = f"<b>{_escaped(f'{path}:{place.line}')}</b>"
        if link:
            address = f"{link}{uri(path)}?plain=1#L{place.line}"
            where = f'<a href="{address}">{where}</a>'
        remedy = f"<br>→ {_worded(finding.remedy)}" if finding.remedy else ""
        shown = plain(finding.quote, LONGEST_QUOTE)
        line = f"<br><code>{_escaped(shown)}</code>" if shown else ""
        yield f"- {where} {_worded(finding.message)} ({_escaped(finding.rule)}){line}{remedy}\n"


def _fitted(parts: list[str], room: int) -> str:
    """As many parts as there is room for, and how many are missing."""
    kept: list[str] = []
    for index, part in enumerate(parts):
        size = len(part.encode("utf-8", "replace"))
        if size > room - 200:
            closed = "\n</details>\n" if any(one.startswith("<details>") for one in kept) else ""
            return (
                "".join(kept)
                + closed
                + f"\n…and {len(parts) - index} more: cloudlab gate --warnings shows all.\n"
            )
        room -= size
        kept.append(part)
    return "".join(kept)


def _worded(text: str) -> str:
    """A message: what stands between backticks is code."""
    escaped = _escaped(clean(text))
    words = escaped.split(_BACKTICK)
    if len(words) % 2 == 0:
        return escaped
    return "".join(f"<code>{word}</code>" if at % 2 else word for at, word in enumerate(words))


def _escaped(text: str) -> str:
    return _ACTIVE.sub(lambda found: f"&#{ord(found[0])};", " ".join(plain(text, 4_000).split()))
