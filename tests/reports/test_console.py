"""Cards on a terminal: complete at 80 columns, without colour, in any encoding, whatever names say."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from pytest_cloudlab.model import Member, Standing
from pytest_cloudlab.reports.console import CardPrinter, print_card
from pytest_cloudlab.reports.scores import print_scores
from pytest_cloudlab.standing import Card
from tests.reports import sample


def printed(
    *cards: Card, width: int = 80, encoding: str = "utf-8", scores: bool = False, **options: Any
) -> str:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, errors="strict")
    console = Console(file=file, width=width, _environ={}, **options)
    if scores:
        print_scores(cards, console)
    else:
        for card in cards:
            print_card(card, console)
    file.flush()
    return raw.getvalue().decode(encoding)


EXPECTED = """\
Build, ship, run as a team                 Alice Martin · rocket · cat, runs dog

1.1.2 Get the resources
  ✓ Your mascot's resources are complete                                   0.3 s

1.1.3 Build your Docker image
  ✓ AUTHOR.txt names you                                                   0.0 s
  ✗ Your image carries your name                                           0.3 s
      The image's AUTHOR.txt says "<your name>", yours says "Alice Martin": the
      image was built before you edited the file.
      → The image keeps AUTHOR.txt as it was when you built it. Build it again
        after you edit the file.                             page, section 1.1.3

1.2.1 Push your image to the shared registry
  · Your image is in the registry        waits for: Your image carries your name
  · The registry has the image you built last
                                         waits for: Your image carries your name

1.3.2 Connect to your VM with SSH
  ? Your VM answers SSH                                                   20.2 s
      could not tell: no answer from Compute Engine (503, 4 tries in 20 s). Not
      your fault; nothing is lost.
  ○ It comes back after a restart             changes something; only on request

1.3.5 See the page and share it
  ? The page names your teammate as its author    waits for: Your VM answers SSH
  ✓ The page shows your teammate's mascot                                  2.4 s

1.4 Clean up
  ○ Your VM is deleted                                         judged at the end

 3 achieved · 1 to fix · 2 waiting · 2 could not be judged · 1 not asked · 1 not
 due                                                                      4 / 16
Next: Your image carries your name (1.1.3)
      https://example.org/1_5_be.html#113-build-your-docker-image
"""


def test_a_card_at_80_columns_without_colour() -> None:
    """Every state has its mark and its words; there is one next step; no line ends in blanks."""
    assert printed(sample.card()) == EXPECTED


def test_a_narrow_terminal_loses_nothing() -> None:
    """At 50 columns every line fits but the address, and every word is still there."""
    text = printed(sample.card(), width=50)
    assert [line for line in text.splitlines() if cell_len(line) > 50 and "https://" not in line] == []
    assert sorted(text.split()) == sorted(EXPECTED.split())


def test_an_encoding_without_the_marks_gets_others() -> None:
    """In ASCII the marks differ from each other, and the layout is the same."""
    text = printed(sample.card(), encoding="ascii")
    assert "  + AUTHOR.txt names you" in text
    assert "  x Your image carries your name" in text
    assert "  - Your image is in the registry" in text
    assert "  o Your VM is deleted" in text
    assert "3 achieved - 1 to fix" in text
    assert [cell_len(line) for line in text.splitlines()] == [
        cell_len(line) for line in EXPECTED.splitlines()
    ]


def test_ascii_shows_names_it_cannot_spell() -> None:
    """With replacements, not with a crash."""
    assert "??? ??????" in printed(sample.card(Member("omar", "عمر الخيام")), encoding="ascii")
    assert "??? ??????" in printed(sample.card(Member("omar", "عمر الخيام")), encoding="ascii", scores=True)


def test_colour_only_on_a_terminal() -> None:
    """A log has no escape sequence; a terminal has colour and links; NO_COLOR takes the colour away."""
    assert "\x1b" not in printed(sample.card())
    coloured = printed(sample.card(), force_terminal=True, color_system="standard")
    assert "\x1b[32m✓" in coloured
    assert "\x1b]8;" in coloured
    bare = printed(sample.card(), force_terminal=True, color_system="standard", no_color=True)
    assert "\x1b[32m" not in bare


@pytest.mark.parametrize("text", sample.HOSTILE)
@pytest.mark.parametrize("scores", [False, True])
def test_hostile_text_is_shown_not_obeyed(text: str, scores: bool) -> None:
    """No control character, no markup, no line that is too long."""
    card = sample.hostile(text)
    shown = printed(card, scores=scores)
    assert all(char == "\n" or ord(char) >= 32 for char in shown)
    assert not {"\x7f", "\u202e", "\ud800"} & set(shown)
    assert all(cell_len(line) <= 80 for line in shown.splitlines())
    if "[red]" in text:
        assert "[red]" in shown


def test_a_link_that_is_no_web_address_is_not_shown() -> None:
    """A lab's page may be nothing, or something no browser should open."""
    lab = replace(sample.LAB, page="javascript:alert(1)//")
    assert "javascript" not in printed(sample.card(lab=lab), force_terminal=True, color_system="standard")


def test_rows_appear_as_they_are_judged() -> None:
    """`show` prints at once; a success from before the run says so; `finish` adds the totals."""
    file = io.StringIO()
    card = sample.card()
    checks = [standing.check for standing in card.standings]
    printer = CardPrinter(Console(file=file, width=80), sample.LAB, sample.ROCKET, sample.ALICE, checks)
    old = card.standings[0]
    assert old.observation is not None
    printer.show(old)
    assert "1.1.2 Get the resources" in file.getvalue()
    assert "earlier" in file.getvalue()
    assert "achieved" not in file.getvalue()
    now = replace(old.observation, at=datetime.now(UTC) + timedelta(seconds=1))
    printer.show(Standing(checks[1], now.verdict, now))
    assert "0.3 s" in file.getvalue()
    printer.finish(card)
    assert file.getvalue().count("3 achieved") == 1
    assert file.getvalue().count("Next:") == 1


def test_the_next_line_when_nothing_is_to_fix() -> None:
    """It says what remains: to try again, to end the lab, or nothing."""
    assert "Next: nothing, all is achieved." in printed(sample.all_passed())
    done = sample.all_passed()
    early = replace(
        done, standings=(*done.standings[:-1], Standing(done.standings[-1].check, None)), final=False
    )
    assert "--final" in printed(early)
    unsure = replace(done.standings[5], verdict=sample.INCONCLUSIVE)
    assert "Next: run it again" in printed(replace(done, standings=(*done.standings[:5], unsure)))
