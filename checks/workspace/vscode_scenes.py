"""Work in VS Code: a folder of one's own, the repository, settings, extensions."""

from __future__ import annotations

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.workspace.settings import HANDLER
from pytest_cloudlab.checks.workspace.workspace import own_folder
from pytest_cloudlab.checks.workspace.workspace_scenes import WorkspaceScenes
from pytest_cloudlab.rehearsal import Scene

SETTINGS = '{\n    // the terminal asks me, not the editor\n    "' + HANDLER + '": %s,\n}\n'


class VsCodeScenes(WorkspaceScenes):
    vscode_scenes: tuple[Scene, ...] = (
        # The check of a restart ends what is in the home directory: it judges before anything comes there.
        Scene("make_folder", "1.2", "Make a folder on the volume", curtain=True),
        Scene("switch_handler_off", "1.3", "Switch the Git authentication handler off"),
        Scene("clone", "1.3", "Clone the repository"),
        Scene("install_extensions", "1.4", "Install the extensions"),
    )

    # What scenes share.

    def clone_as(self, one: Assignment, remote: str) -> None:
        """Clone it, and let the clone's remote be `remote`."""
        url = one.lab.parameters.repository.url
        name = url.rpartition("/")[2]
        folder = own_folder(one)
        self.type(one, "cd %s && rm -rf -- %s && git clone --quiet %s", folder, name, url)
        self.type(one, "git -C %s remote set-url origin %s", f"{folder}/{name}", remote)

    def set_handler(self, one: Assignment, value: str) -> None:
        parameters = one.lab.parameters.vscode
        path = f"{parameters.home}/{parameters.settings}".replace("{}", "User")
        with self.inside(one) as pod:
            pod.write(path, (SETTINGS % value).encode())

    def install(self, one: Assignment, *names: str) -> None:
        """These extensions, and no others."""
        self.type(one, "rm -rf ~/.local/share/code-server/extensions")
        for name in names:
            self.type(one, "code-server --install-extension %s", name)

    # The scenes.

    def make_folder(self, one: Assignment) -> None:
        self.type(one, "[ ! -L %s ] || rm %s", own_folder(one), own_folder(one))
        self.type(one, "mkdir -p %s", own_folder(one))

    def switch_handler_off(self, one: Assignment) -> None:
        self.set_handler(one, "false")

    def clone(self, one: Assignment) -> None:
        self.type(one, "rm -rf %s", f"{own_folder(one)}/.ssh")
        self.clone_as(one, one.lab.parameters.repository.url)

    def install_extensions(self, one: Assignment) -> None:
        self.install(one, *one.lab.parameters.vscode.extensions)
