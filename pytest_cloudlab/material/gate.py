"""The gate: every rule asked about every page, and what is left of what they say."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property

from pytest_cloudlab.material.baseline import BASELINE, Baseline, Entry
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.look import COURSE, Asking, Look
from pytest_cloudlab.material.outcome import Outcome
from pytest_cloudlab.material.rule import Rule
from pytest_cloudlab.material.sieve import Sieve

Progress = Callable[[int, int], None]
"""Told how many pages are done, of how many."""
FEWEST_LINES = 2_500
"""Of a course; below that, starting processes takes longer than they save."""
ALONE = 3
"""Pages."""


class Gate:
    """Rules are asked when somebody wants to know, each thing once.

    A rule that raises is no fault of the page's author. What it would have found is not known, so the look
    says so beside what the other rules found, and the outcome is neither green nor red.
    """

    def __init__(
        self,
        course: Course,
        rules: Iterable[Rule],
        *,
        today: datetime.date,
        baseline: Baseline | None = None,
        wanted: Callable[[str], bool] | None = None,
        unasked: Iterable[str] = (),
    ) -> None:
        """`wanted` tells the paths that are asked about, all when None; `unasked` are the ids of further
        rules that there are, whose findings the baseline may accept."""
        self.course = course
        self.rules = tuple(rules)
        self.paths = tuple(path for path in course.pages if wanted is None or wanted(path))
        self._wanted = wanted
        self._unasked = {*unasked, *(rule.id for rule in self.rules if rule.online and not course.online)}
        self._asking = Asking(course, self.rules)
        self._sieve = Sieve(course.settings, baseline, today)
        self._said: dict[str, tuple[Look, ...]] = {}
        """By page, what the rules say of it and of its blocks."""

    def about_block(self, path: str, name: str) -> Look:
        said = next((one for one in self._about(path)[1:] if one.name == name), Look(name, path))
        return self._sieve.sift(said)

    def about_page(self, path: str) -> Look:
        """What is wrong with the page as a whole, and what rules for the course say of it."""
        own = self._about(path)[0]
        course = tuple(one for one in self._course.findings if one.place.path == path)
        return self._sieve.sift(replace(own, findings=own.findings + course))

    def about_course(self) -> Look:
        """What is wrong outside its pages: the navigation, a lab, the baseline."""
        pages, wanted = self.course.pages, self._wanted
        own = tuple(
            one
            for one in self._course.findings
            if one.place.path not in pages and (wanted is None or wanted(one.place.path))
        )
        look = self._sieve.sift(replace(self._course, findings=own))
        return replace(look, findings=look.findings + self._sieve.problems(self._all, self._was_asked))

    def outcome(self, *, workers: int = 1, say: Progress | None = None) -> Outcome:
        """All there is to say; with up to `workers` processes, where that is faster."""
        self._ask_all(workers, say)
        looks: list[Look] = []
        for path in self.paths:
            looks += [self.about_page(path), *map(self._sieve.sift, self._about(path)[1:])]
        looks.append(self.about_course())
        blocks = len(looks) - len(self.paths) - 1
        return Outcome(self.course.root, (*self.rules, BASELINE), tuple(looks), len(self.paths), blocks)

    def _about(self, path: str) -> tuple[Look, ...]:
        """The page itself, then its blocks."""
        if path not in self._said:
            self._said[path] = self._asking.about_page(self.course.pages[path])
        return self._said[path]

    @property
    def _course_rules(self) -> list[str]:
        return [rule.id for rule in self.rules if rule.scope == "course"]

    @cached_property
    def _course(self) -> Look:
        """What the rules for the course say, wherever it stands."""
        return _joined(map(self._asking.about_course, self._course_rules))

    @property
    def _all(self) -> list[Look]:
        return [*(look for path in self.paths for look in self._about(path)), self._course]

    def _was_asked(self, entry: Entry) -> bool:
        """Whether what the entry accepts would have been found, were it still there."""
        if entry.rule in self._unasked or (self._wanted is not None and not self._wanted(entry.page)):
            return False
        return not self._broken & {entry.rule, ""}

    @cached_property
    def _broken(self) -> set[str]:
        """Rules that could not look somewhere; an empty one where nothing could."""
        return {one.rule for look in self._all for one in look.broken}

    def _ask_all(self, workers: int, say: Progress | None) -> None:
        # Forked, so that the course is not copied; where forking is not safe, there is one process.
        spread = workers > 1 and sys.platform == "linux" and self.course.lines >= FEWEST_LINES
        # What the first pages make the rules import, the processes have from the start.
        alone = self.paths[:ALONE] if spread else self.paths
        for path in alone:
            self._about(path)
            if say:
                say(len(self._said), len(self.paths))
        if spread:
            self._spread(self.paths[ALONE:], workers, say)

    def _spread(self, paths: tuple[str, ...], workers: int, say: Progress | None) -> None:
        from pytest_cloudlab.material.spreading import ask, read_ahead

        read_ahead(self.course, paths, workers)
        # What was looked up on the network is kept by the process that looked.
        apart = [] if self.course.online else self._course_rules
        said: dict[str, Look] = {}
        for kind, name, looks in ask(self._asking, paths, apart, workers):
            if kind == "rule":
                (said[name],) = looks
                continue
            self._said[name] = looks
            if say:
                say(len(self._said), len(self.paths))
        if apart:
            vars(self)["_course"] = _joined(said[rule] for rule in apart)


def _joined(looks: Iterable[Look]) -> Look:
    looks = list(looks)
    findings = tuple(finding for look in looks for finding in look.findings)
    return Look(COURSE, findings=findings, broken=tuple(broken for look in looks for broken in look.broken))
