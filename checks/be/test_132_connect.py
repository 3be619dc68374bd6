"""1.3.2 Connect to it with SSH."""

import json

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.clouds.compute import Compute
from pytest_cloudlab.fixtures.machines import Machines, open_vm
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.fixtures.witness import witness_answers
from pytest_cloudlab.model import Lab
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
        page = fetch_through(vm, f"{url}/api", port)
    try:
        version = json.loads(page.body)["version"]
    except (ValueError, KeyError, TypeError):
        version = ""
    measure(status=page.status, version=str(version)[:40])
    assert version, f"Something else than Jupyter answers on port {port} (HTTP {page.status})."


def _status(compute: Compute, assignment: Assignment) -> str:
    name = assignment.fill(assignment.lab.parameters.names.instance)
    return compute.instance(name, assignment.course.zones).status
