"""1.3.2 Connect to it with SSH."""

import json
from contextlib import ExitStack

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.clouds.compute import Compute
from pytest_cloudlab.connections import End, listener, trace
from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.fixtures.machines import Machines, open_vm
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.fixtures.witness import witness_answers
from pytest_cloudlab.model import Lab
from pytest_cloudlab.sockets import sockets
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.lost import Lost
from pytest_cloudlab.webpage import fetch_through

pytestmark = pytest.mark.step("1.3.2")


@pytest.mark.outcome(points=1, needs="test_vm_runs")
def test_vm_answers_ssh(
    machines: Machines, compute: Compute, assignment: Assignment, measure: Measure
) -> None:
    """Your VM answers SSH.

    Wait a minute after creating it. If it still does not answer, delete it and create it again.
    """
    try:
        answer = open_vm(machines, compute, assignment).run("hostname")
        measure(hostname=answer.text[:64])
    except Lost as lost:
        measure(reason=lost.reason)
        if lost.reason not in ("refused", "timeout"):
            raise
        witness = witness_answers(compute, assignment)
        measure(witness=witness)
        # Only a VM that should answer, on a network that does, is at fault.
        if not witness or _status(compute, assignment) != "RUNNING":
            raise
        raise AssertionError(
            f"Compute Engine says it runs, and {witness} answers SSH on the same network, but it does not: "
            f"{lost.message}"
        ) from None


@pytest.mark.outcome(points=1, needs="test_vm_answers_ssh")
def test_jupyter_answers_on_your_vm(vm: Target, lab: Lab, measure: Measure) -> None:
    """JupyterLab answers on your VM, through the tunnel.

    It starts a minute after SSH does. If it never answers, check that the VM has the agreed image family.
    """
    port = lab.parameters.ports.jupyter
    with vm.forward(port) as url:
        page = fetch_through(vm, url + "/api", port)
    try:
        version = json.loads(page.body)["version"]
    except (ValueError, KeyError, TypeError):
        version = ""
    measure(status=page.status, version=str(version)[:40])
    assert version, f"Something else than Jupyter answers on port {port} (HTTP {page.status})."


@pytest.mark.outcome(points=2, needs="test_vm_answers_ssh")
def test_tunnel_ends_at_your_vm(codespace: Target, vm: Target, lab: Lab, measure: Measure) -> None:
    """Your tunnel leads from your codespace to your VM's web port.

    Open it with `gcloud compute ssh` and -L, from the codespace's port to the VM's, and leave it open. If
    your codespace's port is another one, write it into the roster: `tunnel = PORT`.
    """
    near, far = lab.parameters.ports.tunnel, lab.parameters.ports.web
    measure(codespace_port=near, vm_port=far)
    with ExitStack() as open_ones:
        if far not in sockets(vm).listening:
            # Before the container runs, a tunnel ends where nobody is: somebody has to be there to see it.
            open_ones.enter_context(listener(vm, far))
        try:
            trail = trace(codespace, near, [End(vm, far)])
        except NotFound:
            raise NotFound(f"Nothing listens on your codespace's port {near}: no tunnel is open.") from None
    measure(opened=list(trail.opened), instead=sorted(trail.instead))
    elsewhere = f"; they arrive at its {', '.join(map(str, sorted(trail.instead)))}" if trail.instead else ""
    assert trail.reached[0], (
        f"Connections to your codespace's port {near} do not arrive at your VM's port {far}{elsewhere}."
    )


def _status(compute: Compute, assignment: Assignment) -> str:
    name = assignment.fill(assignment.lab.parameters.names.instance)
    return compute.instance(name, assignment.course.zones).status
