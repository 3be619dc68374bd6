"""Prebuilt VS Code server."""

import pytest

from pytest_cloudlab.checks.workspace import code_server, doors
from pytest_cloudlab.checks.workspace.runs import require_compute, require_environment, require_running
from pytest_cloudlab.checks.workspace.workspace import Workspace
from pytest_cloudlab.clouds.kubernetes import Kubernetes
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("1.1")


@pytest.mark.outcome(points=2)
def test_vscode_workspace_runs(cluster: Kubernetes, vscode: Workspace, measure: Measure) -> None:
    """Your VS Code workspace runs under its agreed name.

    Create it on the platform's page of workspaces, and wait until its status is green.
    """
    require_running(cluster, vscode, measure)


@pytest.mark.outcome(points=1, needs="test_vscode_workspace_runs")
def test_vscode_has_the_environment(cluster: Kubernetes, vscode: Workspace, measure: Measure) -> None:
    """It was made of the agreed environment.

    A workspace keeps the environment that it was created with: create it again, with the one that the page
    names.
    """
    require_environment(vscode.found(cluster), vscode, measure)


@pytest.mark.outcome(points=1, needs="test_vscode_workspace_runs")
def test_vscode_has_the_compute_resource(
    cluster: Kubernetes, vscode: Workspace, lab: Lab, measure: Measure
) -> None:
    """It asks for the agreed compute resource.

    What it asks for nobody else can have: create the workspace again, with the compute resource that the page
    names.
    """
    require_compute(vscode.found(cluster), vscode, lab, measure)


@pytest.mark.outcome(points=2, needs="test_vscode_workspace_runs")
def test_vscode_asks_for_its_password(vscode: Workspace, measure: Measure) -> None:
    """CONNECT shows a login page, and a wrong password is refused.

    VS Code server asks for a password unless somebody has switched that off: create the workspace again,
    without arguments of your own.
    """
    with doors.address(vscode) as address:
        first = address.get("/?folder=/")
        page = code_server.text(first)
        measure(address=vscode.address, status=first.status, login=code_server.is_login(page))
        assert not code_server.is_workbench(page), (
            f"{vscode.address} shows your editor to whoever asks, without a password: everybody who knows "
            "the address can read and change the project's files."
        )
        assert code_server.is_login(page), (
            f"{vscode.address} shows no login page of VS Code server (HTTP {first.status})."
        )
        told = code_server.refusal(address)
    measure(wrong_password_is_told=told)
    assert told, "It lets a wrong password in."


@pytest.mark.outcome(points=2, needs="test_vscode_asks_for_its_password")
def test_vscode_password_signs_in(vscode: Workspace, vscode_pod: Target, lab: Lab, measure: Measure) -> None:
    """The password from its config file opens your editor.

    Read it with the command that the page shows. If you have changed the file, VS Code server reads it again
    when the workspace starts.
    """
    parameters = lab.parameters.vscode
    config = code_server.read_config(vscode_pod, f"{parameters.home}/{parameters.config}")
    measure(auth=config.auth, has_password=bool(config.password))
    if config.hashed and not config.password:
        raise CouldNotLook("the config file has the password's hash only, and nobody can sign in with that")
    assert config.password, f"There is no password in {parameters.config}."
    with doors.address(vscode) as address:
        session = code_server.sign_in(address, config.password)
        inside = address.get(f"/?folder={parameters.home}", session)
    shown = code_server.is_workbench(code_server.text(inside))
    measure(status=inside.status, workbench=shown)
    assert shown, f"Signed in, {vscode.address} shows no editor (HTTP {inside.status})."


@pytest.mark.outcome(points=1, needs="test_vscode_asks_for_its_password")
def test_both_ways_lead_to_your_vscode(vscode: Workspace, vscode_pod: Target, measure: Measure) -> None:
    """CONNECT's address and a forwarded port lead to the same VS Code server.

    The check compares since when the server is in use, as it tells it at both. See that it listens on the
    agreed port.
    """
    # A session would tell nothing: the cookie is made of the password alone, and any server that has the same
    # password takes it.
    with doors.address(vscode) as address, doors.port(vscode_pod, vscode) as port:
        address.get("/login")
        stranger = port.get("/")
        # The one at the address may have set its own anew in between.
        there = [code_server.heartbeat(address.get("/healthz", may_miss=True).body)]
        here = code_server.heartbeat(port.get("/healthz").body)
        there.append(code_server.heartbeat(address.get("/healthz", may_miss=True).body))
    measure(port=vscode.port, without_session=stranger.status, used_at_address=there, used_at_port=here)
    assert not code_server.is_workbench(stranger.body), (
        f"Port {vscode.port} of the pod shows an editor without a password: another server than CONNECT's."
    )
    if not all(there):
        raise CouldNotLook(f"VS Code server does not tell at {vscode.address} since when it is in use")
    assert here in there, (
        f"The server behind port {vscode.port} of the pod is not the one behind {vscode.address}."
    )
