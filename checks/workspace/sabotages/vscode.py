"""What goes wrong when a VS Code workspace is created."""

from __future__ import annotations

from dataclasses import replace

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.workspace.sabotages.sabotage import Sabotage, checks
from pytest_cloudlab.checks.workspace.workspace_scenes import Order


class VsCodeSabotage(Sabotage):
    """Something else is chosen for it."""

    spoils = "create_vscode"

    def create_vscode(self, one: Assignment) -> None:
        self.create_as(one, "vscode", self.spoilt(self.order(one, "vscode")))

    def spoilt(self, order: Order) -> Order:
        raise NotImplementedError


class NoVsCode(Sabotage):
    """None was created."""

    spoils = "create_vscode"
    red = checks("vscode_workspace_runs")

    def create_vscode(self, one: Assignment) -> None:
        mine = self.workspace(one)
        self.delete(mine.name, mine.namespace)


class AnotherName(NoVsCode):
    """It was given a name of one's own making."""

    def create_vscode(self, one: Assignment) -> None:
        super().create_vscode(one)
        self.create(f"{one.member.id}-editor", self.workspace(one).namespace, self.order(one, "vscode"))


class ImageMissing(NoVsCode):
    """Its environment names an image that there is not."""

    def create_vscode(self, one: Assignment) -> None:
        mine, order = self.workspace(one), self.order(one, "vscode")
        wrong = replace(order, image=order.image.replace("v4-16-1", "v4-61-1"))
        self.create(mine.name, mine.namespace, wrong, wait=False)


class Crashing(NoVsCode):
    """It was given an argument that its server does not know."""

    def create_vscode(self, one: Assignment) -> None:
        mine, order = self.workspace(one), self.order(one, "vscode")
        self.create(mine.name, mine.namespace, replace(order, args=("--no-such-option",)), wait=False)
        self.wait(mine.name, mine.namespace, "state.waiting.reason", "CrashLoopBackOff")


class AnotherEnvironment(VsCodeSabotage):
    """It was made of another environment, with whatever VS Code server is the latest."""

    red = checks("vscode_has_the_environment")

    def spoilt(self, order: Order) -> Order:
        return replace(order, image=order.image.replace("v4-16-1", "latest"))


class AnotherComputeResource(VsCodeSabotage):
    """More was taken than agreed."""

    red = checks("vscode_has_the_compute_resource")

    def spoilt(self, order: Order) -> Order:
        return replace(order, requests={"cpu": "2000m", "memory": "64Gi"})


class NoPassword(VsCodeSabotage):
    """Its password was switched off."""

    red = checks("vscode_asks_for_its_password")

    def spoilt(self, order: Order) -> Order:
        return replace(order, args=("--auth", "none", "."))


class PasswordFromElsewhere(VsCodeSabotage):
    """Its password was set by a variable, and the config file has another."""

    red = checks("vscode_password_signs_in")

    def spoilt(self, order: Order) -> Order:
        return replace(order, extra={"env": [{"name": "PASSWORD", "value": "chosen-by-oneself"}]})


class TwoServers(VsCodeSabotage):
    """CONNECT leads to another server than the one behind the agreed port."""

    red = checks("both_ways_lead_to_your_vscode")

    def spoilt(self, order: Order) -> Order:
        # What listens on the agreed port has the password, too, and knows nothing of the other's sessions.
        first, second = (f"code-server --bind-addr 0.0.0.0:{port} ." for port in (order.port, order.port + 1))
        line = f"{first} & sleep 1; exec {second}"
        return replace(order, command=("sh", "-c"), args=(line,), port=order.port + 1)


class NoVolume(VsCodeSabotage):
    """No data source was chosen."""

    red = checks("volume_is_mounted_in_vscode")
    judged = "1.2"

    def spoilt(self, order: Order) -> Order:
        # The folder is there all the same: in the container, which is gone tomorrow.
        folder = {"name": "scratch", "emptyDir": {}}
        return replace(
            order, claim="", volumes=(folder,), mounts=({"name": "scratch", "mountPath": order.path},)
        )


class VolumeElsewhere(VsCodeSabotage):
    """The volume is mounted at another place."""

    red = NoVolume.red
    judged = "1.2"

    def spoilt(self, order: Order) -> Order:
        folder = {"name": "scratch", "emptyDir": {}}
        mount = {"name": "scratch", "mountPath": order.path}
        return replace(order, path="/data", volumes=(folder,), mounts=(mount,))


class Privileged(VsCodeSabotage):
    """It was made privileged, for Docker to run in it."""

    red = checks("no_workspace_is_privileged")
    judged = "3"

    def spoilt(self, order: Order) -> Order:
        return replace(order, extra={"securityContext": {"privileged": True}})


class DockerSocket(VsCodeSabotage):
    """It was given the engine of its node."""

    red = checks("no_docker_socket_is_in_a_workspace")
    judged = "3"

    def spoilt(self, order: Order) -> Order:
        socket = {"name": "engine", "hostPath": {"path": "/var/run/docker.sock"}}
        mount = {"name": "engine", "mountPath": "/var/run/docker.sock"}
        return replace(order, volumes=(socket,), mounts=(mount,))


VSCODE: tuple[type[Sabotage], ...] = (
    NoVsCode,
    AnotherName,
    ImageMissing,
    Crashing,
    AnotherEnvironment,
    AnotherComputeResource,
    NoPassword,
    PasswordFromElsewhere,
    TwoServers,
    NoVolume,
    VolumeElsewhere,
    Privileged,
    DockerSocket,
)
