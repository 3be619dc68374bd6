"""What is said between who grades, the server of the sessions, and a lab's template."""

from __future__ import annotations

import msgspec

from pytest_cloudlab.grading.stamps import Stamps


class Message(msgspec.Struct, frozen=True):
    def packed(self) -> bytes:
        return msgspec.json.encode(self)


class Start(Message, frozen=True, tag="start"):
    """With two descriptors: of the session's output, and of its events, which `{events}` becomes."""

    session: int
    words: list[str]
    """For pytest, the lab's folder last."""
    own: dict[str, str]
    """More options and their values, which the next member's session has others of."""
    environment: dict[str, str]
    folder: str

    def alike(self, other: Start) -> bool:
        """Whether both differ by nothing but what is their own."""
        mine, theirs = (msgspec.structs.replace(one, session=0, own={}) for one in (self, other))
        return mine == theirs


class End(Message, frozen=True, tag="end"):
    """As by Ctrl-C first; whatever is left after the grace is killed."""

    session: int


class Ended(Message, frozen=True, tag="ended"):
    session: int
    status: int
    """As `os.waitstatus_to_exitcode` tells it: negative for a signal."""


class Ready(Message, frozen=True, tag="ready"):
    """A template's: it has collected the lab in `folders`, as its files are by their `stamps`."""

    folders: list[str]
    stamps: Stamps


def told(packed: bytes) -> Start | End:
    """What a server or a template is told."""
    return msgspec.json.decode(packed, type=Start | End)


def said(packed: bytes) -> Ready | Ended:
    """What a template says; a server only says who has `Ended`."""
    return msgspec.json.decode(packed, type=Ready | Ended)
