"""Rules asked about a course, and what is left of what they say."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.material import gate as module
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.rule import rule as a_rule
from tests.material.gating import (
    BUILD,
    FILES,
    RULES,
    SHIP,
    breaks,
    crashes,
    gate_of,
    named_once,
    no_fish,
    no_oops,
    outcome_of,
    rules_of,
    said,
)

BUILDS = [
    "docs/build.md:3:5 warning no-fish",
    "docs/build.md:6:6 error no-oops",
    "docs/build.md:10:1 error no-oops",
    "docs/build.md:11:1 error no-oops",
]


def test_findings_are_sorted_by_place_and_know_their_line() -> None:
    outcome = outcome_of()
    assert said(outcome) == BUILDS
    first = outcome.errors[0]
    assert (first.heading, first.quote, first.remedy) == ("build", "echo oops", "Say something else.")
    assert (outcome.pages, outcome.blocks, outcome.status) == (2, 3, 1)
    assert (len(outcome.errors), len(outcome.warnings)) == (3, 1)
    assert outcome.by_rule == {"no-oops": (3, 0), "no-fish": (0, 1)}


def test_a_finding_belongs_to_its_block_its_page_or_the_course() -> None:
    """Rules for the course may find something on a page; what stands elsewhere is the course's."""
    files = {**FILES, "docs/again.md": "# Build\n", "mkdocs.yml": "theme: material\n"}
    looks = {look.name: [one.rule for one in look.findings] for look in outcome_of(files).looks}
    assert looks["docs/build.md::build::1"] == ["no-oops"]
    assert looks["docs/build.md::build::2"] == ["no-oops", "no-oops"]
    assert looks["docs/build.md"] == ["named-once", "no-fish"]
    assert looks["docs/ship.md"] == []
    assert looks["course"] == ["site-named"]
    assert list(looks)[-1] == "course"


def test_parts_can_be_asked_alone() -> None:
    """As pytest's items do; they say the same as the whole."""
    gate = gate_of()
    parts = [gate.about_block("docs/build.md", "docs/build.md::build::2"), gate.about_page("docs/build.md")]
    whole = {look.name: look for look in gate_of().outcome().looks}
    assert [part.findings for part in parts] == [whole[part.name].findings for part in parts]


def test_warnings_alone_leave_the_gate_open() -> None:
    outcome = outcome_of(rules=rules_of(no_fish))
    assert (outcome.status, len(outcome.warnings)) == (0, 1)


def test_a_finding_may_differ_from_its_rule_in_severity() -> None:
    @a_rule("mild", severity=Severity.ERROR, scope="course")
    def mild(course: Course) -> Iterator[Found]:
        yield Found(Place("docs/ship.md", 1), "Fine for now.", severity=Severity.WARNING)

    assert outcome_of(rules=rules_of(mild)).status == 0


def test_the_same_thing_said_twice_counts_once() -> None:
    @a_rule("twice", severity=Severity.ERROR, scope="course")
    def twice(course: Course) -> Iterator[Found]:
        for _ in range(2):
            yield Found(Place("docs/ship.md", 1), "Said again.")
        yield Found(Place("docs/ship.md", 1), "Said otherwise.")

    assert len(outcome_of(rules=rules_of(twice)).findings) == 2


@pytest.mark.parametrize(
    ("disabled", "left"),
    [
        ({"rule": "no-oops"}, BUILDS[:1]),
        ({"rule": "no-oops", "pages": ["docs/build.md"]}, BUILDS[:1]),
        ({"rule": "no-oops", "pages": ["docs/**"]}, BUILDS[:1]),
        ({"rule": "no-oops", "pages": ["docs/ship.md"]}, BUILDS),
        ({"rule": "no-fish"}, BUILDS[1:]),
    ],
)
def test_a_disabled_rule_says_nothing_there(disabled: dict[str, object], left: list[str]) -> None:
    outcome = outcome_of(disabled=[{**disabled, "reason": "So it is."}])
    assert said(outcome) == left
    assert outcome.disabled == len(BUILDS) - len(left)


def test_a_rule_that_raises_is_neither_green_nor_red() -> None:
    """What it found before stands, the others are asked, and the outcome says what is not known."""
    outcome = outcome_of(rules=rules_of(breaks, no_oops))
    assert said(outcome) == ["docs/build.md:1:1 error breaks", *BUILDS[1:]]
    (broken,) = outcome.broken
    assert (broken.rule, broken.where) == ("breaks", "docs/build.md")
    assert broken.error.startswith("KeyError: 'scales' (gating.py:")
    assert outcome.status == 2


def test_a_rule_that_yields_no_finding_of_ours_is_broken() -> None:
    @a_rule("odd", severity=Severity.ERROR, scope="course")
    def odd(course: Course) -> Iterator[Found]:
        yield "a text"  # type: ignore[misc]

    assert outcome_of(rules=rules_of(odd)).status == 2


def test_an_error_that_somebody_can_mend_ends_the_run() -> None:
    """A file of the course's own that is not as it has to be is no fault of the rule that reads it."""

    @a_rule("reads", severity=Severity.ERROR, scope="course")
    def reads(course: Course) -> Iterator[Found]:
        raise UsageError("facts.toml: no such file")
        yield

    with pytest.raises(UsageError, match=r"facts\.toml"):
        outcome_of(rules=rules_of(reads))


