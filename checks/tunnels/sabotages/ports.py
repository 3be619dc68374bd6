"""What goes wrong with the ports: each leads to another machine, to another port, or to nobody."""

from __future__ import annotations

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.tunnels.sabotages.sabotage import Sabotage, checks
from pytest_cloudlab.checks.tunnels.walkthrough import CONTAINER, FORWARD, IN_THE_WAY, SERVES
from pytest_cloudlab.rehearsal.background import start, stop
from pytest_cloudlab.targets import Target

OTHER = "page-first"
OTHER_PORT = 9999
ASIDE_PORT = 9998


def serve(machine: Target, port: int, name: str) -> None:
    """Some web server of somebody's, on a machine's own port."""
    words = ("python3", "-m", "http.server", "--bind", "127.0.0.1", "--directory", "/var/empty", str(port))
    machine.check("mkdir -p /var/empty")
    start(machine, name, port, *words)


class TunnelSabotage(Sabotage):
    spoils = "open_tunnel"
    red = checks("tunnel_ends_at_your_vm")


class TunnelClosed(TunnelSabotage):
    """The terminal with the tunnel was closed."""

    says = "nobody listens on port 8888 of the codespace"

    def open_tunnel(self, one: Assignment) -> None:
        self.tunnel(one).close()


class ListenerInTheWay(TunnelSabotage):
    """Another program had the codespace's port, and the tunnel could not be opened."""

    says = "ends there: the codespace's port 8888, which python3 holds"

    def open_tunnel(self, one: Assignment) -> None:
        self.tunnel(one).close()
        serve(self.codespace(one), one.lab.parameters.ports.codespace, IN_THE_WAY)


class TunnelToAnotherPort(TunnelSabotage):
    """The tunnel leads to the VM, but to its Jupyter."""

    says = "ends at the vm's port 8080"

    def open_tunnel(self, one: Assignment) -> None:
        vm = self.stage.vms[one.member.id].instance
        self.tunnel(one).open(vm, one.lab.parameters.ports.codespace, 8080)


class TunnelToItself(TunnelSabotage):
    """The tunnel leads through the VM back to a port of the codespace, where something else is."""

    says = f"ends at the codespace's port {OTHER_PORT}"

    def open_tunnel(self, one: Assignment) -> None:
        codespace, vm = self.codespace(one), self.stage.vms[one.member.id].instance
        words = ("python3", "-m", "http.server", "--directory", "/var/empty", str(OTHER_PORT))
        codespace.check("mkdir -p /var/empty")
        start(codespace, IN_THE_WAY, OTHER_PORT, *words)
        near, host = one.lab.parameters.ports.codespace, codespace.check("hostname -i").split()[0]
        self.tunnel(one).open(vm, near, OTHER_PORT, host=host)


class TunnelToAnotherVm(TunnelSabotage):
    """The tunnel leads to a VM, and not to the one of the agreed name."""

    says = "leaves the chain: the codespace's port 8888, which an ssh to "

    def open_tunnel(self, one: Assignment) -> None:
        ports, spare = one.lab.parameters.ports, f"{one.member.id}-spare"
        if spare not in self.stage.vms:
            self.stage.vms[spare] = self.make_vm(one, spare)
        other = self.stage.vms[spare]
        start(other.target, IN_THE_WAY, ports.vm, "python3", "-m", "http.server", str(ports.vm))
        self.tunnel(one).open(other.instance, ports.codespace, ports.vm)


class ContainerSabotage(Sabotage):
    spoils = "run_page"
    red = checks("vm_port_leads_into_your_container")


class NotPublished(ContainerSabotage):
    """The container runs, without -p."""

    says = "No running container is published on port 8888"

    def run_page(self, one: Assignment) -> None:
        self.run_container(one, "")


class PublishedToNobody(ContainerSabotage):
    """The two ports of -p are mixed up: nobody listens on the container's."""

    says = "is published to port 8888 of the container, where nobody listens; its web server has 8000"

    def run_page(self, one: Assignment) -> None:
        port = one.lab.parameters.ports.vm
        self.run_container(one, f"-p {port}:{port}")


class AnotherContainerAnswers(ContainerSabotage):
    """Two containers share the port: the newest is shown to the world, an older one to the tunnel."""

    mended_by = ("run_page_alone",)
    says = ": the vm's port 8888"

    def run_page(self, one: Assignment) -> None:
        port, vm = one.lab.parameters.ports.vm, self.stage.vms[one.member.id]
        vm.target.check("docker rm -f %s >/dev/null 2>&1 || true", CONTAINER)
        self.run_container(one, f"-p 127.0.0.1:{port}:{SERVES}", container=OTHER)
        self.run_container(one, f"-p {vm.instance.external_ip}:{port}:{SERVES}")


class ForwardSabotage(Sabotage):
    spoils = "forward_port"
    red = checks("laptop_port_leads_into_your_codespace")


class NotForwarded(ForwardSabotage):
    """The editor was closed, and its forwarded ports with it."""

    says = "nobody listens on port 8888 of the laptop"

    def forward_port(self, one: Assignment) -> None:
        stop(self.laptop(one), FORWARD)


class AnotherPortForwarded(ForwardSabotage):
    """The laptop's port leads into the codespace, but to another port of it."""

    says = f"ends at the codespace's port {ASIDE_PORT}"

    def forward_port(self, one: Assignment) -> None:
        serve(self.codespace(one), ASIDE_PORT, "aside")
        self.forward(one, ASIDE_PORT, one.lab.parameters.ports.laptop)


class ListenerOnTheLaptop(ForwardSabotage):
    """The laptop's own Jupyter has the port: the page that opens is the laptop's."""

    says = "ends there: the laptop's port 8888, which python3 holds"

    def forward_port(self, one: Assignment) -> None:
        serve(self.laptop(one), one.lab.parameters.ports.laptop, FORWARD)


class PreviewMadePublic(Sabotage):
    """Everybody may see it."""

    spoils = "agree_on_visibility"
    red = checks("preview_is_as_private_as_agreed")
    says = "is public, expected private"

    def agree_on_visibility(self, one: Assignment) -> None:
        self.show_to(one, "public")


PORTS: tuple[type[Sabotage], ...] = (
    TunnelClosed,
    ListenerInTheWay,
    TunnelToAnotherPort,
    TunnelToItself,
    TunnelToAnotherVm,
    NotPublished,
    PublishedToNobody,
    AnotherContainerAnswers,
    NotForwarded,
    AnotherPortForwarded,
    ListenerOnTheLaptop,
    PreviewMadePublic,
)
