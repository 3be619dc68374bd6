"""4, as a class is judged."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.step("1")


@pytest.mark.outcome(points=2)
def test_machine_runs(instance):
    """Your machine runs.

    Create it as the page says.
    """
    assert instance.status == "RUNNING", f"It is {instance.status}."


@pytest.mark.step("5")
def test_no_machine_is_left(compute):
    """No machine is left.

    Delete it.
    """
    assert not compute.instances(), "There is one."
