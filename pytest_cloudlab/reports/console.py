"""Cards on a terminal: as they come in, or as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.style import Style
from rich.text import Text

from pytest_cloudlab.model import Check, Lab, Member, Observation, Standing, Team
from pytest_cloudlab.redaction import plain
from pytest_cloudlab.reports import (
    MARKS,
    NOT_YOUR_FAULT,
    chosen,
    counts,
    link,
    next_words,
    not_seen_here,
    number,
    reconnected,
    sentence,
    waits_for,
    why_unasked,
)
from pytest_cloudlab.reports.chain import rows
from pytest_cloudlab.standing import Card, State, state_of

WIDEST = 96
NARROW = 80
LONGEST_MESSAGE = 900
STYLES: dict[State, str] = {
    "passed": "green",
    "failed": "bold red",
    "blocked": "dim",
    "inconclusive": "yellow",
    "not due": "dim",
    "not asked": "dim",
}
ASCII = str.maketrans(
    {"✓": "+", "✗": "x", "·": "-", "○": "o", "→": ">", "…": "...", "—": "-", "–": "-",
     "│": "|", "▼": "v", "“": '"', "”": '"', "‘": "'", "’": "'", "\N{NO-BREAK SPACE}": " "}
)  # fmt: skip


class Sheet:
    """Lines with something at their right end, for a console that may know neither colour nor Unicode."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._width = min(console.width, WIDEST)
        self._encoding = console.encoding or "ascii"
        try:
            "".join([*MARKS.values(), "→…"]).encode(self._encoding)
            self.letters = {}
        except (UnicodeEncodeError, LookupError):
            self.letters = ASCII

    def text(self, content: str, style: str | Style = "") -> Text:
        """Any text, shown as it is: nothing in it is markup or steers the terminal."""
        content = plain(content, LONGEST_MESSAGE, lines=True).translate(self.letters)
        content = content.encode(self._encoding, "replace").decode(self._encoding, "replace")
        return Text(content, style=style)

    def put(
        self, left: Text, right: Text | None = None, *, first: Text | None = None, indent: int = 0
    ) -> None:
        """`left`, wrapped below itself, with `right` at the end of its last line.

        `first` stands in the indent of the first line.
        """
        room = self._width - indent
        lines = list(left.wrap(self._console, max(room, 20))) or [Text()]
        margin = first or Text(" " * indent)
        for line in lines[:-1]:
            line.rstrip()
            self._print(margin + line)
            margin = Text(" " * indent)
        last = lines[-1]
        last.rstrip()
        if right is None or not right.plain:
            self._print(margin + last)
        elif last.cell_len + 2 + right.cell_len <= room:
            self._print(margin + last + Text(" " * (room - last.cell_len - right.cell_len)) + right)
        else:
            self._print(margin + last)
            for line in right.wrap(self._console, max(room, 20)):
                line.rstrip()
                self._print(Text(" " * max(indent, self._width - line.cell_len)) + line)

    def whole(self, content: Text) -> None:
        """One line that must not be broken, such as an address."""
        self._print(content)

    def blank(self) -> None:
        self._print(Text())

    def _print(self, line: Text) -> None:
        self._console.print(line, no_wrap=True, overflow="ignore", crop=False, highlight=False)


