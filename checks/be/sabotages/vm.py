"""What goes wrong with the VM."""

from __future__ import annotations

from dataclasses import replace

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.be.sabotages.sabotage import Sabotage, checks
from pytest_cloudlab.clouds.compute import InstanceSpec


class NoVm(Sabotage):
    """No VM was created."""

    begins = "create_vm"
    red = checks("vm_exists")

    def create_vm(self, one: Assignment) -> None:
        self.delete_vm(one)

    def open_jupyter(self, one: Assignment) -> None:
        pass

    def open_tunnel(self, one: Assignment) -> None:
        pass

    def pull(self, one: Assignment) -> None:
        pass

    def run(self, one: Assignment) -> None:
        pass


class VmStopped(Sabotage):
    """The VM was stopped and not deleted."""

    begins = "create_vm"
    red = checks("vm_runs")

    def run(self, one: Assignment) -> None:
        instance = self.stage.vms[one.member.id].instance
        self.stage.compute.stop(instance.name, instance.zone)


class WrongMachineType(Sabotage):
    """A larger machine than agreed."""

    begins = "create_vm"
    red = checks("vm_has_the_machine_type")

    def vm_spec(self, one: Assignment) -> InstanceSpec:
        return replace(super().vm_spec(one), machine_type="n1-standard-2")


class WrongImageFamily(Sabotage):
    """A plain Debian, which has no Jupyter."""

    begins = "create_vm"
    red = checks("vm_has_the_image_family", "jupyter_answers_on_your_vm")

    def vm_spec(self, one: Assignment) -> InstanceSpec:
        return replace(super().vm_spec(one), image_family="debian-12", image_project="debian-cloud")

    def open_jupyter(self, one: Assignment) -> None:
        pass


class LargeDisk(Sabotage):
    """The boot disk is larger than agreed."""

    begins = "create_vm"
    red = checks("vm_has_the_boot_disk")

    def vm_spec(self, one: Assignment) -> InstanceSpec:
        return replace(super().vm_spec(one), disk_size_gb=100)


class NoScopes(Sabotage):
    """The VM may not use Cloud Storage."""

    begins = "create_vm"
    red = checks("vm_has_the_scopes")

    def vm_spec(self, one: Assignment) -> InstanceSpec:
        return replace(super().vm_spec(one), scopes=())


class SshClosed(Sabotage):
    """The VM's SSH server does not listen; a teammate's does."""

    begins = "create_vm"
    red = checks("vm_answers_ssh")

    def run(self, one: Assignment) -> None:
        super().run(one)
        self.vm(one).check("sudo pkill -o -x sshd")


class JupyterStopped(Sabotage):
    """Nothing listens behind the port of Jupyter."""

    begins = "create_vm"
    red = checks("jupyter_answers_on_your_vm")

    def run(self, one: Assignment) -> None:
        super().run(one)
        self.vm(one).check("sudo pkill -f '[j]upyter'")  # the brackets keep it from finding itself


VM = (
    NoVm,
    VmStopped,
    WrongMachineType,
    WrongImageFamily,
    LargeDisk,
    NoScopes,
    SshClosed,
    JupyterStopped,
)
