"""Who is in which team, on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from pytest_cloudlab.model import Lab, Member
from pytest_cloudlab.reports import chosen
from pytest_cloudlab.reports.console import Sheet

if TYPE_CHECKING:
    from pytest_cloudlab.people.forming import Formed


def print_teams(formed: Formed, lab: Lab, console: Console) -> None:
    """A block for each team, then who has left, then how many there are."""
    sheet = Sheet(console)
    width = max((len(one.id) for team in formed.teams for one in team.members), default=0)
    for team in formed.teams:
        sheet.whole(sheet.text(team.id, "bold"))
        for one in team.members:
            sheet.put(
                sheet.text(one.name),
                sheet.text("; ".join(filter(None, (chosen(lab, one), _news(formed, one))))),
                first=Text("  " + one.id.ljust(width + 2)),
                indent=width + 4,
            )
        sheet.blank()
    for before, one in formed.gone:
        sheet.put(sheet.text(f"Not in it any more: {one.name} ({one.id}, {before.id})."))
    people = sum(len(team.members) for team in formed.teams)
    count = len(formed.teams)
    who, where = "person" if people == 1 else "people", "team" if count == 1 else "teams"
    sheet.whole(sheet.text(f"{people} {who} in {count} {where}."))


def _news(formed: Formed, one: Member) -> str:
    if one.id in formed.new:
        return "new"
    return f"was in {formed.moved[one.id]}" if one.id in formed.moved else ""
