"""What a check's measured values have to be: the part of its verdict that can be judged without looking."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Rule = Literal["at_least", "at_most", "equals"]
LONGEST_VALUE = 200
RULES: tuple[Rule, ...] = ("at_least", "at_most", "equals")


@dataclass(frozen=True)
class Bound:
    """`Bound("accuracy", "at_least", "model.accuracy", 0.95)`: the measured accuracy is 0.95 or more."""

    value: str
    """The name that the check measures it under."""
    rule: Rule
    parameter: str = ""
    """The lab's parameter that sets the limit; empty when the mark itself does."""
    limit: Any = None

    def __str__(self) -> str:
        """As in `accuracy at least 0.95`."""
        return f"{self.value} {self.wanted}"

    @property
    def wanted(self) -> str:
        """As in `at least 0.95`."""
        limit = _written(self.limit)
        return limit if self.rule == "equals" else f"{self.rule.replace('_', ' ')} {limit}"

    def can_judge(self, found: Any) -> bool:
        """Whether `found`, None for nothing, is of a kind that the limit can be held against."""
        return found is not None if self.rule == "equals" else is_number(found)

    def allows(self, found: Any) -> bool:
        if self.rule == "equals":
            # To Python, True is 1.
            return isinstance(found, bool) == isinstance(self.limit, bool) and bool(found == self.limit)
        return bool(found >= self.limit if self.rule == "at_least" else found <= self.limit)


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def unmeasured(bounds: Iterable[Bound], measured: Mapping[str, Any]) -> list[str]:
    """The values that nothing can be said of: not measured, or no numbers where numbers are compared."""
    return [bound.value for bound in bounds if not bound.can_judge(measured.get(bound.value))]


def out_of_bounds(bounds: Iterable[Bound], measured: Mapping[str, Any]) -> list[Bound]:
    """The bounds that are not kept, of values that were all measured."""
    return [bound for bound in bounds if not bound.allows(measured[bound.value])]


def in_words(bounds: Iterable[Bound], measured: Mapping[str, Any]) -> str:
    """What was found instead, e.g. `accuracy: found 0.93, expected at least 0.95.`"""
    return " ".join(
        f"{bound.value}: found {_written(measured[bound.value])}, expected {bound.wanted}."
        for bound in bounds
    )


def _written(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
