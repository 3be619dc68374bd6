"""What goes wrong in the editor's terminal."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.workspace.platform_on_the_twin import apply
from pytest_cloudlab.checks.workspace.sabotages.sabotage import Sabotage, checks
from pytest_cloudlab.checks.workspace.vscode_scenes import VsCodeScenes
from pytest_cloudlab.checks.workspace.workspace import own_folder


class NoFolder(Sabotage):
    """No folder was made."""

    spoils = "make_folder"
    red = checks("own_folder_is_on_the_volume")

    def make_folder(self, one: Assignment) -> None:
        self.type(one, "rm -rf %s", own_folder(one))


class FolderElsewhere(NoFolder):
    """The folder on the volume is a link into the home directory."""

    def make_folder(self, one: Assignment) -> None:
        super().make_folder(one)
        self.type(one, "mkdir -p ~/work && ln -s ~/work %s", own_folder(one))


class HomeOnAVolume(Sabotage):
    """The home directory was put on a volume of its own: what is in it outlives the pod."""

    spoils = "create_vscode"
    red = checks("work_survives_a_restart")
    judged = "1.2"

    def create_vscode(self, one: Assignment) -> None:
        mine, order = self.workspace(one), self.order(one, "vscode")
        home = one.lab.parameters.vscode.home
        apply(
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": {"name": f"{one.member.id}-home", "namespace": mine.namespace},
                "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
            }
        )
        volume = {"name": "home", "persistentVolumeClaim": {"claimName": f"{one.member.id}-home"}}
        mount = {"name": "home", "mountPath": home}
        self.create_as(one, "vscode", replace(order, volumes=(volume,), mounts=(mount,)))


class HandlerOn(Sabotage):
    """VS Code still answers for git."""

    spoils = "switch_handler_off"
    red = checks("git_authentication_handler_is_off")

    def switch_handler_off(self, one: Assignment) -> None:
        self.set_handler(one, "true")


class HandlerUntouched(HandlerOn):
    """The settings were never changed."""

    def switch_handler_off(self, one: Assignment) -> None:
        parameters = one.lab.parameters.vscode
        self.type(one, "rm -f %s", f"{parameters.home}/{parameters.settings}".replace("{}", "User"))


class CloneSabotage(Sabotage):
    spoils = "clone"
    red = checks("repository_is_cloned_over_https")


class NotCloned(CloneSabotage):
    """There is no clone."""

    def clone(self, one: Assignment) -> None:
        name = one.lab.parameters.repository.url.rpartition("/")[2]
        self.type(one, "rm -rf %s", f"{own_folder(one)}/{name}")


class ClonedOverSsh(CloneSabotage):
    """It was cloned with an SSH key."""

    def clone(self, one: Assignment) -> None:
        self.clone_as(one, self.over_ssh(one))

    def over_ssh(self, one: Assignment) -> str:
        url: str = one.lab.parameters.repository.url
        host, _, path = url.removeprefix("https://").partition("/")
        return f"git@{host}:{path}.git"


class ClonedOverSshUrl(ClonedOverSsh):
    """The same, written as an address."""

    def over_ssh(self, one: Assignment) -> str:
        url: str = one.lab.parameters.repository.url
        return url.replace("https://", "ssh://git@") + ".git"


class TokenInTheRemote(CloneSabotage):
    """The remote has somebody's token in it."""

    def clone(self, one: Assignment) -> None:
        url = one.lab.parameters.repository.url
        self.clone_as(one, url.replace("https://", "https://alice:not-a-real-token@"))


class AnotherRepository(CloneSabotage):
    """Another repository was cloned."""

    def clone(self, one: Assignment) -> None:
        self.clone_as(one, "https://github.com/somebody/else.git")


class KeyOnTheVolume(Sabotage):
    """A key was made, and kept on the volume for its owner not to lose it."""

    spoils = "clone"
    red = checks("no_private_key_is_on_the_volume")
    options: ClassVar[str] = "-t ed25519"

    def clone(self, one: Assignment) -> None:
        VsCodeScenes.clone(self, one)
        folder = f"{own_folder(one)}/.ssh"
        self.type(
            one, "mkdir -p %s && ssh-keygen -q -N '' " + self.options + " -f %s", folder, f"{folder}/id_work"
        )


class OldKeyOnTheVolume(KeyOnTheVolume):
    """The same, in the older form."""

    options = "-t rsa -b 2048 -m PEM"


class NoExtensions(Sabotage):
    """None was installed."""

    spoils = "install_extensions"
    red = checks("extensions_are_installed")

    def install_extensions(self, one: Assignment) -> None:
        self.install(one)


class OneExtension(NoExtensions):
    """One of the two was installed, and a third."""

    def install_extensions(self, one: Assignment) -> None:
        self.install(one, one.lab.parameters.vscode.extensions[0], "ms-toolsai.jupyter-keymap")


WORK: tuple[type[Sabotage], ...] = (
    NoFolder,
    FolderElsewhere,
    HandlerOn,
    HandlerUntouched,
    NotCloned,
    ClonedOverSsh,
    ClonedOverSshUrl,
    TokenInTheRemote,
    AnotherRepository,
    KeyOnTheVolume,
    OldKeyOnTheVolume,
    NoExtensions,
    OneExtension,
)
RESTART: tuple[type[Sabotage], ...] = (HomeOnAVolume,)
