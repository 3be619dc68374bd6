"""1.3.5 See the page and share it."""

from collections.abc import Callable
from typing import Any

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.clouds.compute import Instance
from pytest_cloudlab.connections import End, trace
from pytest_cloudlab.containers import Container
from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.fixtures.page import MascotPage
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Lab, Member
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("1.3.5")


@pytest.mark.outcome(points=1, needs="test_port_is_mapped")
def test_page_shows_the_mascot(
    page: MascotPage, teammate: Member, screenshot: Callable[[str, str], None], measure: Measure
) -> None:
    """The page shows your teammate's mascot.

    The web page behind the web port should be the app of the image you chose to run.
    """
    measure(mascot=page.mascot, status=page.loaded.status)
    screenshot("page.png", page.url)
    wanted = teammate.choices["mascot"]
    assert page.mascot == wanted, f"The page shows {page.mascot or 'no mascot'}, expected {wanted}."


@pytest.mark.outcome(points=2, needs="test_port_is_mapped")
def test_page_names_the_author(page: MascotPage, teammate: Member, measure: Measure) -> None:
    """The page names your teammate as its author.

    The name is baked into the image. Ask your teammate to edit AUTHOR.txt, build and push again; then pull.
    """
    measure(author=page.author)
    assert page.same_name(page.author, teammate.name), (
        f"The page names {page.author or 'nobody'} as its author, expected {teammate.name}."
    )


@pytest.mark.outcome(points=2, needs=("test_port_is_mapped", "test_container_knows_your_name"))
def test_page_names_you(page: MascotPage, member: Member, measure: Measure) -> None:
    """The page names you as the one who runs it.

    It shows the variable USER of the container. Run the container again with -e USER and your name.
    """
    measure(user=page.user)
    assert page.same_name(page.user, member.name), (
        f"The page names {page.user or 'nobody'} as its user, expected {member.name}."
    )


@pytest.mark.outcome(points=1, needs="test_port_is_mapped")
def test_page_changes_its_picture(page: MascotPage, lab: Lab, measure: Measure) -> None:
    """The page shows another picture when it is refreshed.

    Refresh it a few times. If the picture stays the same, the app or something before it keeps the page.
    """
    seen = {page.picture}
    for _ in range(lab.parameters.page_shows.refreshes):
        if len(seen - {""}) > 1:
            break
        page.refresh()
        seen.add(page.picture)
    pictures = sorted(seen - {""})
    measure(pictures=pictures)
    assert pictures, "The page shows no picture."
    assert len(pictures) > 1, (
        f"After {lab.parameters.page_shows.refreshes} refreshes it still shows {pictures[0]}."
    )


@pytest.mark.outcome(points=2, needs=("test_port_is_mapped", "test_tunnel_ends_at_your_vm"))
def test_page_comes_through_every_hop(
    codespace: Target,
    vm: Target,
    instance: Instance,
    container: Container,
    page: MascotPage,
    assignment: Assignment,
    measure: Measure,
) -> None:
    """The page reaches your codespace from the container, through your VM.

    Open the page on your codespace's port of the tunnel. Each hop must lead to the next: the codespace's port
    to the VM's web port, and that one to the container.
    """
    ports = assignment.lab.parameters.ports
    inner = container.published[ports.web]
    with vm.container(container.id) as inside:
        hops: list[dict[str, Any]] = [
            {"hop": "codespace", "host": _hostname(codespace), "port": ports.tunnel},
            {"hop": "vm", "host": _hostname(vm), "instance": instance.id, "port": ports.web},
            {"hop": "container", "host": _hostname(inside), "container": container.id, "port": inner},
        ]
        measure(hops=hops)
        try:
            trail = trace(codespace, ports.tunnel, [End(vm, ports.web), End(inside, inner)])
        except NotFound:
            raise NotFound(
                f"The chain breaks in the codespace: nobody is on its port {ports.tunnel}."
            ) from None
    measure(opened=list(trail.opened), arrived=list(trail.reached))
    for hop, reached in zip(hops[1:], trail.reached, strict=True):
        assert reached, (
            f"The chain breaks at the {hop['hop']}: connections to the codespace's port {ports.tunnel} do "
            f"not arrive at port {hop['port']} of {hop['host']}."
        )
    with codespace.forward(ports.tunnel) as url:
        near = MascotPage(codespace, url, assignment, port=ports.tunnel)
    shown, wanted = [(one.mascot, one.author, one.user) for one in (near, page)]
    assert shown == wanted, f"The codespace shows {shown}, the VM {wanted}: it is not the same page."


def _hostname(machine: Target) -> str:
    return machine.run("cat /etc/hostname").text[:64]
