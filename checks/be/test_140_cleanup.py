"""1.4 Clean up."""

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.be.gone import require_no_disk, require_no_image, require_no_vm
from pytest_cloudlab.clouds.compute import Compute
from pytest_cloudlab.clouds.registry import ImageName, Registry
from pytest_cloudlab.fixtures.recording import Measure, Recall
from pytest_cloudlab.model import Lab

pytestmark = pytest.mark.step("1.4")


@pytest.mark.outcome(points=1, needs="test_vm_exists", holds="at_end")
def test_no_vm_is_left(compute: Compute, assignment: Assignment, lab: Lab, measure: Measure) -> None:
    """Your VM is gone.

    Delete it: `gcloud compute instances delete`. A stopped VM still costs its disk.
    """
    name = assignment.fill(lab.parameters.names.instance)
    require_no_vm(compute, name, assignment.course.zones, measure)


@pytest.mark.outcome(points=1, needs="test_vm_exists", holds="at_end")
def test_no_disk_is_left(
    compute: Compute, assignment: Assignment, lab: Lab, recall: Recall, measure: Measure
) -> None:
    """Your VM's disk is gone.

    Delete it: `gcloud compute disks delete`. It usually goes with the VM.
    """
    names = {assignment.fill(lab.parameters.names.instance), *recall("test_vm_exists").get("disks", ())}
    require_no_disk(compute, names, assignment.course.zones, measure)


@pytest.mark.outcome(points=1, needs="test_image_is_pushed", holds="at_end")
def test_no_image_is_left(
    registry: Registry, own_image: ImageName, image_name: str, recall: Recall, measure: Measure
) -> None:
    """Your image is gone from the registry.

    Delete it, in the console or with `gcloud artifacts docker images delete`. Without its tag it still costs.
    """
    digest = recall("test_image_is_pushed").get("digest", "")
    require_no_image(registry, own_image, digest, image_name, measure)
