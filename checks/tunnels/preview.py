"""The preview of a codespace's port on the web: `https://NAME-PORT.app.github.dev`, the port in its name."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_cloudlab.clouds.http import Http
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.targets.codespace_ports import Port, codespace_ports
from pytest_cloudlab.waiting import Deadline

LOOK_S = 30
MAX_BYTES = 2 << 20
NO_WARNING = {"X-Tunnel-Skip-AntiPhishing-Page": "true"}
"""Else GitHub may first warn a stranger of a page that is somebody's work in progress."""
REFUSED = (401, 403, 404)


@dataclass(frozen=True)
class Seen:
    """What a stranger gets: somebody without any sign-in of GitHub's."""

    shown: bool
    """Whether it is the codespace's own answer, rather than GitHub's door."""
    status: int
    body: str


def forwarded(name: str, port: int) -> Port:
    """The port as GitHub tells of it. Raises `NotFound` when it does not forward it."""
    found = next((one for one in codespace_ports(name) if one.source_port == port), None)
    if found is None:
        raise NotFound(
            f"GitHub does not forward port {port} of your codespace.",
            remedy=f"Open the tab Ports: if {port} is not in it, choose Add Port.",
        )
    return found


def look(name: str, port: int, found: Port, path: str = "/") -> Seen:
    """The preview, asked without a token: that would be for GitHub, and not for what listens there.

    Raises `Unreachable`.
    """
    address = f"https://{name}-{port}.app.github.dev"
    if found.browse_url.rstrip("/") != address:
        raise CouldNotLook(f"GitHub does not call the preview of port {port} {address}")
    http = Http()
    try:
        deadline = Deadline.after(LOOK_S)
        answer = http.get(address + path, headers=NO_WARNING, deadline=deadline, max_bytes=MAX_BYTES)
    finally:
        http.close()
    shown = not answer.moved and answer.status not in REFUSED
    return Seen(shown, answer.status, answer.body.decode("utf-8", "replace"))
