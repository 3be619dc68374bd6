"""The team's own images: built on a laptop, pushed as the team's robot, run as a workspace."""

from __future__ import annotations

from dataclasses import replace

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.workspace.vscode_scenes import VsCodeScenes
from pytest_cloudlab.checks.workspace.workspace import Kind
from pytest_cloudlab.clouds.docker_login import docker_login
from pytest_cloudlab.rehearsal import Scene

PROJECT = "/root/team-project"
DOCKERFILE = "docker/{0}-server/{0}-server.Dockerfile"
TRIED: dict[Kind, str] = {"vscode": "custom-vscode", "jupyterlab": "custom-jupyterlab"}
"""The workspaces that the team's own images are tried in."""
BUILD_S = 600


class ImageScenes(VsCodeScenes):
    image_scenes: tuple[Scene, ...] = (
        Scene("sign_in", "1.5", "Sign in to the registry", leader=True),
        Scene("push_vscode_image", "1.5", "Build and push an image of VS Code server", leader=True),
        Scene("try_vscode_image", "1.5", "Run it as a workspace", leader=True),
        Scene("push_jupyterlab_image", "2.2", "Build and push an image of JupyterLab", leader=True),
        Scene("try_jupyterlab_image", "2.2", "Run that as a workspace, too", leader=True),
    )

    # What scenes share.

    def push(self, one: Assignment, kind: Kind, *, platform: str = "", name: str = "") -> None:
        images = one.lab.parameters.images
        name = name or one.fill(getattr(images, kind))
        laptop = self.laptop(one)
        laptop.check(
            "cd %s && docker build --quiet --tag %s --file %s --platform %s .",
            PROJECT,
            name,
            DOCKERFILE.format(kind),
            platform or images.platform,
            timeout_s=BUILD_S,
        )
        laptop.check("docker push --quiet %s", name, timeout_s=BUILD_S)

    def try_image(self, one: Assignment, kind: Kind) -> None:
        image = one.fill(getattr(one.lab.parameters.images, kind))
        order = replace(self.order(one, kind), image=image)
        self.create(TRIED[kind], self.workspace(one, kind).namespace, order)

    # The scenes.

    def sign_in(self, one: Assignment) -> None:
        host = one.course.registry.partition("/")[0]
        user, password = docker_login(host)
        laptop = self.laptop(one)
        laptop.check("docker login --username %s --password-stdin %s", user, host, stdin=password.encode())
        laptop.check(
            "[ -d %s ] || git clone --quiet %s %s", PROJECT, one.lab.parameters.repository.url, PROJECT
        )

    def push_vscode_image(self, one: Assignment) -> None:
        self.push(one, "vscode")

    def try_vscode_image(self, one: Assignment) -> None:
        self.try_image(one, "vscode")

    def push_jupyterlab_image(self, one: Assignment) -> None:
        self.push(one, "jupyterlab")

    def try_jupyterlab_image(self, one: Assignment) -> None:
        self.try_image(one, "jupyterlab")
