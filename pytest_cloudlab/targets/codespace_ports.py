"""The ports of a codespace that GitHub forwards, as its own command line tells of them."""

from __future__ import annotations

import msgspec

from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.targets.gh import NAME
from pytest_cloudlab.targets.gh_sayings import explain, no_gh
from pytest_cloudlab.targets.local import local
from pytest_cloudlab.targets.lost import Lost

ASK = "gh codespace ports --codespace %s --json sourcePort,visibility,label,browseUrl"
ASK_S = 60
MAX_BYTES = 1 << 20
NOT_FOUND = 127
"""What a shell ends with that knows no such program."""


class Port(msgspec.Struct, frozen=True, rename="camel"):
    source_port: int
    visibility: str
    """`private`, `org` or `public`."""
    label: str = ""
    """What the repository's dev container file calls it."""
    browse_url: str = ""
    """Where it is on the web: `https://NAME-PORT.app.github.dev`."""


def codespace_ports(name: str) -> tuple[Port, ...]:
    """Asks the `gh` of this machine, which starts a codespace that is stopped.

    >>> [port.visibility for port in codespace_ports("fuzzy-space-waffle-4q7r") if port.source_port == 8888]
    ['private']

    Raises `Lost` with a reason when gh does not say, `TimedOut` and `TooMuch` at the limits.
    """
    if not NAME.fullmatch(name):
        raise Lost(f"{name[:40]!r} is no codespace's name.", reason="gone")
    with local() as here:
        said = here.run(ASK, name, timeout_s=ASK_S, max_bytes=MAX_BYTES)
    if said.exit_status == NOT_FOUND:
        raise no_gh()
    if not said.ok:
        raise explain(said.error_text, name) or Lost(f"gh does not tell the ports of the codespace {name}.")
    try:
        return msgspec.json.decode(said.text or "[]", type=tuple[Port, ...] | None) or ()
    except (msgspec.DecodeError, RecursionError):  # a value of another type is one too
        raise CouldNotLook(f"gh tells the ports of the codespace {name} in words that nobody knows") from None
