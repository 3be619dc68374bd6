"""What goes wrong with the team's own images."""

from __future__ import annotations

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.workspace.image_scenes import PROJECT, TRIED
from pytest_cloudlab.checks.workspace.sabotages.sabotage import Sabotage, checks
from pytest_cloudlab.clouds.credentials import access_token
from pytest_cloudlab.clouds.registry import Registry, split_image

EMPTY = b"""FROM scratch
COPY README.md /
CMD ["/README.md"]
"""


class ImageSabotage(Sabotage):
    def push_empty(self, one: Assignment, name: str, platform: str) -> None:
        laptop = self.laptop(one)
        # From its cache, the builder would take a step that it has done for another platform.
        build = "docker build --quiet --no-cache --platform %s --tag %s --file - ."
        laptop.check(f"cd {PROJECT} && {build}", platform, name, stdin=EMPTY, timeout_s=60)
        laptop.check("docker push --quiet %s", name, timeout_s=60)


class VsCodeForAnotherProcessor(ImageSabotage):
    """It was built on a laptop with another processor, without saying what for."""

    spoils = "push_vscode_image"
    red = checks("vscode_image_is_pushed")

    def push_vscode_image(self, one: Assignment) -> None:
        self.push_empty(one, one.fill(one.lab.parameters.images.vscode), "linux/arm64")


class JupyterLabForAnotherProcessor(ImageSabotage):
    """The same, with the image of JupyterLab."""

    spoils = "push_jupyterlab_image"
    red = checks("jupyterlab_image_is_pushed")

    def push_jupyterlab_image(self, one: Assignment) -> None:
        self.push_empty(one, one.fill(one.lab.parameters.images.jupyterlab), "linux/arm64")


class NeverPushed(ImageSabotage):
    """It was built, and never pushed."""

    spoils = "push_jupyterlab_image"
    red = checks("jupyterlab_image_is_pushed")

    def push_jupyterlab_image(self, one: Assignment) -> None:
        image = split_image(one.fill(one.lab.parameters.images.jupyterlab))
        # The twin's administrator has its token for a password.
        registry = Registry(image.host, access_token, user="admin")
        registry.delete(image.repository, image.tag)
        registry.close()


class ImageNeverTried(ImageSabotage):
    """No workspace was made of it."""

    spoils = "try_vscode_image"
    red = checks("a_workspace_runs_your_vscode_image")

    def try_vscode_image(self, one: Assignment) -> None:
        self.delete(TRIED["vscode"], self.workspace(one).namespace)


class JupyterLabImageNeverTried(ImageSabotage):
    """The same, with the image of JupyterLab."""

    spoils = "try_jupyterlab_image"
    red = checks("a_workspace_runs_your_jupyterlab_image")

    def try_jupyterlab_image(self, one: Assignment) -> None:
        self.delete(TRIED["jupyterlab"], self.workspace(one, "jupyterlab").namespace)


class FormerPushTried(ImageSabotage):
    """It was changed and pushed again under its old name, and the workspace runs the former one."""

    spoils = "push_vscode_image"
    red = ImageNeverTried.red

    def push_vscode_image(self, one: Assignment) -> None:
        self.push_empty(one, one.fill(one.lab.parameters.images.vscode), "linux/amd64")


IMAGES: tuple[type[Sabotage], ...] = (
    VsCodeForAnotherProcessor,
    JupyterLabForAnotherProcessor,
    NeverPushed,
    ImageNeverTried,
    JupyterLabImageNeverTried,
    FormerPushTried,
)
