"""What working out grades anew shows."""

from __future__ import annotations

import io
import re
from dataclasses import replace

from rich.console import Console

from pytest_cloudlab.model import Verdict
from pytest_cloudlab.reports.changes import print_changes
from pytest_cloudlab.standing import Card, changes
from tests.reports import sample


def shown(before: Card, after: Card, *, kept: bool = True, encoding: str = "utf-8") -> str:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    found = [(before, after, changes(before, after))]
    print_changes(found, Console(file=file, width=80, color_system=None), kept=kept)
    file.flush()
    assert isinstance(file.buffer, io.BytesIO)
    return file.buffer.getvalue().decode(encoding)


def test_a_change_is_shown_with_its_reason() -> None:
    """Member and points, check and states, why; nothing wider than the screen."""
    by_hand = {
        "verdict": Verdict.PASSED,
        "source": "override",
        "said_by": "Ada",
        "message": "set by Ada: seen",
    }
    said = shown(sample.card(), sample.card(changes={"test_image_name": by_hand}))
    assert said == (
        "rocket/alice                                                          4 → 6 / 16\n"
        "  ✓ test_image_name: to fix → achieved                                        +2\n"
        "      set by Ada: seen.\n"
        "  ? test_pushed: waiting → could not be judged\n"
        "      it waited for “Your image carries your name”, and nobody has looked since.\n"
        "  ? test_digest: waiting → could not be judged\n"
        "      it waited for “Your image carries your name”, and nobody has looked since.\n"
        "\n"
        "3 outcomes of 1 member changed.\n"
    )


def test_both_totals_are_shown_where_they_differ() -> None:
    checks = (replace(sample.CHECKS[0], points=5), *sample.CHECKS[2:])
    said = shown(sample.card(), sample.card(checks=checks), kept=False)
    assert "4 / 16 → 7 / 19" in said
    assert re.search(r"✓ test_resources: achieved +\+4\n", said)
    assert "worth 5 points instead of 1." in said
    assert "test_author: achieved → not in the lab" in said
    assert said.endswith("2 outcomes of 1 member would change.\n")


def test_nothing_is_said_of_who_did_not_change() -> None:
    assert shown(sample.card(), sample.card()) == "Nothing changed.\n"


def test_an_old_terminal_shows_it_too() -> None:
    hostile = {"verdict": Verdict.PASSED, "source": "override", "message": "\x1b[2J[red]ok[/red] عمر"}
    said = shown(sample.card(), sample.card(changes={"test_image_name": hostile}), encoding="ascii")
    assert "4 > 6 / 16" in said
    assert "[red]ok[/red] ???" in said
