"""7 Clean up."""

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.clouds.compute import Compute
from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.fixtures.recording import Measure, Recall

pytestmark = pytest.mark.step("7")


@pytest.mark.outcome(points=1, needs="test_codespace_sees_the_door_of_your_vm", holds="at_end")
def test_vm_is_deleted(compute: Compute, assignment: Assignment, recall: Recall, measure: Measure) -> None:
    """Your VM is deleted.

    `gcloud compute instances delete`, with its name and zone; a stopped one still costs its disk.
    """
    name = assignment.fill(assignment.lab.parameters.names.instance)
    was = recall("test_codespace_sees_the_door_of_your_vm").get("instance")
    try:
        found = compute.instance(name, assignment.course.zones)
    except NotFound:
        measure(instance="")
        return
    measure(instance=found.id, same=found.id == was)
    raise AssertionError(f"There is still a VM {name} in {found.zone}: {found.status}.")
