"""What goes wrong at the far end, and at the end of the lab."""

from __future__ import annotations

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.tunnels.sabotages.sabotage import Sabotage, checks
from pytest_cloudlab.checks.tunnels.walkthrough import FORWARD, SERVES
from pytest_cloudlab.rehearsal.background import start


class SomebodyElsesPage(Sabotage):
    """Every port leads on, to a page that was copied from a neighbour."""

    spoils = "run_page"
    red = checks("page_comes_through_every_hop")
    says = "comes through every hop, and names Bob <Builder>"

    def run_page(self, one: Assignment) -> None:
        self.run_container(one, f"-p {one.lab.parameters.ports.vm}:{SERVES}", names="Bob <Builder>")


class CopyOnTheLaptop(Sabotage):
    """When all was seen to lead on, the laptop serves a copy of the page: to look at, it is the same."""

    spoils = "forward_port"
    red = checks("page_comes_through_every_hop")
    says = "The chain breaks at your laptop, port 8888: ends there"

    def forward_port(self, one: Assignment) -> None:
        folder, port = "/tmp/copy", one.lab.parameters.ports.laptop  # noqa: S108  # of the laptop
        self.laptop(one).write(f"{folder}/index.html", self.page(one.member.name))
        start(
            self.laptop(one), FORWARD, port, "python3", "-m", "http.server", "--directory", folder, str(port)
        )


class VmKept(Sabotage):
    """The VM runs on when the lab is over."""

    spoils = "delete_vm"
    red = checks("vm_is_deleted")
    says = "There is still a VM"

    def delete_vm(self, one: Assignment) -> None:
        pass


PAGE = (SomebodyElsesPage, CopyOnTheLaptop)
CLEANUP = (VmKept,)
