"""1.3.1 Create your VM."""

import pytest

from pytest_cloudlab.clouds.compute import Instance
from pytest_cloudlab.clouds.scopes import expand
from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Lab

pytestmark = pytest.mark.step("1.3.1")


@pytest.mark.outcome(points=1)
def test_vm_exists(instance: Instance, measure: Measure) -> None:
    """Your VM exists under the agreed name.

    Create it with the agreed name: it has your group and your own id in it.
    """
    disks = [disk.name for disk in instance.disks]
    measure(id=instance.id, zone=instance.zone, created=instance.created, disks=disks)


@pytest.mark.outcome(points=1, needs="test_vm_exists")
def test_vm_runs(instance: Instance, measure: Measure) -> None:
    """Your VM runs.

    Start it: `gcloud compute instances start`, or the triangle in the console.
    """
    measure(status=instance.status)
    assert instance.status == "RUNNING", f"Its status is {instance.status}."


@pytest.mark.outcome(points=1, needs="test_vm_exists")
def test_vm_has_the_machine_type(instance: Instance, lab: Lab, measure: Measure) -> None:
    """Your VM has the agreed machine type.

    Set --machine-type as the page says. To change it, stop the VM first, or delete it and create it again.
    """
    measure(machine_type=instance.machine_type)
    wanted = lab.parameters.vm.machine_type
    assert instance.machine_type == wanted, f"It is {instance.machine_type}, expected {wanted}."


@pytest.mark.outcome(points=1, needs="test_vm_exists")
def test_vm_has_the_image_family(instance: Instance, lab: Lab, measure: Measure) -> None:
    """Your VM was made from the agreed image family.

    Set --image-family and --image-project as the page says, then create the VM again.
    """
    families = [disk.image_family for disk in instance.disks if disk.boot]
    measure(families=families)
    wanted = lab.parameters.vm.image_family
    assert families == [wanted], (
        f"Its boot disk came from {', '.join(families) or 'no known image'}, expected {wanted}."
    )


@pytest.mark.outcome(
    points=1, needs="test_vm_exists", equals={"size_gb": "vm.disk_size_gb", "type": "vm.disk_type"}
)
def test_vm_has_the_boot_disk(instance: Instance, measure: Measure) -> None:
    """Your VM has the agreed boot disk.

    Set --boot-disk-size and --boot-disk-type as the page says, then create the VM again.
    """
    boot = next((disk for disk in instance.disks if disk.boot), None)
    if boot is None:
        raise NotFound("The VM has no boot disk.")
    measure(size_gb=boot.size_gb, type=boot.type)


@pytest.mark.outcome(points=1, needs="test_vm_exists")
def test_vm_has_the_scopes(instance: Instance, lab: Lab, measure: Measure) -> None:
    """Your VM may use the agreed cloud services.

    Set --scopes as the page says. To change it, stop the VM first, or delete it and create it again.
    """
    found = sorted(instance.scopes)
    measure(scopes=found)
    lacking = sorted({expand(scope) for scope in lab.parameters.vm.scopes} - set(found))
    assert not lacking, f"It lacks {', '.join(lacking)}; it has {', '.join(found) or 'none'}."
