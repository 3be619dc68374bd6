"""Prebuilt JupyterLab server."""

import secrets
from contextlib import suppress
from urllib.parse import quote

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.workspace import doors, jupyter
from pytest_cloudlab.checks.workspace.runs import (
    require_claim,
    require_compute,
    require_environment,
    require_running,
)
from pytest_cloudlab.checks.workspace.workspace import Workspace, own_folder, within
from pytest_cloudlab.clouds.kubernetes import Kubernetes
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("2.1")


@pytest.mark.outcome(points=2)
def test_jupyterlab_workspace_runs(
    jupyterlab_cluster: Kubernetes, jupyterlab: Workspace, measure: Measure
) -> None:
    """Your JupyterLab workspace runs under its agreed name.

    Create it on the platform's page of workspaces, and wait until its status is green.
    """
    require_running(jupyterlab_cluster, jupyterlab, measure)


@pytest.mark.outcome(points=1, needs="test_jupyterlab_workspace_runs")
def test_jupyterlab_has_the_environment(
    jupyterlab_cluster: Kubernetes, jupyterlab: Workspace, measure: Measure
) -> None:
    """It was made of JupyterLab's agreed environment.

    A workspace keeps the environment that it was created with: create it again, with the one that the page
    names.
    """
    require_environment(jupyterlab.found(jupyterlab_cluster), jupyterlab, measure)


@pytest.mark.outcome(points=1, needs="test_jupyterlab_workspace_runs")
def test_jupyterlab_has_the_compute_resource(
    jupyterlab_cluster: Kubernetes, jupyterlab: Workspace, lab: Lab, measure: Measure
) -> None:
    """JupyterLab asks for the agreed compute resource.

    What it asks for nobody else can have: create the workspace again, with the compute resource that the page
    names.
    """
    require_compute(jupyterlab.found(jupyterlab_cluster), jupyterlab, lab, measure)


@pytest.mark.outcome(points=2, needs="test_jupyterlab_workspace_runs")
def test_jupyterlab_asks_for_its_token(
    jupyterlab_cluster: Kubernetes, jupyterlab: Workspace, measure: Measure
) -> None:
    """The token from JupyterLab's log opens it, and without one nobody comes in.

    Read the log with the command that the page shows. A workspace that was restarted has another token.
    """
    with doors.address(jupyterlab) as address:
        api = address.get("/api")
        version = jupyter.version(api.body)
        measure(address=jupyterlab.address, version=version)
        assert version, f"What answers at {jupyterlab.address} is not Jupyter (HTTP {api.status})."
        stranger = address.get("/api/status").status
        measure(without_token=stranger)
        assert stranger in jupyter.REFUSED, (
            f"Asked without a token, it answers HTTP {stranger}, expected a refusal (HTTP 403): everybody "
            "who knows the address could run commands in your workspace."
        )
        token = jupyter.token(jupyterlab.log(jupyterlab_cluster))
        member = address.get("/api/status", token)
    measure(with_token=member.status)
    assert "started" in jupyter.document(member.body), (
        f"Shown the token of its log, it answers HTTP {member.status}, expected 200."
    )


@pytest.mark.outcome(points=1, needs="test_jupyterlab_asks_for_its_token")
def test_both_ways_lead_to_your_jupyterlab(
    jupyterlab_cluster: Kubernetes, jupyterlab: Workspace, jupyterlab_pod: Target, measure: Measure
) -> None:
    """CONNECT's address and a forwarded port lead to the same JupyterLab.

    The check compares since when the server runs, as it tells it at both. See that it listens on the agreed
    port.
    """
    token = jupyter.token(jupyterlab.log(jupyterlab_cluster))
    with doors.address(jupyterlab) as address, doors.port(jupyterlab_pod, jupyterlab) as port:
        there = jupyter.document(address.get("/api/status", token).body).get("started")
        here = jupyter.document(port.get("/api/status", token).body).get("started")
    measure(port=jupyterlab.port, started_at_address=str(there)[:40], started_at_port=str(here)[:40])
    if not isinstance(there, str):
        raise CouldNotLook("JupyterLab does not tell since when it runs")
    assert here == there, (
        f"The server behind port {jupyterlab.port} of the pod is not the one behind {jupyterlab.address}."
    )


@pytest.mark.outcome(
    points=2, needs=("test_jupyterlab_asks_for_its_token", "test_own_folder_is_on_the_volume")
)
def test_jupyterlab_shows_the_volume(
    jupyterlab_cluster: Kubernetes,
    jupyterlab: Workspace,
    jupyterlab_pod: Target,
    assignment: Assignment,
    measure: Measure,
) -> None:
    """JupyterLab shows what is on the volume.

    Its notebook directory has to be on the volume: create the workspace again, with the volume, and with the
    argument `--NotebookApp.notebook_dir` that the page shows.
    """
    path = require_claim(jupyterlab_cluster, jupyterlab, assignment, measure)
    log = jupyterlab.log(jupyterlab_cluster)
    token = jupyter.token(log)
    told = jupyter.notebook_directory(log)
    served, volume, own = (
        each.text
        for each in jupyterlab_pod.run_many(
            [("readlink -f -- %s", each) for each in (told, path, own_folder(assignment))]
        )
    )
    measure(notebook_directory=told, leads_to=served)
    assert within(served, volume), f"JupyterLab shows {told}, which is not on the volume at {path}."
    # One's own folder can be written to; the folder that is served, as a rule, if it is not above that.
    folder = own if within(own, served) else served
    name, content = f"cloudlab-{secrets.token_hex(8)}.txt", secrets.token_hex(16)
    seen_as = f"{folder}/{name}".removeprefix(f"{served.rstrip('/')}/")
    if not jupyterlab_pod.run("umask 022; printf %%s %s > %s", content, f"{folder}/{name}").ok:
        raise CouldNotLook(f"no file can be put into {folder} in JupyterLab's pod")
    try:
        with doors.address(jupyterlab) as address:
            asked = f"/api/contents/{quote(seen_as)}?type=file&format=text&content=1"
            page = address.get(asked, token, may_miss=True)
    finally:
        with suppress(CouldNotLook):
            jupyterlab_pod.run("rm -f -- %s", f"{folder}/{name}")
    shown = jupyter.document(page.body).get("content") == content
    measure(shown=shown, status=page.status)
    assert shown, f"A file that was put into {folder} is not to be seen in JupyterLab (HTTP {page.status})."
