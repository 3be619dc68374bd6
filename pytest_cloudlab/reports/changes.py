"""What working out grades anew has changed, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from pytest_cloudlab.redaction import plain
from pytest_cloudlab.reports import MARKS, WORDS, number, sentence
from pytest_cloudlab.reports.console import STYLES, Sheet
from pytest_cloudlab.standing import Card, Change, State


def print_changes(
    regraded: Iterable[tuple[Card, Card, list[Change]]], console: Console, *, kept: bool
) -> None:
    """Of each member the card before and after, and what is different; `kept`: it is so from now on."""
    sheet = Sheet(console)
    members = outcomes = 0
    for before, after, found in regraded:
        if not found:
            continue
        members, outcomes = members + 1, outcomes + len(found)
        who = f"{plain(after.team.id, 40)}/{plain(after.member.id, 40)}"
        sheet.put(sheet.text(who, "bold"), sheet.text(_points(before, after), "bold"))
        for change in found:
            mark = sheet.text(MARKS[change.after], STYLES[change.after]) if change.after else Text(" ")
            left = sheet.text(f"{change.check.name}: {_states(change)}")
            gained = sheet.text(f"{change.points:+g}" if change.points else "", "dim")
            sheet.put(left, gained, first=Text("  ") + mark + Text(" "), indent=4)
            sheet.put(sheet.text(sentence(change.why), "dim"), indent=6)
        sheet.blank()
    done = "changed" if kept else "would change"
    total = f"{outcomes} {_many('outcome', outcomes)} of {members} {_many('member', members)} {done}."
    sheet.put(sheet.text(total if outcomes else f"Nothing {done}.", "bold"))


def _points(before: Card, after: Card) -> str:
    """As in `11.5 → 13 / 20`; with both totals where they differ."""
    was = number(before.points)
    if before.possible != after.possible:
        was += f" / {number(before.possible)}"
    return f"{was} → {number(after.points)} / {number(after.possible)}"


def _states(change: Change) -> str:
    if change.before == change.after:
        return _word(change.after)
    return f"{_word(change.before)} → {_word(change.after)}"


def _word(state: State | None) -> str:
    return WORDS[state] if state else "not in the lab"


def _many(noun: str, count: int) -> str:
    return noun if count == 1 else f"{noun}s"
