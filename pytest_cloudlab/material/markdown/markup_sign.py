"""Markup within text, and what the renderer makes of it where it takes it for markup."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TARGET = r"[^()\s]{1,300}(?:\([^()\s]{0,100}\)[^()\s]{0,100})?"
_PAGE = r"(?:https?://[^()\[\]\s]{1,300}|[\w./-]{1,200}\.(?:md|html)(?:#[\w-]{1,100})?)"


@dataclass(frozen=True)
class Sign:
    """A kind of markup, found on the page by a pattern; its group `in` is where a mark can stand."""

    name: str
    trace: str
    """Stands in the rendered text if any of it is left there."""
    pattern: re.Pattern[str]
    tags: frozenset[str]
    """What the renderer makes of it."""
    extension: str = ""
    """What it takes for that."""
    cause: str = ""
    """Why it may not have been taken, where the pattern says that."""
    remedy: str = ""


def _sign(name: str, trace: str, pattern: str, tags: str = "", **rest: str) -> Sign:
    return Sign(name, trace, re.compile(pattern, re.MULTILINE), frozenset(tags.split()), **rest)


_NO_SPACE = "Take the space out: `**…**`."
SIGNS = (
    _sign(
        "bold text",
        "**",
        r"(?<![\\*\w/(,])\*\*(?P<in>)(?=[^\s*/])[^*\n]{0,200}?(?<=[^\s*,(])\*\*(?![\w*/])",
        "strong b",
    ),
    _sign(
        "bold text",
        "**",
        r"(?<![\\*\w/(,])\*\*(?P<in>)(?=[^\W\d_])[^*\n]{1,200}?[ \t]\*\*(?!\S)",
        "strong b",
        cause="a space stands before its end",
        remedy=_NO_SPACE,
    ),
    _sign(
        "bold text",
        "**",
        r"^\s*(?:[-*+]\s|\d+\.\s)?\s*\*\*[ \t]+(?P<in>)[^\W\d_][^*\n]{0,200}?\*\*(?![\w*/])",
        "strong b",
        cause="a space stands after its beginning",
        remedy=_NO_SPACE,
    ),
    _sign(
        "bold text",
        "__",
        r"(?<![\\\w])__(?P<in>)(?=[^\s_])[^_\n]{0,200}[ \t][^_\n]{0,200}__(?!\w)",
        "strong b",
    ),
    _sign("a picture", "![", rf"(?<!\\)!\[(?P<in>)[^\[\]\n]{{0,200}}\]\({_TARGET}\)", "img"),
    _sign(
        "a link",
        "](",
        rf"(?<![\\!\w\]])\[(?P<in>)[^\[\]\n]{{1,200}}\]\({_TARGET}(?:[ \t]+\"[^\"\n]{{0,100}}\")?\)",
        "a",
    ),
    _sign(
        "a link",
        "] (",
        rf"(?<![\\!\w\]])\[(?P<in>)[^\[\]\n]{{2,100}}\][ \t]{{1,3}}\({_PAGE}\)",
        "a",
        cause="a space stands between its text and its address",
        remedy="Take the space out: `[text](address)`.",
    ),
    _sign(
        "a link",
        ")[",
        rf"(?<![\\\w])\((?P<in>)[^()\n]{{2,100}}\)\[{_PAGE}\]",
        cause="its brackets are the wrong way round",
        remedy="Write `[text](address)`.",
    ),
    _sign(
        "highlighted text",
        "==",
        r"(?<![\w=!<>\\{])==(?P<in>)(?=[^\W_])[^=\n]{0,200}?(?<=[\w.!?)])==(?![\w=}])",
        "mark",
        extension="pymdownx.mark",
    ),
    _sign(
        "deleted text",
        "~~",
        r"(?<![\w~\\{])~~(?P<in>)(?=[^\s~])[^~\n]{0,200}?(?<=[^\s~])~~(?![\w~}])",
        "del s",
        extension="pymdownx.tilde",
    ),
    _sign("heading", "#", r"^[ \t]*#{1,6}[ \t]+(?P<in>)[^\s#]", "h1 h2 h3 h4 h5 h6"),
    _sign(
        "task",
        "] ",
        r"^\s*(?:[-*+]|\d+\.)[ \t]+\[[ xX]\][ \t]+(?P<in>)\S",
        "label",
        extension="pymdownx.tasklist",
    ),
)
_KEY = r"(?:ctrl|cmd|command|alt|option|shift|meta|win|windows|enter|tab|esc|escape|f\d{1,2})"
KEYS = re.compile(rf"\+\+{_KEY}(?:\+[\w-]{{1,20}}){{0,4}}\+\+")
ICONS = re.compile(r":(?:material|fontawesome|octicons|simple)-[a-z0-9-]{1,80}:")
ATTRIBUTES = re.compile(r"\{:?[ \t]*[.#][A-Za-z][\w-]{0,60}(?:[ \t][^{}\n]{0,200})?\}")
NOTES = re.compile(r"\[\^\d{1,3}\](?!:)")
_DASHES = r"[ \t]*:?-{3,}:?[ \t]*"
SEPARATOR = re.compile(rf"^[ \t]*\|?{_DASHES}(?:\|{_DASHES}){{0,50}}\|?[ \t]*$")
