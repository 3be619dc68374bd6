"""Choosing a part of a lab by its step numbers."""

from __future__ import annotations

from pytest_cloudlab.model import Check, Lab, covers


def in_step(check: Check, step: str) -> bool:
    """Whether `check` belongs to `step` or a part of it: `1.1` has `1.1.3`, and not `1.10`."""
    return not step or covers(step, check.step)


def reached(check: Check, lab: Lab, until: str) -> bool:
    """Whether a lab that has got to the end of step `until` has got to `check`; empty: to its own end."""
    numbers = [step.number for step in lab.steps]
    return until not in numbers or check.step in numbers[: numbers.index(until) + 1]
