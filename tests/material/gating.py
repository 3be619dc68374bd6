"""Rules, courses and outcomes for the tests of the gate itself."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pytest_cloudlab.material.baseline import Baseline
from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Finding, Found, Severity
from pytest_cloudlab.material.gate import Gate
from pytest_cloudlab.material.outcome import Outcome
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.rule import Rule
from pytest_cloudlab.material.rule import rule as a_rule
from pytest_cloudlab.material.testing import course_of

TODAY = datetime.date(2026, 3, 1)

BUILD = """\
# Build

Say fishy words.

```bash
echo oops
```

```python
oops = 1
oops = 2
```
"""
SHIP = "# Ship\n\n```bash\necho fine\n```\n"


@a_rule("no-oops", severity=Severity.ERROR, scope="block")
def no_oops(block: Block, page: Page, course: Course) -> Iterator[Found]:
    """A block says oops.

    Looks at every line.
    """
    for number, line in enumerate(block.code.splitlines(), 1):
        if (at := line.find("oops")) >= 0:
            yield Found(block.at(number, at + 1, 4), "This says oops.", "Say something else.")


@a_rule("no-fish", severity=Severity.WARNING, scope="page")
def no_fish(page: Page, course: Course) -> Iterator[Found]:
    """A page is fishy."""
    for number, line in enumerate(page.lines, 1):
        if (at := line.find("fishy")) >= 0:
            yield Found(page.at(number, at + 1, 5), "This is fishy.")


@a_rule("named-once", severity=Severity.ERROR, scope="course")
def named_once(course: Course) -> Iterator[Found]:
    """Two pages have the same title."""
    seen: dict[str, str] = {}
    for page in course.pages.values():
        for heading in page.headings[:1]:
            if heading.text in seen:
                yield Found(page.at(heading.line), f"{seen[heading.text]} has this title too.")
            seen.setdefault(heading.text, page.path)


@a_rule("site-named", severity=Severity.ERROR, scope="course")
def site_named(course: Course) -> Iterator[Found]:
    """The site has no name."""
    if "mkdocs.yml" in course.files and "site_name" not in (course.root / "mkdocs.yml").read_text():
        yield Found(Place("mkdocs.yml", 1), "The site has no name.")


@a_rule("breaks", severity=Severity.ERROR, scope="page")
def breaks(page: Page, course: Course) -> Iterator[Found]:
    """Nobody knows."""
    if "fishy" in page.text:
        yield Found(page.at(1), "Found before it broke.")
        raise KeyError("scales")


@a_rule("crashes", severity=Severity.ERROR, scope="page")
def crashes(page: Page, course: Course) -> Iterator[Found]:
    """Ends its process, as a library's fault does."""
    if "crash here" in page.text:
        os._exit(11)
    yield from ()


def rules_of(*functions: Callable[..., Any]) -> tuple[Rule, ...]:
    return tuple(getattr(one, "_cloudlab_rule") for one in functions)  # noqa: B009 - a name of rule.py's own


RULES = rules_of(no_oops, no_fish, named_once, site_named)
FILES = {"docs/build.md": BUILD, "docs/ship.md": SHIP}


def gate_of(
    files: Mapping[str, str | bytes] = FILES,
    *,
    rules: tuple[Rule, ...] = RULES,
    today: datetime.date = TODAY,
    baseline: Baseline | None = None,
    wanted: Callable[[str], bool] | None = None,
    unasked: tuple[str, ...] = (),
    **settings: Any,
) -> Gate:
    course = course_of(files, **settings)
    return Gate(course, rules, today=today, baseline=baseline, wanted=wanted, unasked=unasked)


def outcome_of(files: Mapping[str, str | bytes] = FILES, **options: Any) -> Outcome:
    return gate_of(files, **options).outcome()


def finding(
    quote: str = "docker run app",
    *,
    path: str = "docs/build.md",
    line: int = 7,
    column: int = 12,
    length: int = 3,
    message: str = "The image has no tag, expected one.",
    remedy: str = "Write app:1.0.",
    severity: Severity = Severity.ERROR,
    rule: str = "image-tag",
) -> Finding:
    return Finding(rule, severity, Place(path, line, column, length), message, remedy, "build", quote)


def said(outcome: Outcome) -> list[str]:
    return [f"{one.place} {one.severity} {one.rule}" for one in outcome.findings]


def baseline_of(text: str, file: Path) -> Baseline:
    from pytest_cloudlab.material.baseline import read_baseline

    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return read_baseline(file, file.parent)
