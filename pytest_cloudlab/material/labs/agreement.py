"""A lab's parameter, and where its page has to say the same: the table `[agrees]` of lab.toml."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.lab_tables import Shown, ShownTable
from pytest_cloudlab.material.labs.lab_page import LabPage
from pytest_cloudlab.material.labs.shape import (
    Candidate,
    CommandShape,
    Shape,
    TextShape,
    command_shape,
    text_shape,
)
from pytest_cloudlab.material.labs.taught import Taught
from pytest_cloudlab.material.labs.template import (
    Hole,
    agree,
    plain,
    says_something,
    shown,
    symbols,
    template,
)
from pytest_cloudlab.material.place import Place


@dataclass(frozen=True)
class Expected:
    """One place where the page shows the value."""

    shape: Shape
    step: str
    """Number of the step in whose section it is; empty for anywhere on the page."""


@dataclass(frozen=True)
class Agreement:
    table: str
    key: str
    value: Any
    expected: tuple[Expected, ...]
    place: Place
    """Of the parameter, in lab.toml."""

    @property
    def parameter(self) -> str:
        return f"{self.table}.{self.key}"

    @property
    def written(self) -> str:
        """The value as a page writes it."""
        if isinstance(self.value, list):
            return ",".join(map(_written, self.value))
        return _written(self.value)

    def says(self, shape: Shape) -> str:
        """What the page is expected to show there, e.g. `50GB`."""
        return shape.value.replace("{}", self.written)


@dataclass(frozen=True)
class Compared:
    """What came of looking for a value on the page."""

    expected: Expected
    seen: bool
    """Whether the page shows anything there at all."""
    other: Candidate | None
    """What it shows instead; None where they agree, and where it cannot be told."""


def agreements_of(lab: Taught) -> Iterator[Agreement]:
    """Raises `UsageError` for a parameter that there is not, and for a shape that is none."""
    for table, keys in lab.common.agrees.items():
        for key, declared in keys.items():
            place = lab.place("agrees", table, key)
            at = f"{place.path}:{place.line}: agrees.{table}.{key}"
            values = lab.tables.get(table)
            if not isinstance(values, dict) or key not in values or isinstance(values[key], dict):
                raise UsageError(
                    f"{at}: the lab has no parameter {table}.{key}",
                    remedy="Give it a value in this file, or remove the line.",
                )
            expected = tuple(_expected(declared, values[key], lab, at))
            yield Agreement(table, key, values[key], expected, lab.place(table, key))


def _expected(declared: Shown, value: Any, lab: Taught, at: str) -> Iterator[Expected]:
    for one in declared if isinstance(declared, list) else [declared]:
        table = ShownTable(command=one) if isinstance(one, str) else one
        if bool(table.command) == bool(table.text):
            raise UsageError(f"{at}: expected either command or text", remedy="Give one of them.")
        if table.step and table.step not in [step.number for step in lab.common.step]:
            raise UsageError(f"{at}: there is no step {table.step!r}", remedy="Name a step's number.")
        if lab.leaves_out(table.step):
            continue
        number = isinstance(value, int) and not isinstance(value, bool)
        yield Expected(
            command_shape(table.command, at=at)
            if table.command
            else text_shape(table.text, number=number, at=at),
            table.step,
        )


def compare(agreement: Agreement, expected: Expected, page: LabPage) -> Compared:
    """Agrees as soon as one place on the page does: others may be alternatives, or about something else.

    A place that says too little may be the one that agrees.
    """
    shape = expected.shape
    seen = unclear = False
    differing: list[tuple[float, Candidate]] = []
    for candidate in _candidates(shape, expected.step, page):
        judged = _judge(agreement, shape, candidate, page)
        if judged is True:
            return Compared(expected, True, None)
        seen = seen or not isinstance(shape, TextShape)
        unclear = unclear or (judged is None and seen)
        if judged is False and candidate.sure:
            differing.append((_likeness(agreement.says(shape), candidate.text), candidate))
    if isinstance(shape, TextShape):
        # Much else may stand between the same signs: only what is like the value is meant to be it.
        near = 0.0 if shape.number else _NEAR
        differing = [(likeness, one) for likeness, one in differing if likeness >= near]
        seen = seen or bool(differing)
    best = max([] if unclear else differing, key=lambda pair: pair[0], default=(0.0, None))
    return Compared(expected, seen, best[1])


_NEAR = 0.5


def _candidates(shape: Shape, step: str, page: LabPage) -> Iterator[Candidate]:
    lines = page.section(step)
    if isinstance(shape, TextShape):
        for number, line in page.lines:
            if number in lines:
                yield from shape.candidates(page.page.path, number, line)
        return
    program = shape.words[0] if isinstance(shape, CommandShape) else ""
    for command in page.commands(program):
        if command.place.line in lines:
            yield from shape.candidates(command)


def _judge(agreement: Agreement, shape: Shape, candidate: Candidate, page: LabPage) -> bool | None:
    """None where the page says too little."""
    if isinstance(agreement.value, list) and shape.value == "{}":
        items = [item.strip() for item in candidate.text.split(",")]
        if any("$" in item or "{" in item or "<" in item for item in items):
            return None
        return sorted(items) == sorted(map(_written, agreement.value))
    ours = template(agreement.says(shape))
    own = symbols(ours)
    theirs = shown(candidate.text, lambda name: None if Hole(name).symbol in own else page.value_of(name))
    if not says_something(theirs) or not says_something(ours):
        return None
    return agree(ours, theirs)


def _likeness(one: str, other: str) -> float:
    """Of what is behind the last slash: what is in front of it is the registry, or the folder."""
    ours, theirs = plain(template(one)), plain(shown(other))
    built_alike = {"/", ":"} & set(ours) == {"/", ":"} & set(theirs) != set()
    tails = (ours.rpartition("/")[2], theirs.rpartition("/")[2])
    return difflib.SequenceMatcher(None, *tails, autojunk=False).ratio() + (0.2 if built_alike else 0)


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
