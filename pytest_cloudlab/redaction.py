"""Text made safe to show: secrets taken out (`redact`), and what would steer a terminal (`plain`)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

MARK = "[redacted]"
SHORTEST_SECRET = 6
"""Shorter registered values are not searched for: they would eat ordinary words."""
LONGEST_TEXT = 2_000
"""Characters that are kept of a message or a measured text."""
MOST_TEXT = 64_000
"""Characters that are searched for secrets before the rest is cut off."""
MOST_VALUES = 1_000

_KEYS = r"(?:token|password|passwd|pwd|secret|api_?key|client_secret|private_key|signature)"

# Each starts at something rare or is bounded, so that megabytes of hostile text stay linear to search.
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, flags), replacement)
    for pattern, flags, replacement in (
        (
            r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)",
            re.DOTALL,
            f"{MARK} private key",
        ),
        (r"""(authorization["']?\s*[:=]\s*["']?(?:\w{1,20}\s+)?)[^\s"']+""", re.IGNORECASE, rf"\1{MARK}"),
        (r"\b(bearer\s+)[\w.~+/=-]{16,}", re.IGNORECASE, rf"\1{MARK}"),
        (r"\bya29\.[\w.-]+", 0, MARK),
        (r"\bgh[pousr]_[A-Za-z0-9]{16,}", 0, MARK),
        (r"\bglpat-[\w-]{16,}", 0, MARK),
        (r"\bgithub_pat_\w{16,}", 0, MARK),
        (r"\bAIza[\w-]{30,}", 0, MARK),
        (r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+", 0, MARK),
        (r"(?<=://)[^\s/@:]{0,256}:[^\s/@]{1,4096}@", 0, f"{MARK}@"),
        (rf"({_KEYS}=)[^\s&\"'<>#;]+", re.IGNORECASE, rf"\1{MARK}"),
        (rf"""({_KEYS}["']\s{{0,8}}:\s{{0,8}}["'])[^"'\n]+""", re.IGNORECASE, rf"\1{MARK}"),
    )
)

_ANSI = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor, clearing
    r"|\x9b[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # OSC and its kin
    r"|\x1b[ -/]*[0-~]"
)
_BREAKS = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Controls, bidirectional embeddings, overrides and isolates, what no XML may hold, and half characters.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]"
)
_SURROGATES = re.compile(r"[\ud800-\udfff]")

_registered: set[str] = set()


def register_secret(value: str) -> None:
    """From now on `redact` takes `value` out of every text, in this process."""
    for form in (value.strip(), quote(value.strip(), safe="")):
        if len(form) >= SHORTEST_SECRET:
            _registered.add(form)


def redact(text: str) -> str:
    """`text` without the registered secrets and without what looks like one.

    >>> redact("GET http://localhost:8080/?token=0123456789abcdef")
    'GET http://localhost:8080/?token=[redacted]'
    """
    for secret in sorted(_registered, key=len, reverse=True):
        text = text.replace(secret, MARK)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def plain(text: str, limit: int = 2_000, *, lines: bool = False) -> str:
    """`text` without control characters, terminal sequences and bidirectional overrides, for a terminal
    or a report; cut after `limit` characters.

    On one line, unless `lines` says that line breaks may stay.

    >>> plain("\\x1b[31mred\\x1b[0m alert\\n")
    'red alert'
    """
    text = _ANSI.sub("", text[: 4 * limit + 1_000])
    text = _BREAKS.sub("\n" if lines else " ", text).replace("\t", "    " if lines else " ")
    text = _SURROGATES.sub("\ufffd", _UNSEEN.sub("", text)).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def clean(text: str) -> str:
    """Text of a machine or a page as it may be shown and kept: no secrets, no control characters, short."""
    return plain(redact(text[:MOST_TEXT]), LONGEST_TEXT, lines=True)


def clean_values(value: Any) -> Any:
    """Plain JSON data with every text in it clean, and its lists and tables short."""
    match value:
        case str():
            return clean(value)
        case dict():
            items = list(value.items())[:MOST_VALUES]
            return {clean(str(key)): clean_values(inner) for key, inner in items}
        case list() | tuple():
            return [clean_values(inner) for inner in value[:MOST_VALUES]]
    return value
