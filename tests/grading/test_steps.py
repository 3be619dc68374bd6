"""Which checks belong to a part of a lab."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_cloudlab.grading.steps import in_step, reached
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.model import Check, Lab, Step

BE = load_lab(find_lab("be"))
CHECK = Check("test_it", "Title", "", "1")


@pytest.mark.parametrize(
    ("step", "until", "there"),
    [
        ("1.9", "1.9", True),
        ("1.9", "1.10", True),
        ("1.10", "1.9", False),
        ("1.9", "", True),
        ("1.9", "0", True),
    ],
)
def test_a_lab_has_reached_the_steps_above_the_one_it_is_at(step: str, until: str, there: bool) -> None:
    """In the order of the lab's file, not of the numbers as text; all of them where it is at none of them."""
    lab: Lab = replace(BE, steps=tuple(Step(number, "", "") for number in ("1.1", "1.9", "1.10")))
    assert reached(replace(CHECK, step=step), lab, until) is there


def test_a_step_has_its_parts() -> None:
    assert in_step(replace(CHECK, step="1.1.3"), "1.1")
    assert not in_step(replace(CHECK, step="1.10"), "1.1")
