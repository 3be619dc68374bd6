"""1.4 Clean up."""

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.clouds.compute import Compute
from pytest_cloudlab.clouds.registry import ImageName, Registry
from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.fixtures.recording import Measure, Recall
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
def test_no_disk_is_left(
    compute: Compute, assignment: Assignment, lab: Lab, recall: Recall, measure: Measure
) -> None:
    """Your VM's disk is gone.

    Delete it: `gcloud compute disks delete`. It usually goes with the VM.
    """
    names = {assignment.fill(lab.parameters.names.instance), *recall("test_vm_exists").get("disks", ())}
    left = [disk.name for disk in compute.disks(assignment.course.zones) if disk.name in names]
    measure(left=left)
    assert not left, f"The disk {', '.join(left)} is still there."


@pytest.mark.outcome(points=1, needs="test_image_is_pushed", holds="at_end")
def test_no_image_is_left(
    registry: Registry, own_image: ImageName, image_name: str, recall: Recall, measure: Measure
) -> None:
    """Your image is gone from the registry.

    Delete it, in the console or with `gcloud artifacts docker images delete`. Without its tag it still costs.
    """
    try:
        tagged = own_image.tag in registry.tags(own_image.repository)
    except NotFound:
        tagged = False  # nobody's image is left there
    digest = recall("test_image_is_pushed").get("digest", "")
    try:
        untagged = bool(digest) and bool(registry.manifest(own_image.repository, digest).digest)
    except NotFound:
        untagged = False
    measure(tagged=tagged, untagged=untagged)
    assert not tagged, f"The registry still has {image_name}."
    assert not untagged, f"The tag is gone, but the image itself is still there, as {digest}."
