"""What a VM says on its serial port: where cloud users look when it does not do what they expect."""

from __future__ import annotations

from datetime import UTC, datetime

MAX_CHARACTERS = 256 * 1024
LONGEST_LINE = 1000


class SerialPort:
    """Keeps the end of it; places are counted from the first character ever written."""

    def __init__(self, text: str = "", dropped: int = 0) -> None:
        self.text = text
        self.dropped = dropped

    def write(self, source: str, line: str) -> None:
        """Adds `time source: line`, without what could act on a terminal."""
        shown = "".join(each if each.isprintable() else " " for each in line[:LONGEST_LINE])
        self.text += f"{datetime.now(UTC):%b %d %H:%M:%S} {source}: {shown}\r\n"
        surplus = max(len(self.text) - MAX_CHARACTERS, 0)
        self.text = self.text[surplus:]
        self.dropped += surplus

    def read(self, start: int) -> tuple[int, str, int]:
        """Where the text starts, the text, and where to go on reading."""
        begin = max(start, self.dropped)
        return begin, self.text[begin - self.dropped :], self.dropped + len(self.text)
