"""6 All of them at once: what happens at localhost:8888 of each machine."""

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.chain import Answer
from pytest_cloudlab.chain.asking import Said, far_page
from pytest_cloudlab.chain.text import picture
from pytest_cloudlab.checks.tunnels.hops import (
    CODESPACE,
    CONTAINER,
    LAPTOP,
    VM,
    chain_of,
    look_at,
    require_apart,
    require_leads,
    said_at,
)
from pytest_cloudlab.checks.tunnels.preview import Seen, forwarded, look
from pytest_cloudlab.checks.tunnels.published import Published
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.fixtures.recording import Keep, Measure
from pytest_cloudlab.model import same_text
from pytest_cloudlab.targets import Target
from pytest_cloudlab.webpage import Page, fetch_through

pytestmark = pytest.mark.step("6")


@pytest.mark.outcome(
    points=3,
    needs=(
        "test_tunnel_ends_at_your_vm",
        "test_vm_port_leads_into_your_container",
        "test_laptop_port_leads_into_your_codespace",
        "test_preview_is_as_private_as_agreed",
    ),
)
def test_page_comes_through_every_hop(
    laptop: Target,
    codespace: Target,
    vm: Target,
    inside: Published,
    codespace_name: str,
    assignment: Assignment,
    measure: Measure,
    keep: Keep,
) -> None:
    """The page of your container reaches your laptop, through your VM and your codespace, and names you.

    Open http://localhost with your laptop's port in your browser. If the page is another one, look at the
    picture below: it shows where each port leads.
    """
    wanted = assignment.lab.parameters
    machines = {LAPTOP: laptop, CODESPACE: codespace, VM: vm, CONTAINER: inside.machine}
    ports = {
        LAPTOP: wanted.ports.laptop,
        CODESPACE: wanted.ports.codespace,
        VM: wanted.ports.vm,
        CONTAINER: inside.port,
    }
    told = look_at(machines, measure, ports)
    said: dict[str, Said | CouldNotLook] = {}
    seen: Seen | None = None
    with far_page(CONTAINER, inside.port, machines, wanted.served.folder) as far:
        for name in reversed(machines):  # from the far end on: the first that fails is the one to blame
            said[name] = one = said_at(name, ports[name], far, machines)
            if isinstance(one, CouldNotLook) or one.answer is not Answer.REACHED:
                break
        else:
            measure(told_by="nonce" if far.nonce else "connections")
        if wanted.preview.visibility == "public":  # of another, nobody but its owner's browser is shown it
            port = ports[CODESPACE]
            path = far.nonce.path if far.nonce else "/"
            seen = look(codespace_name, port, forwarded(codespace_name, port), path)
    chain = chain_of(told, ports, said)
    keep("chain.txt", picture(chain).encode(), "text/plain")
    require_apart(chain, measure)
    require_leads(told, ports, said, measure)
    if seen is not None:
        measure(preview=seen.status)
        names = Page("", seen.status, seen.body).read(wanted.served.member) if far.nonce is None else ""
        assert (
            seen.body.strip() == far.nonce.text if far.nonce else same_text(names, assignment.member.name)
        ), (
            f"It reaches your laptop, but the preview of port {ports[CODESPACE]} shows another page "
            f"(HTTP {seen.status})."
        )
    with laptop.forward(ports[LAPTOP]) as url:
        page = fetch_through(laptop, url, ports[LAPTOP])
    name = page.read(wanted.served.member)
    measure(status=page.status, names=name[:200])
    assert page.status == 200, f"The page comes with HTTP {page.status}, expected 200."
    assert same_text(" ".join(name.split()), " ".join(assignment.member.name.split())), (
        f"It comes through every hop, and names {name[:100] or 'nobody'}, expected {assignment.member.name}."
    )
