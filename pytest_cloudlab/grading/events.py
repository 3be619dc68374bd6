"""What a member's session is doing, as JSON lines for whoever started it."""

from __future__ import annotations

import os

import msgspec

from pytest_cloudlab.model import Check, Observation, Standing


class Asking(msgspec.Struct, frozen=True, tag="asking"):
    check: str


class Observed(msgspec.Struct, frozen=True, tag="observed"):
    """Written before the standing that it leads to: whoever follows puts it into the journal first."""

    observation: Observation


class Judged(msgspec.Struct, frozen=True, tag="judged"):
    standing: Standing
    earlier: bool
    """Whether it was achieved before this run, and so not asked again."""


Event = Asking | Observed | Judged


class Events:
    """Writes to a file descriptor; a negative one drops everything."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def asking(self, check: Check) -> None:
        self._write(Asking(check.name))

    def observed(self, observation: Observation) -> None:
        self._write(Observed(observation))

    def judged(self, standing: Standing, *, earlier: bool) -> None:
        self._write(Judged(standing, earlier))

    def _write(self, event: Event) -> None:
        if self._descriptor < 0:
            return
        line = msgspec.json.encode(event) + b"\n"
        while line:
            line = line[os.write(self._descriptor, line) :]


def read_event(line: bytes) -> Event:
    """One line back into its event. Raises `msgspec.MsgspecError` for what no session writes."""
    event: Event = msgspec.json.decode(line, type=Event)
    return event
