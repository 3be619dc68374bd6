"""What a run of the gate adds up to: counted once, for every report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pytest_cloudlab.material.finding import Finding, Severity
from pytest_cloudlab.material.look import Broken, Look, in_order
from pytest_cloudlab.material.rule import Rule


@dataclass(frozen=True, eq=False)
class Outcome:
    root: Path
    """The course's folder."""
    rules: tuple[Rule, ...]
    """Those that were asked."""
    looks: tuple[Look, ...]
    """Of each page, of each of its blocks; the course's last."""
    pages: int
    blocks: int

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """By place."""
        return tuple(in_order(finding for look in self.looks for finding in look.findings))

    @cached_property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.severity is Severity.ERROR)

    @cached_property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.severity is Severity.WARNING)

    @cached_property
    def broken(self) -> tuple[Broken, ...]:
        return tuple(dict.fromkeys(one for look in self.looks for one in look.broken))

    @cached_property
    def broken_rules(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """By rule and error, where it was met."""
        found: dict[tuple[str, str], list[str]] = {}
        for one in self.broken:
            found.setdefault((one.rule, one.error), []).append(one.where)
        return {what: tuple(where) for what, where in found.items()}

    @property
    def accepted(self) -> int:
        return sum(look.accepted for look in self.looks)

    @property
    def disabled(self) -> int:
        return sum(look.disabled for look in self.looks)

    @cached_property
    def by_rule(self) -> dict[str, tuple[int, int]]:
        """Of each rule that found something, how many errors and warnings; the most first."""
        errors = Counter(one.rule for one in self.errors)
        warnings = Counter(one.rule for one in self.warnings)
        rules = sorted(errors | warnings, key=lambda rule: (-errors[rule], -warnings[rule], rule))
        return {rule: (errors[rule], warnings[rule]) for rule in rules}

    @cached_property
    def suites(self) -> dict[str, tuple[Look, ...]]:
        """The looks of each page, by its path; the course's, under its name."""
        found: dict[str, list[Look]] = {}
        for look in self.looks:
            found.setdefault(look.page or look.name, []).append(look)
        return {name: tuple(looks) for name, looks in found.items()}

    def failed(self, looks: Iterable[Look]) -> int:
        """How many of them have errors, where all could be judged."""
        return sum(bool(look.errors) and not look.broken for look in looks)

    def unjudged(self, looks: Iterable[Look]) -> int:
        return sum(bool(look.broken) for look in looks)

    @property
    def status(self) -> int:
        """The exit code: 2 when a rule broke, since nobody knows what it would have found; 1 for errors."""
        return 2 if self.broken else 1 if self.errors else 0

    def above(self, folder: Path) -> str:
        """What a path needs before it to be one from `folder`: empty, or `course/`."""
        if self.root == folder or not self.root.is_relative_to(folder):
            return ""
        return f"{self.root.relative_to(folder).as_posix()}/"
