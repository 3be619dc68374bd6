"""1.3 A demo of codespace port forwarding and web preview."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pytest_cloudlab.clouds.http import Http
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.jupyter import (
    REFUSED,
    SENT_TO_SIGN_IN,
    Door,
    Jupyter,
    document,
    running,
    version,
)
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.codespace_ports import codespace_ports
from pytest_cloudlab.waiting import Deadline
from pytest_cloudlab.webpage import Page

pytestmark = pytest.mark.step("1.3")

START = "Run `jupyter lab` in a terminal of your codespace, and check while it runs."
PREVIEW_S = 30
PREVIEW_BYTES = 2 << 20
NO_WARNING = {"X-Tunnel-Skip-AntiPhishing-Page": "true"}
"""Else GitHub may first warn a stranger of a page that is somebody's work in progress."""


@pytest.mark.outcome(points=2, needs="test_codespace_can_be_entered")
def test_jupyter_asks_for_its_token(codespace: Target, lab: Lab, measure: Measure) -> None:
    """Your Jupyter server answers whoever has its token, and nobody else.

    Run `jupyter lab` in a terminal of your codespace, without changing its token, and check while it runs.
    """
    port = lab.parameters.jupyter.port
    servers = running(codespace)
    mine = next((one for one in servers if one.port == port), None)
    measure(port=port, ports_of_servers=[one.port for one in servers])
    with codespace.forward(port) as url:
        door = Door(codespace, port, url, mine.base_url if mine else "/")
        try:
            page = door.ask("api")
        except NotFound:
            elsewhere = ", ".join(str(one.port) for one in servers)
            raise NotFound(
                f"Nothing answers on port {port} of your codespace"
                + (f"; your Jupyter serves port {elsewhere}." if elsewhere else "."),
                remedy=f"Stop it and start it with --port {port}." if elsewhere else START,
            ) from None
        measure(status=page.status, version=version(page))
        assert version(page), f"Something else than Jupyter answers on port {port} (HTTP {page.status})."
        if mine is None:
            raise _nobody_s(port)
        stranger = door.ask("api/status").status
        measure(without_token=stranger)
        assert stranger != 200, (
            "It answers without a token: everybody who reaches the port could run commands in your codespace."
        )
        assert stranger in (*REFUSED, *SENT_TO_SIGN_IN), (
            f"Asked without a token, it answers HTTP {stranger}, expected a refusal (HTTP 403)."
        )
        assert mine.has_token, "It has no token to be asked with: it was started with another way to sign in."
        member = door.ask("api/status", mine)
        measure(with_token=member.status)
    assert "started" in document(member), (
        f"Shown the token of your codespace's server, it answers HTTP {member.status}, expected 200: another "
        "server than yours is there."
    )


@pytest.mark.outcome(points=2, needs="test_jupyter_asks_for_its_token")
def test_port_leads_into_your_codespace(codespace: Target, lab: Lab, measure: Measure) -> None:
    """The forwarded port leads into your codespace.

    The check puts a small file where your Jupyter keeps its notebooks, and reads it through the port: a
    Jupyter that runs on another machine does not have it. Stop what else listens on that port.
    """
    port = lab.parameters.jupyter.port
    mine = _serving(codespace, port)
    name, content = f"cloudlab-{secrets.token_hex(8)}.txt", secrets.token_hex(16)
    with _placed(codespace, mine.root_dir, name, content), codespace.forward(port) as url:
        door = Door(codespace, port, url, mine.base_url)
        page = door.ask(f"api/contents/{name}?type=file&format=text&content=1", mine)
    measure(root=mine.root_dir[:200], status=page.status)
    assert page.status == 200, (
        f"A file that was put into {mine.root_dir[:200]} in your codespace cannot be read through port "
        f"{port} (HTTP {page.status}): the Jupyter behind it serves another folder, or runs elsewhere."
    )
    assert document(page).get("content") == content, (
        "The file that was put into your codespace reads otherwise through the port."
    )


@pytest.mark.outcome(points=1, needs="test_jupyter_asks_for_its_token")
def test_port_is_as_private_as_agreed(
    codespace: Target, codespace_name: str, lab: Lab, measure: Measure
) -> None:
    """Your port is as private on the web as agreed.

    Look at the tab Ports: with a right click on the port, choose Port Visibility.
    """
    wanted = lab.parameters.jupyter
    codespace.run("true")  # gh would start a codespace that is stopped
    found = next((one for one in codespace_ports(codespace_name) if one.source_port == wanted.port), None)
    if found is None:
        raise NotFound(
            f"GitHub does not forward port {wanted.port} of your codespace.",
            remedy=f"Open the tab Ports: if {wanted.port} is not in it, choose Add Port.",
        )
    measure(visibility=found.visibility[:20], url=found.browse_url[:200])
    assert found.visibility == wanted.visibility, (
        f"GitHub says that port {wanted.port} is {found.visibility[:20]}, expected {wanted.visibility}."
    )
    preview = _seen_by_a_stranger(f"{found.browse_url}{_serving(codespace, wanted.port).base_url}api")
    shown = bool(version(preview))
    measure(preview=preview.status, preview_shows_jupyter=shown)
    if wanted.visibility == "public":
        assert shown, (
            f"GitHub says that it is public, but {found.browse_url} shows no Jupyter (HTTP {preview.status})."
        )
    else:
        assert not shown, f"GitHub says that it is {wanted.visibility}, but {found.browse_url} shows it."


def _serving(codespace: Target, port: int) -> Jupyter:
    for one in running(codespace):
        if one.port == port:
            return one
    raise _nobody_s(port)


def _nobody_s(port: int) -> NotFound:
    return NotFound(
        f"No Jupyter of yours that runs in your codespace serves port {port}.",
        remedy=f"Stop what listens there. {START}",
    )


@contextmanager
def _placed(codespace: Target, folder: str, name: str, content: str) -> Iterator[None]:
    """A file in the codespace, for as long as this is open."""
    path = f"{folder.rstrip('/')}/{name}"
    if not folder.startswith("/"):
        raise CouldNotLook("Jupyter's record names no folder that it serves")
    try:
        placed = codespace.run("umask 077; printf %%s %s > %s", content, path)
        if not placed.ok:
            raise CouldNotLook(
                f"no file can be put into {folder[:200]}, which your Jupyter serves",
                remedy="Start `jupyter lab` in the folder of the course's repository.",
            )
        yield
    finally:
        codespace.run("rm -f -- %s", path)


def _seen_by_a_stranger(url: str) -> Page:
    """Raises `Unreachable`."""
    if not url.startswith("https://"):
        raise CouldNotLook("GitHub names no address of the port's that begins with https")
    http = Http()
    try:
        deadline = Deadline.after(PREVIEW_S)
        answer = http.get(url, headers=NO_WARNING, deadline=deadline, max_bytes=PREVIEW_BYTES)
    finally:
        http.close()
    return Page(url, answer.status, answer.body.decode("utf-8", "replace"))
