"""What is said between who grades and the server of the sessions."""

from __future__ import annotations

import msgspec

LONGEST_MESSAGE = 1 << 20


class Message(msgspec.Struct, frozen=True):
    def packed(self) -> bytes:
        return msgspec.json.encode(self)


class Start(Message, frozen=True, tag="start"):
    """With two descriptors: of the session's output, and of its events, which `{events}` becomes."""

    session: int
    words: list[str]
    environment: dict[str, str]
    folder: str


class End(Message, frozen=True, tag="end"):
    """As by Ctrl-C first; whatever is left after the grace is killed."""

    session: int


class Ended(Message, frozen=True):
    session: int
    status: int
    """As `os.waitstatus_to_exitcode` tells it: negative for a signal."""

    @classmethod
    def read(cls, packed: bytes) -> Ended:
        return msgspec.json.decode(packed, type=cls)


def told(packed: bytes) -> Start | End:
    """What the server is told."""
    return msgspec.json.decode(packed, type=Start | End)
