"""Finds a frame's part in one of the channel's two byte streams."""

from __future__ import annotations

from dataclasses import dataclass, field

from pytest_cloudlab.errors import TooMuch

LONGEST_MARK_BYTES = 256


@dataclass
class Part:
    """What one command wrote to one stream, recognised as it arrives.

    Everything before its beginning is what earlier commands left running, and is dropped.
    """

    nonce: str
    max_bytes: int
    data: bytes = b""
    exit_status: int = 0
    began_s: float | None = None
    """The far machine's clock; None when it has no /proc/uptime, or when nothing arrived yet."""
    ended_s: float | None = None
    begun: bool = False
    relays: str = ""
    """The far process ids that pass the streams on, apart by a blank."""
    cut: bool = False
    """The end never came through, though the far shell went on."""
    done: bool = False
    _searched: int = field(default=0, repr=False)

    def take(self, buffer: bytearray) -> None:
        """Take from the front of `buffer` what belongs to this part, until it is done.

        Raises `TooMuch` as soon as more than `max_bytes` are there.
        """
        mark = b"\n" + self.nonce.encode() + b":"
        while not self.done:
            at = buffer.find(mark, self._searched)
            line_end = buffer.find(b"\n", at + len(mark), at + LONGEST_MARK_BYTES) if at >= 0 else -1
            waiting = at if at >= 0 else max(0, len(buffer) - len(mark))
            if not self.begun and line_end < 0:
                del buffer[:waiting]
                return
            if self.begun and waiting > self.max_bytes:
                raise TooMuch(f"A command wrote more than {self.max_bytes} bytes; it was stopped there.")
            if line_end < 0:
                self._searched = waiting
                return
            self._mark(bytes(buffer[at + len(mark) : line_end]).split(b":"), buffer, at)
            del buffer[: line_end + 1]
            self._searched = 0

    def _mark(self, words: list[bytes], buffer: bytearray, at: int) -> None:
        if words[0] == b"b":
            self.begun = True
            self.began_s = _seconds(words[1])
            self.relays = words[2].decode("ascii")
        elif words[0] == b"m":
            self.data = bytes(buffer[:at])
            self.exit_status = int(words[1])
            self.ended_s = _seconds(words[2])
            self.done = True
        else:
            self.cut = self.done = True

    def ran_for_s(self) -> float | None:
        """How long it ran by the far machine's own clock, or None if that has none."""
        if self.began_s is None or self.ended_s is None:
            return None
        return self.ended_s - self.began_s


def _seconds(word: bytes) -> float | None:
    return float(word) if word else None
