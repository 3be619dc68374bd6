"""A lab's checks among the tests that pytest collected: which are asked, and in which order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import pytest

from pytest_cloudlab.catalogue import bound_to, read_checks
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.grading.steps import in_step, reached
from pytest_cloudlab.lab import load_lab
from pytest_cloudlab.model import Check, Lab
from pytest_cloudlab.standing import check_needs_graph


class Questions:
    def __init__(
        self, folders: Collection[Path], items: Sequence[pytest.Item], *, step: str, until: str, act: bool
    ) -> None:
        """Of the lab in the one folder of `folders`: the steps below `step`, up to `until`. With `act`, what
        changes something comes last.

        Raises `UsageError` for several labs, a lab that is broken, and a check that would run several times.
        """
        if len(folders) > 1:
            names = ", ".join(sorted(folder.name for folder in folders))
            raise UsageError(f"several labs at once: {names}", remedy="Judge one lab at a time.")
        self.folder = next(iter(folders))
        lab = load_lab(self.folder)
        self.source = Path(lab.source)
        """The folder of the checks' own code."""
        self.checks = read_checks(lab)
        check_needs_graph(self.checks)
        self._by_name = {check.name: check for check in self.checks}
        found = [function_of(item) for item in items if self.check_of(item)]
        for name in sorted({name for name in found if found.count(name) > 1}):
            raise UsageError(f"{name} runs several times", remedy="A check is asked once: no parameters.")
        self.others = [item for item in items if not self.check_of(item)]
        """Tests that are no checks of the lab."""
        order = [check.name for check in (acting_last(self.checks) if act else self.checks)]
        mine = [item for item in items if self.check_of(item)]
        mine.sort(key=lambda item: order.index(function_of(item)))
        self.asked = [
            item
            for item in mine
            if in_step(check := self._by_name[function_of(item)], step) and reached(check, lab, until)
        ]
        self.left_out = [item for item in mine if item not in self.asked]

    def check_of(self, item: pytest.Item) -> Check | None:
        """The check that `item` is; None when it is none of this lab's."""
        return self._by_name.get(function_of(item)) if item.path.parent == self.folder else None

    def bind(self, lab: Lab) -> None:
        """The checks are those of `lab`, for which a course may have set other limits."""
        self.checks = bound_to(self.checks, lab)
        self._by_name = {check.name: check for check in self.checks}

    def forget(self) -> None:
        """Nothing is asked, so nothing is a check."""
        self._by_name = {}


def acting_last(checks: Sequence[Check]) -> list[Check]:
    """In their order, but those that change something, and what needs one of them, behind all others: by then
    what they undo has been judged."""
    late = {check.name for check in checks if check.acts}
    while more := {check.name for check in checks if late.intersection(check.needs)} - late:
        late |= more
    return sorted(checks, key=lambda check: check.name in late)


def function_of(item: pytest.Item) -> str:
    return getattr(item, "originalname", None) or item.name
