"""Clones of repositories in a folder, and where each of their remotes leads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.redaction import register_secret
from pytest_cloudlab.targets import Target

CLONES = 50
SEARCH_S, ASK_S = 60, 5
SEARCH_BYTES = 256 << 10
ADDRESS_BYTES = 16 << 10
ANSWERS = (0, 1)
"""What git exits with when it could read the file: with remotes in it, and without."""
NO_GIT = 127
_SCP_LIKE = re.compile(r"(?:(?P<user>[\w.-]+)@)?(?P<host>[\w.-]+):(?!//)(?P<path>.+)")
_USER = re.compile(r"^([\w+.-]+://)?.*@", re.DOTALL)
# As code hosts begin their tokens; and what nobody is called: long, with letters and figures in any order.
_TOKEN = re.compile(
    r"gh[a-z]_\w+|github_pat_\w+|gl[a-z]{2,6}-[\w.-]+|AT[A-Z]{2,4}3?[\w=.-]{12,}|x-token-auth:.*"
    r"|(?=(?:[^0-9]*[0-9]){3})(?=.*[A-Za-z])[A-Za-z0-9]{30,}"
)

_FIND_CLONES = f"cd %s && find . -maxdepth %s -type d -name .git -prune 2>/dev/null | head -n {CLONES}"
# As it is kept, not as `insteadOf` would turn it; a folder of another user's is no reason to refuse, and a
# file that is a pipe would never end.
_REMOTES = r"[ -f %s ] || exit 2; git config --file %s --null --get-regexp '^remote\..*\.(push)?url$'"


@dataclass(frozen=True)
class Remote:
    url: str
    """May have a secret in it; `shown` has none."""
    name: str = "origin"

    @property
    def _parts(self) -> SplitResult:
        try:
            return urlsplit(self.url)
        except ValueError:
            return SplitResult("", "", "", "", "")

    @property
    def _scp(self) -> re.Match[str] | None:
        return None if "://" in self.url else _SCP_LIKE.fullmatch(self.url)

    @property
    def over_ssh(self) -> bool:
        return self._parts.scheme in ("ssh", "git+ssh", "ssh+git") or self._scp is not None

    @property
    def over_https(self) -> bool:
        return self._parts.scheme == "https"

    @property
    def secrets(self) -> tuple[str, ...]:
        """A password in it, and a user name that is a token: code hosts take one in either place."""
        if self._parts.scheme not in ("http", "https"):
            return ()
        user, password = self._parts.username or "", self._parts.password
        found = [] if password is None else [password]
        if _TOKEN.fullmatch(unquote(user)):
            found.append(user)
        return tuple(found)

    @property
    def shown(self) -> str:
        """Its address, without whoever it signs in as; `git`, as whom everybody does, stays."""
        if self._scp and self._scp["user"] == "git":
            return self.url[:200]
        return _USER.sub(r"\1…@", self.url)[:200]

    def same_repository(self, url: str) -> bool:
        """Whether it is the repository at `url`, however it is reached.

        >>> Remote("git@github.com:a/b.git").same_repository("https://github.com/a/b")
        True
        """
        wanted, found, scp = urlsplit(url), self._parts, self._scp
        host, path = (scp["host"], scp["path"]) if scp else (found.hostname or "", found.path)
        return (host.lower(), _name(path)) == ((wanted.hostname or "").lower(), _name(wanted.path))


@dataclass(frozen=True)
class Clone:
    folder: str
    remotes: tuple[Remote, ...]
    """Of each, where it fetches from and where it pushes to."""
    read: bool = True
    """Whether git could read its settings."""

    @property
    def shown(self) -> str:
        return ", ".join(one.shown for one in self.remotes)[:400]

    def is_of(self, url: str) -> bool:
        return any(one.same_repository(url) for one in self.remotes)


def clones(machine: Target, folder: str, depth: int) -> list[Clone]:
    """Those in `folder` and up to `depth` folders below it, by folder."""
    said = machine.run(_FIND_CLONES, folder, str(depth + 1), timeout_s=SEARCH_S, max_bytes=SEARCH_BYTES)
    places = sorted(
        line.removeprefix("./").removesuffix(".git").rstrip("/") for line in said.text.splitlines()
    )
    if not places:
        return []
    files = ["/".join(part for part in (folder, place, ".git/config") if part) for place in places]
    asked = [(_REMOTES, file, file) for file in files]
    answers = machine.run_many(asked, timeout_s=ASK_S, max_bytes=ADDRESS_BYTES)
    if any(each.exit_status == NO_GIT for each in answers):
        raise CouldNotLook("there is no git in the workspace to ask for the remotes of a clone")
    found = [
        Clone(place or ".", _remotes(each.stdout), each.exit_status in ANSWERS)
        for place, each in zip(places, answers, strict=True)
    ]
    for secret in (secret for one in found for remote in one.remotes for secret in remote.secrets):
        register_secret(secret)
        register_secret(unquote(secret))
    return found


def _remotes(said: bytes) -> tuple[Remote, ...]:
    """Of `remote.NAME.url` or `remote.NAME.pushurl`, a line break, the address; each ended by a NUL."""
    pairs = (each.partition("\n") for each in said.decode("utf-8", "replace").split("\0") if each)
    return tuple(Remote(url.strip(), key.removeprefix("remote.").rpartition(".")[0]) for key, _, url in pairs)


def _name(path: str) -> str:
    return path.strip("/").removesuffix(".git").lower()
