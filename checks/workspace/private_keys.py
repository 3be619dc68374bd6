"""Private keys on a volume: which there are, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_cloudlab.errors import CouldNotLook, TimedOut, TooMuch
from pytest_cloudlab.targets import Target

KEYS = 20
OWN_S, REST_S, ASK_S = 60, 60, 10
ELSEWHERE = "elsewhere"
SEARCH_BYTES = 256 << 10
PATH_LENGTH = 300

ANY = "^-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----|^PuTTY-User-Key-File-"
"""A key is known by its first line."""
SSH = "^-----BEGIN OPENSSH PRIVATE KEY-----|^PuTTY-User-Key-File-"
"""One that is for SSH, whatever its file is called."""
SSH_NAMES = r"/([.]ssh/[^/]+|id_[a-z0-9_]+[^/]*)$"
"""What files with SSH keys of other kinds are called."""

# Test data of installed packages are nobody's keys. Each awk there is goes on after a file that it cannot
# read in this way only. A line that is no path stands for a folder that could not be looked into.
_FIND = r"""
{ find -H %s -xdev -type d '(' -name site-packages -o -name dist-packages -o -name node_modules ')' -prune \
  -o -type f -size -33k -size +0 -print 2>/dev/null || echo skipped; } |
LC_ALL=C awk -v is_key=%s -v any=%s -v names=%s -v most=%s '
!/^\// { skipped++; next }
{ got = (getline line < $0); close($0) }
got < 0 { skipped++; next }
got && (line ~ is_key || ($0 ~ names && line ~ any)) { print; if (++found == most) exit }
END { print "skipped " skipped + 0 }'
"""


@dataclass(frozen=True)
class Found:
    paths: tuple[str, ...]
    skipped: int
    """Files that could not be read, and folders that could not be looked into."""


@dataclass(frozen=True)
class Keys:
    own: tuple[str, ...]
    """The member's, or nobody else's but the member's."""
    others: dict[str, list[str]]
    """Of the rest of the volume, by whose folder they are in; `ELSEWHERE` for those in nobody's."""
    rest: str
    """What became of the search of the rest."""


def private_keys(machine: Target, volume: str, own: str) -> Keys:
    """The private keys below `volume`; nothing of what is in them is read here.

    Of the member are those below `own`, and those of the user of the pod where no other folder beside `own`
    is that user's, too: as a rule, all pods have the same. Nobody answers for a key in another's folder.

    Raises `CouldNotLook` when the member's folder could not be searched as a whole, and no key was found.
    """
    mine = _search(machine, own, ANY, OWN_S)
    if mine.paths:
        return Keys(mine.paths, {}, "not searched")
    if mine.skipped:
        raise CouldNotLook(
            f"not all of {own} can be read in the workspace, so a key may be there",
            remedy="See what is not yours in there: `ls -laR`.",
        )
    try:
        rest = _search(machine, volume, SSH, REST_S)
    except (TimedOut, TooMuch) as too_large:
        return Keys((), {}, too_large.message)
    beside = own.rpartition("/")[0]
    mine_alone = _of_the_member(machine, beside, own, rest.paths)
    others: dict[str, list[str]] = {}
    for path in rest.paths:
        if path not in mine_alone:
            others.setdefault(_whose(path, beside), []).append(path)
    return Keys(tuple(mine_alone), others, f"searched, {rest.skipped} skipped")


def _whose(path: str, beside: str) -> str:
    """The folder that it is in of those in `beside`."""
    inside, slash, _ = path.removeprefix(f"{beside}/").partition("/")
    return inside if slash and path.startswith(f"{beside}/") else ELSEWHERE


def _of_the_member(machine: Target, beside: str, own: str, paths: Sequence[str]) -> list[str]:
    if not paths:
        return []
    me, folders, *files = machine.run_many(
        ["id -u", ("stat -c '%%u %%n' -- %s/*/", beside), *(("stat -c %%u -- %s", path) for path in paths)],
        timeout_s=ASK_S,
    )
    owners = {
        path.rstrip("/"): user for user, _, path in (x.partition(" ") for x in folders.text.splitlines())
    }
    if not me.text or me.text in {user for path, user in owners.items() if path != own}:
        return []
    return [path for path, owner in zip(paths, files, strict=True) if owner.text == me.text]


def _search(machine: Target, folder: str, is_key: str, within_s: float) -> Found:
    said = machine.run(
        _FIND, folder, is_key, ANY, SSH_NAMES, str(KEYS), timeout_s=within_s, max_bytes=SEARCH_BYTES
    )
    *paths, last = said.text.splitlines() or [""]
    word, _, skipped = last.partition(" ")
    if word != "skipped" or not skipped.isdigit():
        raise CouldNotLook(f"{folder} cannot be searched: the workspace has no find, or no awk")
    return Found(tuple(path[:PATH_LENGTH] for path in paths), int(skipped))
