"""This lab's fixtures: every lab's, and the member's workspaces."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.workspace.workspace import Workspace, workspace
from pytest_cloudlab.clouds.docker_login import docker_login
from pytest_cloudlab.clouds.kubernetes import Kubernetes
from pytest_cloudlab.clouds.registry import Registry
from pytest_cloudlab.fixtures import *  # noqa: F403
from pytest_cloudlab.fixtures.kubernetes import enter_pod  # noqa: F401
from pytest_cloudlab.fixtures.machines import Machines
from pytest_cloudlab.targets import Target, open_target


@pytest.fixture
def vscode(assignment: Assignment) -> Workspace:
    """The member's workspace with VS Code server in it."""
    return workspace(assignment, "vscode")


@pytest.fixture
def jupyterlab(assignment: Assignment) -> Workspace:
    """The member's workspace with JupyterLab in it."""
    return workspace(assignment, "jupyterlab")


@pytest.fixture
def cluster(vscode: Workspace) -> Kubernetes:
    """The cluster of the VS Code workspace, asked through kubectl."""
    return Kubernetes(vscode.context)


@pytest.fixture
def jupyterlab_cluster(jupyterlab: Workspace) -> Kubernetes:
    """The cluster of the JupyterLab workspace: a roster may name another context for it."""
    return Kubernetes(jupyterlab.context)


@pytest.fixture
def vscode_pod(machines: Machines, vscode: Workspace) -> Target:
    """The inside of VS Code server's pod."""
    return machines.get(vscode.target, lambda: open_target(vscode.target))


@pytest.fixture
def jupyterlab_pod(machines: Machines, jupyterlab: Workspace) -> Target:
    """The inside of JupyterLab's pod."""
    return machines.get(jupyterlab.target, lambda: open_target(jupyterlab.target))


@pytest.fixture(scope="session")  # type: ignore[no-redef]  # the one of other labs asks as Google's clients do
def registry(assignment: Assignment) -> Iterator[Registry]:
    """The course's registry, asked as whom docker is signed in there: a robot account, as a rule."""
    host = assignment.course.registry.split("/", 1)[0]
    user, password = docker_login(host)
    made = Registry(host, lambda: password, user=user)
    yield made
    made.close()
