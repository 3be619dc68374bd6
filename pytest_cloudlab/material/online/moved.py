"""Whether a permanent redirect tells an author something."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

_SHORT = frozenset(
    {
        "aka.ms", "amzn.to", "bit.ly", "buff.ly", "doi.org", "dx.doi.org", "forms.gle", "g.co", "git.io",
        "go.dev", "goo.gl", "hdl.handle.net", "lnkd.in", "maps.app.goo.gl", "ow.ly", "purl.org", "t.co",
        "tiny.cc", "tinyurl.com", "w3id.org", "youtu.be",
    }
)  # fmt: skip
_SIGN_IN = re.compile(r"(?i)(?:^|[/._-])(?:accounts?|auth|consent|log-?in|oauth2?|sign-?in|sso)(?:$|[/._?-])")
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-zA-Z]{2,4})?")


def is_news(old: str, new: str) -> bool:
    """Whether to write `new` instead of `old` would be a change worth making.

    Not for short addresses, whose very job it is to redirect, for pages to sign in at, and not where
    only the scheme, `www.`, a language, a slash or `index.html` is added or dropped.
    """
    before, after = urlsplit(old), urlsplit(new)
    if before.hostname in _SHORT or _SIGN_IN.search(f"{after.hostname}{after.path}"):
        return False
    return _gist(before) != _gist(after)


def _gist(parts: SplitResult) -> tuple[str, tuple[str, ...]]:
    folders = [part for part in parts.path.split("/") if part]
    if folders and folders[-1].startswith("index."):
        folders.pop()
    if folders and _LANGUAGE.fullmatch(folders[0]):
        folders.pop(0)
    return (parts.hostname or "").removeprefix("www."), tuple(part.lower() for part in folders)