class CardPrinter:
    """Prints one member's card while it is being judged: a row for each `show`, the totals at `finish`."""

    def __init__(
        self, console: Console, lab: Lab, team: Team, member: Member, checks: Sequence[Check]
    ) -> None:
        self._sheet = Sheet(console)
        self._lab, self._team, self._member = lab, team, member
        self._titles = {check.name: check.title for check in checks}
        self._step: str | None = None
        self.since: datetime | None = datetime.now(UTC)
        """What was achieved before then is shown as achieved earlier."""

    def show(self, standing: Standing) -> None:
        """One check, below the heading of its step."""
        if self._step is None:
            self._head()
        if standing.check.step != self._step:
            self._step = standing.check.step
            self._heading(self._step)
        state = state_of(standing, final=False)
        sheet, seen = self._sheet, standing.observation
        quiet = state in ("blocked", "not due", "not asked")
        title = sheet.text(standing.check.title, "dim" if quiet else "")
        mark = sheet.text(MARKS[state], STYLES[state])
        sheet.put(
            title, sheet.text(self._aside(standing), "dim"), first=Text("  ") + mark + Text(" "), indent=4
        )
        if seen and seen.source == "override":
            pass  # the row has said all that there is to say
        elif seen and state == "failed":
            self._explain(standing.check, seen.message, seen.remedy or standing.check.hint)
            for line in rows(seen.measured, NARROW - 6):
                margin = 6 + len(line) - len(line.lstrip())
                sheet.whole(Text(" " * margin) + sheet.text(line, "dim"))
        elif seen and state == "inconclusive" and not seen.waits_for:
            found = f"could not tell: {sentence(seen.message)} {NOT_YOUR_FAULT}"
            self._explain(standing.check, found, seen.remedy, linked=False)
        if seen and (self.since is None or seen.at >= self.since):
            for told in reconnected(standing):
                sheet.put(sheet.text(told, "dim"), indent=6)

    def finish(self, card: Card) -> None:
        """The totals and the one next step."""
        if self._step is None:
            self._head()
        sheet = self._sheet
        words = Text(" · ".translate(sheet.letters)).join(
            sheet.text(words, STYLES[state]) for state, words in counts(card)
        )
        score = sheet.text(f"{number(card.points)} / {number(card.possible)}", "bold")
        sheet.blank()
        sheet.put(words, score, indent=1)
        sheet.put(sheet.text(next_words(card)), first=sheet.text("Next:", "bold") + Text(" "), indent=6)
        address = link(self._lab, card.next_check.step) if card.next_check else ""
        if address:
            sheet.whole(Text(" " * 6) + sheet.text(address, Style(dim=True, link=address)))

    def _head(self) -> None:
        sheet = self._sheet
        names = (self._member.name or self._member.id, self._team.id, chosen(self._lab, self._member))
        who = " · ".join(plain(name, 60) for name in names if name)
        sheet.put(sheet.text(plain(self._lab.title, 200), "bold"), sheet.text(who))

    def _heading(self, number_of_step: str) -> None:
        try:
            step = self._lab.step(number_of_step)
        except KeyError:
            heading = number_of_step
        else:
            heading = f"{step.number} {step.title}"
        self._sheet.blank()
        self._sheet.put(self._sheet.text(heading, "bold"))

    def _aside(self, standing: Standing) -> str:
        """What stands at the right end of a row."""
        seen = standing.observation
        if standing.verdict is None or seen is None:
            return why_unasked(standing.check)
        if seen.waits_for:
            return waits_for(standing, self._titles)
        if seen.source:
            return not_seen_here(standing)
        return _duration(seen, self.since)

    def _explain(self, check: Check, found: str, remedy: str, *, linked: bool = True) -> None:
        sheet = self._sheet
        if found:
            sheet.put(sheet.text(found), indent=6)
        address = link(self._lab, check.step) if linked else ""
        page = sheet.text(f"page, section {check.step}", Style(dim=True, link=address)) if address else None
        if remedy:
            sheet.put(sheet.text(remedy), page, first=Text(" " * 6) + sheet.text("→") + Text(" "), indent=8)
        elif page:
            sheet.put(page, indent=8)


def print_card(card: Card, console: Console) -> None:
    """The whole card at once, from what is known."""
    checks = [standing.check for standing in card.standings]
    printer = CardPrinter(console, card.lab, card.team, card.member, checks)
    printer.since = None
    for standing in card.standings:
        printer.show(standing)
    printer.finish(card)


def _duration(seen: Observation, since: datetime | None) -> str:
    if since is not None and seen.at < since:
        return "earlier"
    return f"{seen.duration_s:.1f} s" if seen.duration_s < 100 else f"{seen.duration_s:.0f} s"
