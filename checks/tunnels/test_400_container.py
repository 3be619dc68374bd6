"""4 A container behind it."""

import pytest

from pytest_cloudlab.chain.asking import Far
from pytest_cloudlab.checks.tunnels.hops import (
    CONTAINER,
    VM,
    chain_of,
    look_at,
    require_apart,
    require_leads,
    said_at,
)
from pytest_cloudlab.checks.tunnels.published import Published
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Lab
from pytest_cloudlab.sockets import sockets
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("4")


@pytest.mark.outcome(points=2, needs="test_codespace_sees_the_door_of_your_vm")
def test_vm_port_leads_into_your_container(vm: Target, inside: Published, lab: Lab, measure: Measure) -> None:
    """Your VM's port leads into your container.

    Publish it with -p when you run it: first the VM's port, then the one that its web server listens on.
    """
    machines = {VM: vm, CONTAINER: inside.machine}
    ports = {VM: lab.parameters.ports.vm, CONTAINER: inside.port}
    told = look_at(machines, measure, ports)
    require_apart(chain_of(told, ports), measure)
    listening = sockets(inside.machine).listening
    assert inside.port in listening, (
        f"Your VM's port {ports[VM]} is published to port {inside.port} of the container, where nobody "
        f"listens; its web server has {', '.join(map(str, sorted(listening))) or 'none'}."
    )
    said = said_at(VM, ports[VM], Far(CONTAINER, inside.port), machines)
    require_leads(told, ports, {VM: said}, measure)
