"""5 The codespace's port on your laptop."""

import pytest

from pytest_cloudlab.chain.asking import far_end
from pytest_cloudlab.checks.tunnels.hops import CODESPACE, LAPTOP, look_at, require_leads, said_at
from pytest_cloudlab.checks.tunnels.preview import forwarded, look
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("5")


@pytest.mark.outcome(points=2, needs="test_codespace_is_another_machine")
def test_laptop_port_leads_into_your_codespace(
    laptop: Target, codespace: Target, lab: Lab, measure: Measure
) -> None:
    """Your laptop's port leads to your codespace's.

    VS Code on your laptop forwards it by itself; else leave `gh codespace ports forward` open, with the
    codespace's port first, then your laptop's. If another program has your laptop's port, stop it.
    """
    ports = {LAPTOP: lab.parameters.ports.laptop, CODESPACE: lab.parameters.ports.codespace}
    machines = {LAPTOP: laptop, CODESPACE: codespace}
    told = look_at(machines, measure, ports)
    with far_end(CODESPACE, ports[CODESPACE], machines) as far:
        said = said_at(LAPTOP, ports[LAPTOP], far, machines)
    require_leads(told, ports, {LAPTOP: said}, measure)


@pytest.mark.outcome(points=1, needs="test_codespace_is_another_machine")
def test_preview_is_as_private_as_agreed(
    codespace: Target, codespace_name: str, lab: Lab, measure: Measure
) -> None:
    """The preview of your codespace's port is as private as agreed.

    Look at the tab Ports: with a right click on the port, choose Port Visibility.
    """
    wanted = lab.parameters.preview.visibility
    port = lab.parameters.ports.codespace
    codespace.run("true")  # gh would start a codespace that is stopped
    found = forwarded(codespace_name, port)
    measure(visibility=found.visibility[:20], url=found.browse_url[:200])
    assert found.visibility == wanted, (
        f"GitHub says that the preview of port {port} is {found.visibility[:20]}, expected {wanted}."
    )
    seen = look(codespace_name, port, found)
    measure(stranger_gets=seen.status)
    if wanted != "public":
        assert not seen.shown, (
            f"GitHub says that it is {wanted}, but {found.browse_url[:200]} answers anybody."
        )
