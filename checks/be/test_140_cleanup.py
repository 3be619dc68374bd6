"""1.4 Clean up."""

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.clouds.compute import Compute
from pytest_cloudlab.clouds.registry import ImageName, Registry
from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Lab

pytestmark = pytest.mark.step("1.4")


@pytest.mark.outcome(points=1, needs="test_vm_exists", holds="at_end")
def test_no_vm_is_left(compute: Compute, assignment: Assignment, lab: Lab, measure: Measure) -> None:
    """Your VM is gone.

    Delete it: `gcloud compute instances delete`. A stopped VM still costs its disk.
    """
    name = assignment.fill(lab.parameters.names.instance)
    left = [vm.name for vm in compute.instances(assignment.course.zones) if vm.name == name]
    measure(left=left)
    assert not left, f"The VM {name} is still there."


@pytest.mark.outcome(points=1, needs="test_vm_exists", holds="at_end")
def test_no_disk_is_left(compute: Compute, assignment: Assignment, lab: Lab, measure: Measure) -> None:
    """Your VM's disk is gone.

    Delete it: `gcloud compute disks delete`. It usually goes with the VM.
    """
    name = assignment.fill(lab.parameters.names.instance)
    left = [disk.name for disk in compute.disks(assignment.course.zones) if disk.name == name]
    measure(left=left)
    assert not left, f"The disk {name} is still there."


@pytest.mark.outcome(points=1, needs="test_image_is_pushed", holds="at_end")
def test_no_image_is_left(
    registry: Registry, own_image: ImageName, image_name: str, measure: Measure
) -> None:
    """Your image is gone from the registry.

    Delete it, in the console or with `gcloud artifacts docker images delete`.
    """
    try:
        digest = registry.manifest(own_image.repository, own_image.tag).digest
    except NotFound:
        digest = ""
    measure(left=digest)
    assert not digest, f"The registry still has {image_name}."
