"""What is left behind at the end."""

from __future__ import annotations

from dataclasses import replace

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.be.sabotages.sabotage import Sabotage, checks
from pytest_cloudlab.clouds.compute import InstanceSpec


class VmLeft(Sabotage):
    """The VM was not deleted."""

    begins = "delete_vm"
    red = checks("no_vm_is_left", "no_disk_is_left")

    def delete_vm(self, one: Assignment) -> None:
        pass


class DiskLeft(Sabotage):
    """The VM was deleted, and its disk stayed."""

    begins = "create_vm"
    red = checks("no_disk_is_left")

    def vm_spec(self, one: Assignment) -> InstanceSpec:
        return replace(super().vm_spec(one), disk_auto_delete=False)


class ImageLeft(Sabotage):
    """The image was not deleted from the registry."""

    begins = "delete_image"
    red = checks("no_image_is_left")

    def delete_image(self, one: Assignment) -> None:
        pass


CLEANUP = (VmLeft, DiskLeft, ImageLeft)
