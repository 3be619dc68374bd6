"""UTF-8 that was decoded as cp1252 or Mac Roman and written down again: `Ã©` for `é`, `‚Äô` for `’`.

A run of characters is taken back to the bytes it came from. Only when these bytes are UTF-8, and what they
say is more plausible on a page than the run itself, is it mojibake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pytest_cloudlab.material.writing.plausible import Context, believable, convinces, readable

CODECS = {"cp1252": "cp1252", "mac_roman": "Mac Roman"}
MAX_LINE = 20_000
"""Characters of a line that are looked at."""
_LENGTHS = {**dict.fromkeys(range(0xC2, 0xE0), 2), **dict.fromkeys(range(0xE0, 0xF0), 3), 0xF0: 4}
_LOST = (0x81, 0x8D, 0x8F, 0x90, 0x9D, 0xAD)
"""Bytes without a character in cp1252, and the soft hyphen that editors drop."""


@dataclass(frozen=True)
class Mojibake:
    start: int
    """Index in the line."""
    end: int
    codec: str
    fixed: str
    """What it should read; empty where a byte was lost on the way."""
    choices: tuple[str, ...] = ()
    """What it may have been, where a byte was lost."""
    convincing: bool = False
    """Whether it shows by itself that the page was taken for this character set."""

    @property
    def name(self) -> str:
        """Of the character set that it was taken for."""
        return CODECS[self.codec]


@dataclass(frozen=True)
class _Sequence:
    """The characters that the bytes of one character became."""

    start: int
    end: int
    fixed: str
    choices: tuple[str, ...] = ()


@cache
def _bytes_of(codec: str) -> Mapping[str, int]:
    """Bytes that cp1252 leaves undefined pass as control characters, as in browsers."""
    found = {chr(byte): byte for byte in range(0x80, 0xA0)} if codec == "cp1252" else {}
    for byte in range(0x80, 0x100):
        if char := bytes([byte]).decode(codec, "ignore"):
            found[char] = byte
    return found


@cache
def _leads(codec: str) -> re.Pattern[str]:
    """Characters that may begin a sequence."""
    leads = (re.escape(char) for char, byte in _bytes_of(codec).items() if byte in _LENGTHS)
    return re.compile(f"[{''.join(leads)}]")


def mojibake_in(line: str, convinced: frozenset[str] = frozenset()) -> list[Mojibake]:
    """The runs of mojibake on a line, in order.

    `convinced`: character sets that other lines of the page were taken for, so that less is needed.

    >>> [run.fixed for run in mojibake_in("dÃ©jÃ\\xa0 vu")]
    ['é', 'à']
    """
    if line.isascii():
        return []
    line = line[:MAX_LINE]
    found = [run for codec in CODECS for run in _runs(line, codec, codec in convinced)]
    found.sort(key=lambda run: (run.start, -run.end))
    kept: list[Mojibake] = []
    for run in found:
        if not kept or run.start >= kept[-1].end:
            kept.append(run)
    return kept


def mended(line: str, runs: list[Mojibake]) -> str:
    """The line as it should read."""
    pieces: list[str] = []
    at = 0
    for run in runs:
        pieces += (line[at : run.start], run.fixed or (run.choices[0] if len(run.choices) == 1 else "\ufffd"))
        at = run.end
    return "".join(pieces) + line[at:]


def _runs(line: str, codec: str, convinced: bool) -> Iterator[Mojibake]:
    run: list[_Sequence] = []
    for sequence in _sequences(line, codec):
        if run and sequence.start != run[-1].end:
            yield from _judged(line, codec, run, convinced)
            run = []
        run.append(sequence)
    if run:
        yield from _judged(line, codec, run, convinced)


def _judged(line: str, codec: str, run: list[_Sequence], convinced: bool) -> Iterator[Mojibake]:
    start, end = run[0].start, run[-1].end
    fixed = "".join(sequence.fixed for sequence in run)
    if lost := next((sequence for sequence in run if not sequence.fixed), None):
        choices = lost.choices if len(run) == 1 else ()
        yield Mojibake(start, end, codec, "", choices, convincing=True)
        return
    context = Context(line[max(start - 40, 0) : start], line[end : end + 40], codec, convinced)
    if believable(fixed, line[start:end], context):
        again = mojibake_in(fixed) if len(fixed) > 1 else []
        if len(again) == 1 and again[0].fixed and again[0].end - again[0].start == len(fixed):
            fixed = again[0].fixed  # it happened twice
        yield Mojibake(start, end, codec, fixed, convincing=convinces(fixed, line[start:end], context))


def _sequences(line: str, codec: str) -> Iterator[_Sequence]:
    table = _bytes_of(codec)
    at = 0
    while match := _leads(codec).search(line, at):
        at = match.start()
        data = [table[line[at]]]
        wanted = _LENGTHS[data[0]]
        for char in line[at + 1 : at + wanted]:
            byte = table.get(char, 0)
            if not 0x80 <= byte < 0xC0:
                break
            data.append(byte)
        end = at + len(data)
        if len(data) == wanted and (fixed := _decoded(bytes(data))):
            yield _Sequence(at, end, fixed)
        elif len(data) < wanted and (sequence := _cut_short(line, at, data, codec)):
            end = sequence.end
            yield sequence
        else:
            end = at + 1
        at = end


def _decoded(data: bytes) -> str:
    """The character; empty for what is no UTF-8, and for what nobody writes."""
    try:
        char = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return char if readable(char) else ""


def _cut_short(line: str, at: int, data: list[int], codec: str) -> _Sequence | None:
    """A sequence whose last byte had no character, and was dropped or became a space or U+FFFD."""
    end = at + len(data)
    following = line[end : end + 1]
    lost = following == "\ufffd"
    if data[:2] == [0xF0, 0x9F]:
        whole = [_decoded(bytes([*data, byte])) for byte in _LOST] if len(data) == 3 else []
        return _Sequence(at, end + lost, "", tuple(char for char in whole if char))
    if codec == "cp1252" and data == [0xE2, 0x80] and not following.isalpha():
        return _Sequence(at, end + lost, "”")
    if codec == "cp1252" and data == [0xC3]:
        if lost:
            return _Sequence(at, end + 1, "", tuple(_decoded(bytes([0xC3, byte])) for byte in _LOST[:-1]))
        if following in (" ", "") and line[max(at - 1, 0) : at].islower():
            # The byte is the space itself, unless a word follows, and two became one.
            return _Sequence(at, end + (not line[end + 1 : end + 2].isalnum() and following != ""), "à")
    if codec == "cp1252" and data == [0xC2] and following == " " and line[max(at - 1, 0) : at].islower():
        return _Sequence(at, end, "\xa0")
    return None
