"""3.3 to 3.5, as a class is judged."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.step("3.3")


@pytest.mark.outcome(points=2)
def test_machine_runs(instance):
    """Your machine runs.

    Create it as section 3.3 says.
    """
    assert instance.status == "RUNNING", f"It is {instance.status}."


@pytest.mark.step("3.5")
@pytest.mark.outcome(points=1)
def test_service_answers(vm):
    """The service answers through the tunnel.

    Is the tunnel still open?
    """
    assert vm.run("curl --fail --silent localhost:8000/height?hours=1").ok, "It does not answer."
