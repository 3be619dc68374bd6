"""2.6 Run the image on a VM of its own."""

import pytest

from pytest_cloudlab.clouds.compute import Instance
from pytest_cloudlab.clouds.declaration import DeclaredContainer
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Lab

pytestmark = pytest.mark.step("2.6")


@pytest.mark.outcome(points=1)
def test_container_vm_exists(container_vm: Instance, measure: Measure) -> None:
    """Your app's VM exists under the agreed name.

    Create it with `gcloud compute instances create-with-container`; its name has your own id in it.
    """
    disks = [disk.name for disk in container_vm.disks]
    measure(id=container_vm.id, zone=container_vm.zone, created=container_vm.created, disks=disks)


@pytest.mark.outcome(points=1, needs="test_container_vm_exists")
def test_container_vm_has_the_machine_type(container_vm: Instance, lab: Lab, measure: Measure) -> None:
    """Your app's VM has the agreed machine type.

    Set --machine-type as the page says. To change it, stop the VM first, or delete it and create it again.
    """
    measure(machine_type=container_vm.machine_type)
    wanted = lab.parameters.container_vm.machine_type
    assert container_vm.machine_type == wanted, f"It is {container_vm.machine_type}, expected {wanted}."


@pytest.mark.outcome(points=1, needs="test_container_vm_exists")
def test_container_vm_has_the_image_family(container_vm: Instance, lab: Lab, measure: Measure) -> None:
    """Your app's VM runs the system that is made for containers.

    Set --image as the page says, or leave it out: `create-with-container` then takes that system by itself.
    """
    boot = [disk for disk in container_vm.disks if disk.boot]
    families = [disk.image_family for disk in boot]
    images = [disk.source_image.partition("projects/")[2] for disk in boot]
    measure(families=families, images=images)
    wanted = lab.parameters.container_vm
    # An old image is deleted some time after its VM was made of it; its name still tells.
    name = f"{wanted.image_project}/global/images/{wanted.image_family}-"
    same = families == [wanted.image_family] or (families == [""] and images[0].startswith(name))
    assert same, (
        f"Its boot disk came from {', '.join(filter(None, families or images)) or 'no known image'}, "
        f"expected {wanted.image_family}."
    )


@pytest.mark.outcome(points=2, needs="test_container_vm_exists")
def test_container_vm_declares_your_image(
    declared_container: DeclaredContainer, app_image_name: str, measure: Measure
) -> None:
    """Your app's VM is told to run your image.

    Set --container-image to the full name of the image you pushed.
    """
    measure(image=declared_container.image)
    assert declared_container.image == app_image_name, (
        f"It is told to run {declared_container.image}, expected {app_image_name}."
    )


@pytest.mark.outcome(points=1, needs="test_container_vm_exists")
def test_container_vm_restarts_the_container(
    declared_container: DeclaredContainer, lab: Lab, measure: Measure
) -> None:
    """Your app's VM has the agreed restart policy.

    Set --container-restart-policy as the page says.
    """
    found = declared_container.restart_policy
    measure(restart_policy=found)
    wanted = lab.parameters.container_vm.restart_policy
    # The declaration says OnFailure for what gcloud calls on-failure.
    assert found.casefold() == wanted.replace("-", "").casefold(), f"It is {found}, expected {wanted}."
