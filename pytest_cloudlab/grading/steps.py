"""Choosing a part of a lab by its step numbers."""

from __future__ import annotations

from pytest_cloudlab.model import Check


def in_step(check: Check, step: str) -> bool:
    """Whether `check` belongs to `step` or a part of it: `1.1` has `1.1.3`, and not `1.10`."""
    return not step or check.step == step or check.step.startswith(step + ".")
