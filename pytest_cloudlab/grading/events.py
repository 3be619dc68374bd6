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
    """Writes to a file descriptor; a negative one drops everything.

    What it is told between two questions goes out together, before the next one is asked: whoever follows
    wakes up once a check.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._unsent = b""

    def asking(self, check: Check) -> None:
        self._add(Asking(check.name))
        self.flush()

    def observed(self, observation: Observation) -> None:
        self._add(Observed(observation))

    def judged(self, standing: Standing, *, earlier: bool) -> None:
        self._add(Judged(standing, earlier))

    def _add(self, event: Event) -> None:
        if self._descriptor >= 0:
            self._unsent += msgspec.json.encode(event) + b"\n"

    def flush(self) -> None:
        while self._unsent:
            self._unsent = self._unsent[os.write(self._descriptor, self._unsent) :]


def read_event(line: bytes) -> Event:
    """One line back into its event. Raises `msgspec.MsgspecError` for what no session writes."""
    event: Event = msgspec.json.decode(line, type=Event)
    return event
