"""2.8 Clean up again."""

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.be.gone import require_no_disk, require_no_image, require_no_vm
from pytest_cloudlab.clouds.compute import Compute
from pytest_cloudlab.clouds.registry import ImageName, Registry
from pytest_cloudlab.fixtures.recording import Measure, Recall
from pytest_cloudlab.model import Lab

pytestmark = pytest.mark.step("2.8")


@pytest.mark.outcome(points=1, needs="test_container_vm_exists", holds="at_end")
def test_no_container_vm_is_left(
    compute: Compute, assignment: Assignment, lab: Lab, measure: Measure
) -> None:
    """Your app's VM is gone.

    Delete it: `gcloud compute instances delete`. A stopped VM still costs its disk.
    """
    name = assignment.fill(lab.parameters.streamlit.instance)
    require_no_vm(compute, name, assignment.course.zones, measure)


@pytest.mark.outcome(points=1, needs="test_container_vm_exists", holds="at_end")
def test_no_container_vm_disk_is_left(
    compute: Compute, assignment: Assignment, lab: Lab, recall: Recall, measure: Measure
) -> None:
    """The disk of your app's VM is gone.

    Delete it: `gcloud compute disks delete`. It usually goes with the VM.
    """
    created = recall("test_container_vm_exists").get("disks", ())
    names = {assignment.fill(lab.parameters.streamlit.instance), *created}
    require_no_disk(compute, names, assignment.course.zones, measure)


@pytest.mark.outcome(points=1, needs="test_rule_opens_the_port", holds="at_end")
def test_no_rule_is_left(
    compute: Compute, assignment: Assignment, lab: Lab, recall: Recall, measure: Measure
) -> None:
    """The firewall rule is gone.

    Delete it: `gcloud compute firewall-rules delete`. It leaves the port open for VMs to come.
    """
    created = recall("test_rule_opens_the_port").get("rules", ())
    names = {assignment.fill(lab.parameters.streamlit.rule), *created}
    left = [rule.name for rule in compute.firewalls() if rule.name in names]
    measure(left=left)
    assert not left, f"The rule {', '.join(left)} is still there."


@pytest.mark.outcome(points=1, needs="test_app_image_is_pushed", holds="at_end")
def test_no_app_image_is_left(
    registry: Registry, app_image: ImageName, app_image_name: str, recall: Recall, measure: Measure
) -> None:
    """Your app's image is gone from the registry.

    Delete it, in the console or with `gcloud artifacts docker images delete`. Without its tag it still costs.
    """
    digest = recall("test_app_image_is_pushed").get("digest", "")
    require_no_image(registry, app_image, digest, app_image_name, measure)
