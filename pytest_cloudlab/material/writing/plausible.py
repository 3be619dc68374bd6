"""Whether what a run of characters decodes to is more plausible on a page than the run itself.

The longer the run, the less chance plays a part: three Cyrillic letters in a row come from nothing else.
Short runs have look-alikes in correct text (`√π`, `«À»`, a dash before `à`) and need words around them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_CLOSING = frozenset("’”»›…–—™†‡•‰‘“\xa0´")
"""Follows a capital letter in correct text as well."""
_MATHS = frozenset("≠∞±≤≥¥µ∂∑∏π∫Ω")
"""Follows `√` and `¬` in correct formulas as well."""
_ONLY_FORMULAS = frozenset("π∞∑Ω")
_QUOTES = frozenset("«»“”„‘’‚\"'(‹›")
_FORMAT = frozenset("\u200b\u200c\u200d\u2060\ufe0f\ufeff\ufffd\xad")


@dataclass(frozen=True)
class Context:
    before: str
    after: str
    """Of the line, some characters each."""
    codec: str
    convinced: bool

    @property
    def previous(self) -> str:
        return self.before[-1:]

    @property
    def next(self) -> str:
        return self.after[:1]

    @property
    def in_word(self) -> bool:
        """Beside a small letter."""
        return self.previous.islower() or self.next.islower()

    @property
    def letters(self) -> int:
        """How many stand around it without a gap."""
        left = len(self.before) - len(self.before.rstrip(_letters_of(self.before)))
        right = len(self.after) - len(self.after.lstrip(_letters_of(self.after)))
        return left + right


def _letters_of(text: str) -> str:
    return "".join({char for char in text if char.isalpha()}) or "\0"


def readable(char: str) -> bool:
    """Whether people write it: no control character, none that is unassigned or private."""
    if char in _FORMAT or 0x1F000 <= ord(char) < 0x1FB00:
        return True
    return unicodedata.category(char)[0] in "LMNPSZ"


def believable(fixed: str, run: str, context: Context) -> bool:
    """Whether `run`, which decodes to `fixed`, is mojibake."""
    if len(fixed) == 1:
        return _believable_alone(fixed, run, context)
    return convinces(fixed, run, context) or all(
        _believable_alone(fixed[index], run[start:end], _within(run, start, end, context))
        for index, (start, end) in enumerate(_stretches(fixed))
        if end <= len(run)
    )


def convinces(fixed: str, run: str, context: Context) -> bool:
    """Whether it leaves no doubt, whatever stands around it."""
    if any(_is_symbol(char) for char in fixed):
        return True
    letters = [char for char in fixed if unicodedata.category(char)[0] in "LM"]
    if any(ord(char) >= 0x800 for char in letters):
        return len(letters) >= 2
    if any(ord(char) >= 0x180 for char in letters):
        return len(letters) >= 3
    if context.codec == "cp1252":
        return bool(letters) and context.previous.islower() and run[:1] in "ÃÄÅ"
    if not letters or not context.in_word or _MATHS.issuperset(run[1::2]):
        return False
    return (run[:1] == "√" and not _MATHS.intersection(run)) or len(letters) == len(fixed) >= 2


def _stretches(fixed: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    at = 0
    for char in fixed:
        length = len(char.encode("utf-8"))
        found.append((at, at + length))
        at += length
    return found


def _within(run: str, start: int, end: int, context: Context) -> Context:
    return Context(context.before + run[:start], run[end:] + context.after, context.codec, context.convinced)


def _is_symbol(char: str) -> bool:
    """Emoji, dashes, quotation marks, arrows, the euro: with what they become, nothing else is like them."""
    code = ord(char)
    return (
        code >= 0x1F000 or 0x2010 <= code < 0x2C00 or char in "\ufe0f\ufeff\ufffd" or 0xFF01 <= code < 0xFF60
    )


def _believable_alone(char: str, run: str, context: Context) -> bool:
    if _is_symbol(char):
        return True
    lead, last = run[:1], run[-1:]
    code = ord(char)
    if code >= 0x800:
        return False
    if context.codec == "cp1252":
        if lead in "ÂÃ":
            return _latin_of_cp1252(char, last, context)
        if 0x300 <= code < 0x370:
            return context.previous.islower()
        if lead in "ÄÅÎÏ":
            return context.in_word if last in _CLOSING else last != "\xa0"
        return False
    if lead == "√":
        return _latin_of_mac(last, context)
    if lead == "¬":
        return last in "†´ª©Æ£ß°ø" or (context.convinced and last not in "∑π") or _is_unit(last, context)
    if 0x300 <= code < 0x370:
        return context.previous.islower()
    if lead in "ƒ≈":
        return context.previous.islower() and context.next.islower()
    return 0x386 <= code <= 0x3CE and not context.in_word


def _latin_of_cp1252(char: str, last: str, context: Context) -> bool:
    if last not in _CLOSING or context.convinced:
        return not (char == "»" and context.previous in _QUOTES)
    if context.previous.isupper() or context.previous in _QUOTES:
        return context.next.isalnum()
    if char == "»":
        return "Â«" in context.before
    return True


def _latin_of_mac(last: str, context: Context) -> bool:
    if last not in _MATHS:
        return not context.previous.isdigit()
    if last in _ONLY_FORMULAS:
        return context.convinced and context.previous.isalpha()
    return context.previous.isalpha() and (context.convinced or context.letters >= 3)


def _is_unit(last: str, context: Context) -> bool:
    """`20¬∞`, `20 ¬∞C`, `30 m¬≤`."""
    if last == "∞":
        return context.previous.isdigit() or (context.next in ("C", "F") and not context.after[1:2].isalnum())
    return last in "≤≥" and context.previous == "m" and not context.next.isalnum()
