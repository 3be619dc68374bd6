"""`--only TEAM[/MEMBER]`: a part of a class."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.model import Member, Roster, Team


def chosen(roster: Roster, only: Sequence[str]) -> list[tuple[Team, Member]]:
    """Whom the words name, each once; everybody without any.

    Raises `UsageError` for a word that names no team and no member of one.
    """
    if not only:
        return list(roster.everyone)
    known = {team.id: team for team in roster.teams}
    found: list[tuple[Team, Member]] = []
    for word in only:
        team_id, slash, member_id = word.partition("/")
        team = known.get(team_id)
        if team is None:
            raise UsageError(f"--only {word}: there is no such team", remedy=f"Teams: {', '.join(known)}.")
        members = [one for one in team.members if not slash or one.id == member_id]
        if slash and not members:
            raise UsageError(
                f"--only {word}: there is no such member",
                remedy=f"Members of {team_id}: {', '.join(one.id for one in team.members)}.",
            )
        found += [(team, one) for one in members]
    # A member holds dictionaries, so it has no hash of its own.
    return list({member.id: (team, member) for team, member in found}.values())