def test_a_place_that_is_none_is_shown_without_its_line() -> None:
    @a_rule("far", severity=Severity.ERROR, scope="course")
    def far(course: Course) -> Iterator[Found]:
        yield Found(Place("docs/ship.md", 0, 0, -1), "Before the page.")
        yield Found(Place("docs/ship.md", 999), "After the page.")
        yield Found(Place("none.md", 3), "On no page.")

    outcome = outcome_of(rules=rules_of(far))
    assert [(str(one.place), one.quote) for one in outcome.findings] == [
        ("docs/ship.md:1:1", "# Ship"),
        ("docs/ship.md:999:1", ""),
        ("none.md:3:1", ""),
    ]


def test_a_link_that_leads_out_of_the_course_is_not_quoted(tmp_path: Path) -> None:
    """Anybody may propose one in a pull request, and the log is public."""
    (tmp_path / "secret").write_text("token: 1234\n")

    @a_rule("quotes", severity=Severity.ERROR, scope="course")
    def quotes(course: Course) -> Iterator[Found]:
        (course.root / "link.yml").symlink_to(tmp_path / "secret")
        yield Found(Place("link.yml", 1), "Is this right?")
        yield Found(Place("plain.yml", 1), "Is this right?")

    outcome = outcome_of({**FILES, "plain.yml": "a: 1\n"}, rules=rules_of(quotes))
    assert [one.quote for one in outcome.findings] == ["", "a: 1"]


def test_one_page_is_asked_about() -> None:
    """Of the course's rules, what they find elsewhere is left out."""
    files = {**FILES, "docs/again.md": "# Build\n\nfishy\n", "mkdocs.yml": "theme: material\n"}
    outcome = outcome_of(files, wanted=lambda path: path == "docs/ship.md")
    assert (outcome.findings, outcome.pages, outcome.blocks) == ((), 1, 1)


class Spread:
    """A course that is long enough for processes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "FEWEST_LINES", 1)
        filler = "Nothing to see.\n\n" * 20
        self.files: dict[str, str | bytes] = {f"docs/{n}.md": f"# Page {n}\n\n{filler}" for n in range(12)}
        self.files |= {**FILES, "docs/again.md": "# Build\n", "mkdocs.yml": "theme: material\n"}


@pytest.fixture
def spread(monkeypatch: pytest.MonkeyPatch) -> Spread:
    return Spread(monkeypatch)


def test_processes_say_what_one_would(spread: Spread) -> None:
    told: list[tuple[int, int]] = []
    gate = gate_of(spread.files)
    outcome = gate.outcome(workers=2, say=lambda done, count: told.append((done, count)))
    assert outcome.looks == gate_of(spread.files).outcome().looks
    assert len(outcome.findings) >= 6
    assert told == [(done, 15) for done in range(1, 16)]
    page = gate.course.pages["docs/build.md"]
    assert {"scanned", "rendered"} <= vars(page).keys(), "read once, for the rules that ask about all pages"


def test_a_rule_that_breaks_in_a_process_is_told_like_any(spread: Spread) -> None:
    rules = rules_of(breaks, named_once)
    outcome = gate_of(spread.files, rules=rules).outcome(workers=2)
    assert [one.where for one in outcome.broken] == ["docs/build.md"]
    assert outcome.looks == gate_of(spread.files, rules=rules).outcome().looks


def test_a_process_that_ends_takes_nobody_s_findings_along(spread: Spread) -> None:
    """As when a parser written in C crashes: one page is not known, all others are."""
    spread.files["docs/bad.md"] = "# Bad\n\ncrash here\n"
    outcome = gate_of(spread.files, rules=(*RULES, *rules_of(crashes))).outcome(workers=2)
    assert [(one.rule, one.where) for one in outcome.broken] == [("", "docs/bad.md")]
    assert outcome.status == 2
    assert {f"docs/{n}.md" for n in range(12)} <= {look.name for look in outcome.looks}
    assert [one for one in said(outcome) if "build.md" in one and "named-once" not in one] == BUILDS


def test_an_error_that_somebody_can_mend_ends_the_run_of_processes_too(spread: Spread) -> None:
    @a_rule("reads", severity=Severity.ERROR, scope="course")
    def reads(course: Course) -> Iterator[Found]:
        raise UsageError("facts.toml: no such file", remedy="Check the path.")
        yield

    with pytest.raises(UsageError) as raised:
        gate_of(spread.files, rules=rules_of(reads)).outcome(workers=2)
    assert (raised.value.message, raised.value.remedy) == ("facts.toml: no such file", "Check the path.")


def test_what_is_asked_of_the_network_is_asked_by_one_process(spread: Spread) -> None:
    """It keeps what it learned, for the notes at the end."""
    seen: list[str] = []

    @a_rule("asks", severity=Severity.ERROR, scope="course")
    def asks(course: Course) -> Iterator[Found]:
        seen.append("here")
        yield from ()

    gate = gate_of(spread.files, rules=rules_of(asks))
    online = dataclasses.replace(gate.course, online=object())  # type: ignore[arg-type]
    module.Gate(online, gate.rules, today=online.today).outcome(workers=2)
    assert seen == ["here"]
    gate.outcome(workers=2)
    assert seen == ["here"], "elsewhere otherwise"


def test_a_page_that_cannot_be_scanned_is_told_and_not_green(monkeypatch: pytest.MonkeyPatch) -> None:
    from pytest_cloudlab.material.markdown import scanner

    def scan(page: object) -> None:
        raise ValueError("odd page")

    monkeypatch.setattr(scanner, "scan", scan)
    outcome = outcome_of({"docs/a.md": SHIP, "docs/b.md": BUILD})
    assert {one.where for one in outcome.broken} >= {"docs/a.md", "docs/b.md"}
    assert outcome.status == 2
