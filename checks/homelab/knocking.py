"""An SSH server asked who it is and how it lets people in. Nobody logs in, nothing is guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pytest_cloudlab.checks.homelab.place import Place
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.targets import Target

Key = Literal["known", "other", "unrecorded", ""]
CONNECT_S = 5
ASK_S = 30
SAID_BYTES = 256 << 10

_OPTIONS = {
    "BatchMode": "yes",
    "StrictHostKeyChecking": "yes",
    "CheckHostIP": "no",
    "UpdateHostKeys": "no",
    "ConnectTimeout": str(CONNECT_S),
    "ConnectionAttempts": "1",
    "ControlMaster": "no",
    "ControlPath": "none",
    "ClearAllForwardings": "yes",
    "PermitLocalCommand": "no",
    "RemoteCommand": "none",
    "PreferredAuthentications": "none",
    "PubkeyAuthentication": "no",
    "IdentityAgent": "none",
}
_KEYLESS = ("PreferredAuthentications", "PubkeyAuthentication", "IdentityAgent")
_DENIED = re.compile(r"\S+@\S+: Permission denied \(([a-z0-9,.@-]{1,200})\)\.")
_FINGERPRINT = re.compile(r"Server host key: (\S{1,40} SHA256:[A-Za-z0-9+/=]{43,44})")
_OTHER = re.compile(r"REMOTE HOST IDENTIFICATION HAS CHANGED|Offending \S+ key")
_UNTRUSTED = "Host key verification failed."
_OWN = "ssh: "
"""How ssh begins when it never came to talk to anybody."""
_SILENT = (
    (r"Could not resolve hostname|Name or service not known", "dns"),
    (r"Connection refused", "refused"),
    (r"timed out|No route to host|Network is unreachable|Host is down", "timeout"),
)
NOBODY = "cloudlab-nobody"
"""A user that no machine has."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    key: Key
    """Whether its host key is the one on the laptop's record for that name; empty when nobody answered."""
    methods: tuple[str, ...]
    """How it would let somebody in: `publickey`, `password`, …"""
    open: bool
    """It let us in without asking anything."""
    fingerprint: str
    silence: str
    """Why nobody answered: `dns`, `refused`, `timeout`; empty when somebody did."""


def knock(laptop: Target, place: Place, *, at: str = "") -> Answer:
    """Ask who answers at `place`; at the address `at` instead of where its name leads, when that is given.

    Raises `CouldNotLook` for what `ssh` says that is none of the above, and what `Target.run` raises.
    """
    options = _OPTIONS | ({"HostKeyAlias": place.alias} if at else {})
    return read(*_said(laptop, place, at or place.host, options))


def needs_a_passphrase(laptop: Target, place: Place) -> bool:
    """Whether a login, just refused, had the right key, which the laptop cannot use unasked: nobody types its
    passphrase.

    Raises what `Target.run` raises.
    """
    options = {key: value for key, value in _OPTIONS.items() if key not in _KEYLESS}
    _, said = _said(laptop, place, place.host, options)
    return "Server accepts key" in said and "partial success" not in said


def _said(laptop: Target, place: Place, host: str, options: dict[str, str]) -> tuple[int, str]:
    words = [f"-o{name}={value}" for name, value in options.items()]
    words += ["-p", str(place.port), *(["-l", place.user] if place.user else []), "--", host, "true"]
    line = "LC_ALL=C ssh -v -T" + " %s" * len(words)
    done = laptop.run(line, *words, timeout_s=ASK_S, max_bytes=SAID_BYTES)
    return done.exit_status, done.error_text


def read(exit_status: int, said: str) -> Answer:
    """What `ssh -v` said, and how it ended. Raises `CouldNotLook`.

    A server may have ssh print any words before it is done, so how it ended is in ssh's own last line.
    """
    shown = _FINGERPRINT.search(said)
    fingerprint = shown[1] if shown else ""
    if exit_status == 0:
        return Answer("known", (), True, fingerprint, "")
    lines = [line.strip() for line in said.splitlines()]
    last = next((line for line in reversed(lines) if line and not line.startswith("debug")), "")
    if denied := _DENIED.fullmatch(last):
        return Answer("known", tuple(denied[1].split(",")), False, fingerprint, "")
    if last == _UNTRUSTED:
        return Answer("other" if _OTHER.search(said) else "unrecorded", (), False, fingerprint, "")
    for pattern, silence in _SILENT:
        if last.startswith(_OWN) and re.search(pattern, last):
            return Answer("", (), False, "", silence)
    if exit_status == 127:
        raise CouldNotLook("the laptop has no `ssh`", remedy="Install OpenSSH's client.")
    raise CouldNotLook(
        f"ssh on the laptop ended with status {exit_status}: {last[:200] or 'it said nothing'}"
    )
