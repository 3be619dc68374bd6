"""What goes wrong with the tunnel, and on the way from the container to the codespace."""

from __future__ import annotations

from pytest_cloudlab import containers
from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.be.sabotages.sabotage import Sabotage, checks
from pytest_cloudlab.checks.be.walkthrough import CONTAINER

OTHER = "mascot-first"


class TunnelClosed(Sabotage):
    """The terminal with the tunnel was closed."""

    begins = "open_tunnel"
    ends = "open_tunnel"
    red = checks("tunnel_ends_at_your_vm")

    def open_tunnel(self, one: Assignment) -> None:
        self.close_tunnel(one)


class TunnelToAnotherPort(Sabotage):
    """The tunnel leads to the VM, but to its Jupyter."""

    begins = "open_tunnel"
    ends = "open_tunnel"
    red = checks("tunnel_ends_at_your_vm")

    def open_tunnel(self, one: Assignment) -> None:
        ports = one.lab.parameters.ports
        self.forward(one, ports.tunnel, ports.jupyter)


class AnotherContainerAnswers(Sabotage):
    """Two containers share the web port: the newest is shown to the world, an older one to the tunnel."""

    begins = "create_vm"  # its second container goes with the VM
    red = checks("page_comes_through_every_hop")

    def run(self, one: Assignment) -> None:
        name, web = self.teammate_image_name(one), one.lab.parameters.ports.web
        (port,) = containers.image(self.runner(one), name).exposed_ports
        addresses = ("127.0.0.1", self.stage.vms[one.member.id].instance.external_ip)
        self.runner(one).check("docker rm -f %s %s >/dev/null 2>&1 || true", CONTAINER, OTHER)
        for container, address in zip((OTHER, CONTAINER), addresses, strict=True):
            self.runner(one).check(
                "docker run -d --name %s -p %s -e %s %s",
                container,
                f"{address}:{web}:{port}",
                f"USER={one.member.name}",
                name,
            )


TUNNEL = (TunnelClosed, TunnelToAnotherPort, AnotherContainerAnswers)
