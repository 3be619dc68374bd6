"""Customising JupyterLab."""

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.workspace import jupyter
from pytest_cloudlab.checks.workspace.custom_images import last_push, require_pushed
from pytest_cloudlab.checks.workspace.tried_images import answer, require_tried
from pytest_cloudlab.checks.workspace.workspace import Workspace
from pytest_cloudlab.clouds.kubernetes import Kubernetes
from pytest_cloudlab.clouds.registry import Registry
from pytest_cloudlab.fixtures.kubernetes import EnterPod
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.webpage import Page

pytestmark = pytest.mark.step("2.2")


@pytest.mark.outcome(points=2)
def test_jupyterlab_image_is_pushed(registry: Registry, assignment: Assignment, measure: Measure) -> None:
    """Your team's own image of JupyterLab is in the registry, built for the cluster.

    On a laptop with another kind of processor, an image is built for that one unless told otherwise: build it
    with `--platform linux/amd64`, and push it again.
    """
    require_pushed(registry, assignment, assignment.lab.parameters.images.jupyterlab, measure)


@pytest.mark.outcome(points=2, needs="test_jupyterlab_image_is_pushed")
def test_a_workspace_runs_your_jupyterlab_image(
    jupyterlab_cluster: Kubernetes,
    jupyterlab: Workspace,
    registry: Registry,
    enter_pod: EnterPod,
    assignment: Assignment,
    measure: Measure,
) -> None:
    """A workspace of your project runs that image, and JupyterLab answers in it.

    Make an environment of the image on the platform, and create a workspace with it. One that a pod cannot
    fetch or start says why under EVENT HISTORY.
    """
    images = assignment.lab.parameters.images
    name, pushed = last_push(registry, assignment, images.jupyterlab)
    tried = require_tried(jupyterlab_cluster, jupyterlab.namespace, name, pushed, measure)

    def recognised(page: Page) -> bool:
        return bool(jupyter.version(page.body))

    pod, page = answer(tried, jupyterlab, enter_pod, "/api", recognised, "JupyterLab")
    measure(pod=pod, version=jupyter.version(page.body))
