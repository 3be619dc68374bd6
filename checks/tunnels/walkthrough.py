"""The reference solution of this lab: from a laptop through a codespace and a VM into a container."""

from __future__ import annotations

import html

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.clouds.compute import InstanceSpec
from pytest_cloudlab.model import Member
from pytest_cloudlab.providers import gce
from pytest_cloudlab.rehearsal import Scene
from pytest_cloudlab.rehearsal.background import start, stop
from pytest_cloudlab.rehearsal.codespace_scenes import CodespaceScenes
from pytest_cloudlab.rehearsal.tunnel import Tunnel
from pytest_cloudlab.targets import Target

CAST = (
    ("alice", "Alice Martin"),
    ("zoe", "Zoë O'Neil"),
    ("omar", "عمر الخيام"),
    ("mei", "陈美"),
    ("lev", "Lev Ñuñez-Škoda"),
)
VM_TTL_S = 2 * 3600
CONTAINER = "page"
IMAGE = "python:3.11-slim"
SERVES = 8000
"""Port of the container."""
FORWARD = "forward"
"""What runs on the laptop."""
IN_THE_WAY = "in-the-way"
"""What a sabotage runs in the codespace."""
PULL_S = 300


def cast(size: int) -> tuple[Member, ...]:
    """The first `size` members; each begins at a laptop."""
    return tuple(Member(member_id, name, targets={"laptop": ""}) for member_id, name in CAST[:size])


class Walkthrough(CodespaceScenes):
    scenes: tuple[Scene, ...] = (
        Scene("create_codespace", "1", "Create a codespace"),
        Scene("create_vm", "2", "Create a VM from there"),
        Scene("enter_vm", "2", "Enter it"),
        Scene("open_tunnel", "3", "Open a tunnel to its port", curtain=True),
        Scene("run_page", "4", "Serve a page in a container"),
        Scene("forward_port", "5", "Forward the codespace's port to the laptop"),
        Scene("agree_on_visibility", "5", "Say who may see its preview"),
    )
    cleanup: tuple[Scene, ...] = (
        Scene("close_ports", "7", "Close what is open"),
        Scene("delete_vm", "7", "Delete the VM"),
        Scene("shut_down", "7", "Stop the codespace"),
    )

    # What scenes share.

    def vm(self, one: Assignment) -> Target:
        return self.stage.vms[one.member.id].target

    def tunnel(self, one: Assignment) -> Tunnel:
        return Tunnel(self.stage.codespace(one), self.stage.compute, one.course.ssh_user)

    def spec(self, one: Assignment, name: str = "") -> InstanceSpec:
        wanted = one.lab.parameters
        return InstanceSpec(
            name=name or one.fill(wanted.names.instance),
            zone=one.course.zones[0],
            machine_type=wanted.vm.machine_type,
            image_family=wanted.vm.image_family,
            image_project=wanted.vm.image_project,
            disk_size_gb=wanted.vm.disk_size_gb,
            disk_type=wanted.vm.disk_type,
            metadata={"ssh-keys": f"{one.course.ssh_user}:{self.tunnel(one).public_key()}"},
        )

    def make_vm(self, one: Assignment, name: str = "") -> gce.Machine:
        return gce.provision(
            self.stage.compute,
            self.spec(one, name),
            ledger=self.stage.ledger,
            ttl_s=VM_TTL_S,
            ssh_user=one.course.ssh_user,
            ssh_key=self.stage.ssh_key,
        )

    def page(self, name: str) -> bytes:
        return f'<!doctype html><title>Page</title><p id="member">{html.escape(name)}</p>\n'.encode()

    def run_container(
        self, one: Assignment, publish: str, *, names: str = "", container: str = CONTAINER
    ) -> None:
        """A web server in a container, with a page that names somebody, in place of what ran before."""
        vm, folder = self.vm(one), f"/home/{one.course.ssh_user}/{container}"
        vm.write(f"{folder}/index.html", self.page(names or one.member.name))
        vm.check("docker rm -f %s >/dev/null 2>&1 || true", container)
        vm.check(
            f"docker run -d --name %s {publish} -v %s %s python -m http.server --directory %s %s",
            container,
            f"{folder}:{one.lab.parameters.served.folder}",
            IMAGE,
            one.lab.parameters.served.folder,
            str(SERVES),
            timeout_s=PULL_S,
        )

    def forward(self, one: Assignment, far: int, near: int) -> None:
        words = ("gh", "codespace", "ports", "forward", f"{far}:{near}", "-c", self.name(one))
        start(self.laptop(one), FORWARD, near, *words)

    # The scenes.

    def create_vm(self, one: Assignment) -> None:
        self.delete_vm(one)
        self.stage.vms[one.member.id] = self.make_vm(one)

    def enter_vm(self, one: Assignment) -> None:
        """By opening a tunnel: that logs in."""
        self.stage.codespace(one).check("iptables -F OUTPUT")  # a sabotage may have closed the way
        ports = one.lab.parameters.ports
        self.tunnel(one).open(self.stage.vms[one.member.id].instance, ports.codespace, ports.vm)

    def open_tunnel(self, one: Assignment) -> None:
        stop(self.stage.codespace(one), IN_THE_WAY)
        ports = one.lab.parameters.ports
        self.tunnel(one).open(self.stage.vms[one.member.id].instance, ports.codespace, ports.vm)

    def run_page(self, one: Assignment) -> None:
        self.run_container(one, f"-p {one.lab.parameters.ports.vm}:{SERVES}")

    def forward_port(self, one: Assignment) -> None:
        ports = one.lab.parameters.ports
        self.forward(one, ports.codespace, ports.laptop)

    def agree_on_visibility(self, one: Assignment) -> None:
        self.show_to(one, one.lab.parameters.preview.visibility)

    def show_to(self, one: Assignment, visibility: str) -> None:
        self.laptop(one).check(
            "gh codespace ports visibility %s --codespace %s",
            f"{one.lab.parameters.ports.codespace}:{visibility}",
            self.name(one),
            timeout_s=60,
        )

    # What puts sabotages right.

    def work_in_codespace(self, one: Assignment) -> None:
        self.stage.work_on(one, self.stage.codespaces[one.member.id].target.address)

    def run_page_alone(self, one: Assignment) -> None:
        self.vm(one).check("docker rm -f $(docker ps -aq)")
        self.run_page(one)

    # The end.

    def close_ports(self, one: Assignment) -> None:
        stop(self.laptop(one), FORWARD)
        self.tunnel(one).close()

    def delete_vm(self, one: Assignment) -> None:
        self.tunnel(one).close()
        machine = self.stage.vms.pop(one.member.id, None)
        if machine is not None:
            machine.release()
