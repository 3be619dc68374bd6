"""What the rules said about a block, a page or the course."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from traceback import extract_tb
from typing import Any

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Finding, Found, Severity
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.quotes import Quotes
from pytest_cloudlab.material.rule import Rule
from pytest_cloudlab.redaction import plain

COURSE = "course"
"""Name of the look at the course."""


@dataclass(frozen=True)
class Broken:
    """A rule that raised instead of answering: nobody knows what it would have found."""

    rule: str
    where: str
    """The block's name, the page's path, or `course`."""
    error: str
    """As in `KeyError: 'x' (names.py:12)`."""


@dataclass(frozen=True)
class Look:
    name: str
    """The block's name, the page's path, or `course`."""
    page: str = ""
    """The page's path; empty for the course."""
    line: int = 1
    findings: tuple[Finding, ...] = ()
    broken: tuple[Broken, ...] = ()
    accepted: int = 0
    """Findings that the baseline covers; they are not among `findings`."""
    disabled: int = 0
    """Findings of rules that are disabled there."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.severity is Severity.WARNING)


class Asking:
    """Asks rules about a course; one that raises keeps none of the others from answering."""

    def __init__(self, course: Course, rules: Iterable[Rule]) -> None:
        self.course = course
        self.rules = tuple(rules)
        self._quotes = Quotes(course)

    def about_page(self, page: Page) -> tuple[Look, ...]:
        """The page, then its blocks."""
        own = self._look(
            Look(page.path, page.path),
            [rule for rule in self.rules if rule.scope == "page"],
            page,
            self.course,
        )
        rules = [rule for rule in self.rules if rule.scope == "block"]
        try:
            blocks = page.blocks
        except Exception as error:
            return (replace(own, broken=(*own.broken, Broken("", page.path, _told(error)))),)
        return (own, *(self._look(look_of(one), rules, one, page, self.course) for one in blocks))

    def about_course(self, rule: str) -> Look:
        return self._look(Look(COURSE), [one for one in self.rules if one.id == rule], self.course)

    def _look(self, empty: Look, rules: Iterable[Rule], *subject: Any) -> Look:
        findings: list[Finding] = []
        broken: list[Broken] = []
        for rule in rules:
            try:
                # What it finds before it raises is as true as without.
                for found in rule.find(*subject):
                    findings.append(self._finding(rule, found))
            except UsageError:
                raise  # a file of the course's own that is not as it has to be: somebody can mend it
            except Exception as error:
                broken.append(Broken(rule.id, empty.name, _told(error)))
        return replace(empty, findings=tuple(findings), broken=tuple(broken))

    def _finding(self, rule: Rule, found: Found) -> Finding:
        where = found.place
        place = Place(where.path, max(where.line, 1), max(where.column, 1), max(where.length, 0))
        page = self.course.pages.get(place.path)
        heading = page.heading_at(place.line) if page else None
        return Finding(
            rule.id,
            found.severity or rule.severity,
            place,
            found.message,
            found.remedy,
            heading.slug if heading else "",
            self._quotes.line(place.path, place.line),
        )


def look_of(block: Block) -> Look:
    return Look(block.name, block.page, block.line)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """By place, and without those that a rule says twice of one place."""
    said: dict[tuple[Place, str, str], Finding] = {}
    for finding in findings:
        said.setdefault((finding.place, finding.rule, finding.message), finding)
    return [said[key] for key in sorted(said)]


def _told(error: Exception) -> str:
    frames = extract_tb(error.__traceback__)
    at = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    said = plain(str(error), 200)
    return f"{type(error).__name__}{': ' if said else ''}{said}{at}"
