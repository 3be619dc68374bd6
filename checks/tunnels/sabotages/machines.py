"""What goes wrong with the machines themselves."""

from __future__ import annotations

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.tunnels.sabotages.sabotage import Sabotage, checks


class CodespaceIsTheLaptop(Sabotage):
    """The work is done on the laptop, and the roster says that it is the codespace."""

    spoils = "create_codespace"
    mended_by = ("work_in_codespace",)
    red = checks("codespace_is_another_machine")
    says = "is the same machine as your laptop"

    def create_codespace(self, one: Assignment) -> None:
        self.stage.work_on(one, self.laptop(one).address)


class NoVm(Sabotage):
    """The VM was never created, or has another name."""

    spoils = "create_vm"
    mended_by = ("create_vm", "enter_vm", "open_tunnel", "run_page")
    red = checks("codespace_sees_the_door_of_your_vm")
    says = "has no VM"

    def create_vm(self, one: Assignment) -> None:
        self.delete_vm(one)


class WayToTheVmIsClosed(Sabotage):
    """The VM runs, and nobody gets to it from the codespace."""

    spoils = "enter_vm"
    red = checks("codespace_sees_the_door_of_your_vm")
    says = "no SSH server answers your codespace"

    def enter_vm(self, one: Assignment) -> None:
        address = self.stage.vms[one.member.id].instance.external_ip
        self.codespace(one).check("iptables -A OUTPUT -d %s -p tcp --dport 22 -j REJECT", address)


MACHINES = (CodespaceIsTheLaptop, NoVm, WayToTheVmIsClosed)
