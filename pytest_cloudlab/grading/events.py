"""What a member's session is doing, as JSON lines for whoever started it."""

from __future__ import annotations

import os

import msgspec

from pytest_cloudlab.model import Check, Standing


class Asking(msgspec.Struct, frozen=True, tag="asking"):
    check: str


class Judged(msgspec.Struct, frozen=True, tag="judged"):
    standing: Standing
    earlier: bool
    """Whether it was achieved before this run, and so not asked again."""


Event = Asking | Judged


class Events:
    """Writes to a file descriptor; a negative one drops everything."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def asking(self, check: Check) -> None:
        self._write(Asking(check.name))

    def judged(self, standing: Standing, *, earlier: bool) -> None:
        self._write(Judged(standing, earlier))

    def _write(self, event: Event) -> None:
        if self._descriptor >= 0:
            os.write(self._descriptor, msgspec.json.encode(event) + b"\n")


def read_event(line: bytes) -> Event:
    """One line back into its event. Raises `msgspec.MsgspecError` for what no session writes."""
    event: Event = msgspec.json.decode(line, type=Event)
    return event
