"""People without a team, put into teams: as large as asked for, nobody alone, nobody moved."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from pytest_cloudlab.errors import UsageError

Teams = dict[str, list[str]]
"""Ids of members, by the id of their team."""


def place(
    newcomers: Sequence[str],
    teams: Mapping[str, Sequence[str]],
    *,
    size: int,
    most: int,
    names: Sequence[str] = (),
    taken: Collection[str] = (),
) -> Teams:
    """`teams` with the newcomers in them, in the order in which they stand.

    They fill the teams that have fewer than `size` members, then form teams of `size`; who is left over joins
    one of those, one each. Where they are more than that, or would make a team larger than `most`, the new
    teams are one more, and some of them smaller. New teams take `names`, else are called team-01, team-02;
    none is called as one in `taken`.

    Raises `UsageError` where somebody would be alone, and for too few names.
    """
    placed = {team: list(members) for team, members in teams.items()}
    waiting = list(newcomers)
    while waiting and (open_ := [members for members in placed.values() if len(members) < size]):
        min(open_, key=len).append(waiting.pop(0))
    full, left = divmod(len(waiting), size)
    room = sum(len(members) == size for members in placed.values()) + full if size < most else 0
    if left > room and len(waiting) >= 2 * (full + 1):
        full, left = full + 1, 0
    spread = len(waiting) - left
    for at, label in enumerate(_labels(full, {*placed, *taken}, names)):
        count = spread // full + (at < spread % full)
        placed[label] = [waiting.pop(0) for _ in range(count)]
    while waiting:
        open_ = [members for members in placed.values() if len(members) < most]
        if not open_:
            raise UsageError(
                f"{len(newcomers)} cannot be put into teams of {size} without one being alone",
                remedy="Choose another --size"
                + (f"; a team can have up to {most}." if most < len(newcomers) else ", such as 1."),
            )
        min(open_, key=len).append(waiting.pop(0))
    return placed


def _labels(count: int, teams: Collection[str], names: Sequence[str]) -> list[str]:
    if not names:
        numbered = _numbered(teams, len(teams) + count)
        return [next(numbered) for _ in range(count)]
    free = [name for name in names if name not in teams]
    if len(free) < count:
        raise UsageError(
            f"there are {count} new teams and {len(free)} names for them",
            remedy="Give more --names, or none: then they are called team-01, team-02.",
        )
    return free[:count]


def _numbered(teams: Collection[str], total: int) -> Iterator[str]:
    width = max(2, len(str(total)))
    taken = [int(found[1]) for team in teams if (found := re.fullmatch(r"team-(\d{1,6})", team))]
    for number in itertools.count(max(taken, default=0) + 1):
        yield f"team-{number:0{width}}"
