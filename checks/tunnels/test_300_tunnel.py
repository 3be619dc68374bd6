"""3 A tunnel to the VM's port."""

import pytest

from pytest_cloudlab.chain.asking import far_end
from pytest_cloudlab.checks.tunnels.hops import CODESPACE, LAPTOP, VM, look_at, require_leads, said_at
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("3")


@pytest.mark.outcome(points=2, needs="test_codespace_sees_the_door_of_your_vm")
def test_tunnel_ends_at_your_vm(
    laptop: Target, codespace: Target, vm: Target, lab: Lab, measure: Measure
) -> None:
    """Your tunnel leads from your codespace's port to your VM's.

    Open it in a terminal of your codespace with `gcloud compute ssh` and -L, from the codespace's port to the
    VM's, and leave it open. What else listens on the codespace's port has to be stopped first.
    """
    ports = {CODESPACE: lab.parameters.ports.codespace, VM: lab.parameters.ports.vm}
    machines = {LAPTOP: laptop, CODESPACE: codespace, VM: vm}
    told = look_at({CODESPACE: codespace, VM: vm}, measure, ports)
    with far_end(VM, ports[VM], machines) as far:
        said = said_at(CODESPACE, ports[CODESPACE], far, machines)
    require_leads(told, ports, {CODESPACE: said}, measure)
