"""3 Run Jupyter behind a forwarded port."""

import pytest

from pytest_cloudlab.checks.homelab.exchange import Went, went_across
from pytest_cloudlab.connections import End, trace
from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.jupyter import (
    REFUSED,
    SENT_TO_SIGN_IN,
    Door,
    document,
    running,
    version,
)
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("3.1")


@pytest.mark.outcome(points=2, needs="test_desktop_answers_ssh")
def test_jupyter_asks_for_its_token(desktop: Target, lab: Lab, measure: Measure) -> None:
    """Jupyter on your desktop answers whoever has its token, and nobody else.

    Run `jupyter lab --port=PORT` on your desktop with the agreed port, without changing its token, and check
    while it runs.
    """
    port = lab.parameters.ports.jupyter
    servers = running(desktop)
    mine = next((one for one in servers if one.port == port), None)
    measure(port=port, ports_of_servers=[one.port for one in servers])
    with desktop.forward(port) as url:
        door = Door(desktop, port, url, mine.base_url if mine else "/")
        page = door.ask("api")
        measure(status=page.status, version=version(page))
        assert version(page), f"Something else than Jupyter answers on port {port} (HTTP {page.status})."
        if mine is None:
            raise NotFound(f"No Jupyter of yours serves port {port} of your desktop.")
        stranger = door.ask("api/status").status
        measure(without_token=stranger)
        assert stranger in (*REFUSED, *SENT_TO_SIGN_IN), (
            f"Asked without a token, it answers HTTP {stranger}, expected a refusal (HTTP 403): everybody "
            "who reaches the port could run commands on your desktop."
        )
        assert mine.has_token, "It has no token to be asked with: it was started with another way to sign in."
        member = door.ask("api/status", mine)
    measure(with_token=member.status)
    assert "started" in document(member), (
        f"Shown the token of your desktop's server, it answers HTTP {member.status}, expected 200."
    )


@pytest.mark.step("3.2")
@pytest.mark.outcome(points=2, needs="test_jupyter_asks_for_its_token")
def test_tunnel_has_the_same_number_at_both_ends(
    laptop: Target, desktop: Target, lab: Lab, measure: Measure
) -> None:
    """Your laptop's port leads to the port of the same number on your desktop.

    Open it on your laptop with `ssh … -L PORT:localhost:PORT`, and leave it open while you check. If the port
    is taken by a connection that broke off, end that `ssh` first.
    """
    port = lab.parameters.ports.jupyter
    measure(port=port)
    try:
        trail = trace(laptop, port, [End(desktop, port)])
    except NotFound:
        raise NotFound(f"Nothing listens on port {port} of your laptop: the tunnel is not open.") from None
    measure(opened=list(trail.opened), reached=trail.reached[0], instead=sorted(trail.instead))
    elsewhere = ", ".join(str(each) for each in sorted(trail.instead))
    assert trail.reached[0], f"Your laptop's port {port} does not lead to port {port} of your desktop" + (
        f", but to its port {elsewhere}." if elsewhere else "."
    )
    mine = next((one for one in running(desktop) if one.port == port), None)
    if mine is None:
        raise NotFound(f"No Jupyter of yours serves port {port} of your desktop any more.")
    with laptop.forward(port) as url:
        status = Door(laptop, port, url, mine.base_url).ask("api/status", mine).status
    measure(with_token=status)
    assert status == 200, f"Through the tunnel, Jupyter answers its own token with HTTP {status}."


@pytest.mark.outcome(points=1, needs="test_desktop_answers_ssh")
def test_file_came_home_to_your_laptop(laptop: Target, desktop: Target, lab: Lab, measure: Measure) -> None:
    """A file of your desktop is on your laptop, byte for byte.

    Download it with a right click in Jupyter, or with `scp -P PORT`, under the agreed name. On your laptop it
    is looked for in the home folder and in Downloads.
    """
    wanted = lab.parameters.files
    went = _across(desktop, laptop, wanted.brought, wanted.max_mb, measure)
    wrong = went.wrong(wanted.brought, "desktop", "laptop")
    assert not wrong, wrong


@pytest.mark.outcome(points=1, needs="test_desktop_answers_ssh")
def test_file_went_to_your_desktop(laptop: Target, desktop: Target, lab: Lab, measure: Measure) -> None:
    """A file of your laptop is on your desktop, byte for byte.

    Drop it into Jupyter's file browser, or send it with `scp -P PORT`, under the agreed name.
    """
    wanted = lab.parameters.files
    went = _across(laptop, desktop, wanted.sent, wanted.max_mb, measure)
    wrong = went.wrong(wanted.sent, "laptop", "desktop")
    assert not wrong, wrong


def _across(source: Target, sink: Target, pattern: str, max_mb: int, measure: Measure) -> Went:
    measure(pattern=pattern)
    went = went_across(source, sink, pattern, max_mb)
    measure(
        originals=[[each.path, each.size_bytes] for each in went.originals],
        size_bytes=went.size_bytes,
        sha256=went.sha256,
        path=went.path,
    )
    return went
