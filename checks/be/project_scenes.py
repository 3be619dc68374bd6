"""The reference solution's project, gcloud, registry and tunnel."""

from __future__ import annotations

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.rehearsal import Scene, Stage
from pytest_cloudlab.rehearsal.project import EDITOR
from pytest_cloudlab.rehearsal.tunnel import Tunnel
from pytest_cloudlab.targets import Target


class ProjectScenes:
    """Mixed into the walkthrough, which brings the stage and the members' VMs."""

    team_scenes = (
        Scene("share_project", "1.0", "Make the teammates editors", leader=True),
        Scene("configure_gcloud", "1.1.1", "Point gcloud at the team's project"),
    )
    registry_scene = Scene("create_registry", "1.2.1", "Create the shared registry", leader=True)
    tunnel_scene = Scene("open_tunnel", "1.3.2", "Open a tunnel to the web port")
    tunnel_cleanup = Scene("close_tunnel", "1.4", "Close the tunnel")
    stage: Stage

    def vm(self, one: Assignment) -> Target:
        raise NotImplementedError

    # The scenes.

    def share_project(self, one: Assignment) -> None:
        """By the one whom the stage's project belongs to."""
        for teammate in one.team.teammates(one.member):
            if teammate.email:
                self.stage.project.give(f"user:{teammate.email}", EDITOR)

    def configure_gcloud(self, one: Assignment) -> None:
        """Where there is one: a rehearsal goes on without."""
        self.stage.codespace(one).check(
            "! command -v gcloud >/dev/null || gcloud config set project %s", one.course.project
        )

    def create_registry(self, one: Assignment) -> None:
        self.stage.project.create_registry(one.course.registry.split("/", 1)[0])

    def tunnel(self, one: Assignment) -> Tunnel:
        return Tunnel(self.stage.codespace(one), self.stage.compute, one.course.ssh_user)

    def public_key(self, one: Assignment) -> str:
        """Of the key that the codespace opens its tunnel with."""
        return self.tunnel(one).public_key()

    def open_tunnel(self, one: Assignment) -> None:
        ports = one.lab.parameters.ports
        self.forward(one, ports.tunnel, ports.web)

    def forward(self, one: Assignment, near: int, far: int) -> None:
        """From the codespace's port to the VM's, in place of the tunnel that was open before."""
        self.tunnel(one).open(self.stage.vms[one.member.id].instance, near, far)

    def close_tunnel(self, one: Assignment) -> None:
        self.tunnel(one).close()
