"""Everybody's points on a terminal."""

from __future__ import annotations

from dataclasses import replace

from rich.cells import cell_len

from pytest_cloudlab.model import Member, Step, Team
from tests.reports import sample
from tests.reports.test_console import printed


def test_scores_of_everybody() -> None:
    """A row for each member with the state and points of each step."""
    wide = printed(sample.card(), sample.all_passed(Member("bob", "Bob")), scores=True)
    head, alice, bob = wide.splitlines()
    assert head.split() == ["Member", "1.1.2", "1.1.3", "1.2.1", "1.3.2", "1.3.5", "1.4", "Points"]
    assert " ".join(alice.split()) == "Alice Martin ✓ 1 ✗ 1 · 0 ? 0 ? 2 ○ 0 4 / 16"
    assert " ".join(bob.split()) == "Bob ✓ 1 ✓ 3 ✓ 3.5 ✓ 2.5 ✓ 4 ✓ 2 16 / 16"
    assert len({len(head), len(alice), len(bob)}) == 1
    assert printed(scores=True).split() == ["Member", "Points"]


def test_scores_of_many_steps_fit_in_80_columns() -> None:
    """Steps that find no room stand in a table below, with everybody's name again; each just once."""
    card = sample.card()
    numbers = [f"{part}.{step}" for part in range(1, 4) for step in range(1, 9)]
    steps = tuple(Step(number, "", "") for number in numbers)
    every = tuple(
        replace(card.standings[0], check=replace(card.standings[0].check, step=number)) for number in numbers
    )
    shown = printed(replace(card, lab=replace(card.lab, steps=steps), standings=every), scores=True)
    lines = shown.splitlines()
    assert max(map(cell_len, lines)) <= 80
    heads = [line.split()[1:] for line in lines if line.startswith("Member")]
    assert [word for head in heads for word in head] == [*numbers, "Points"]
    assert len(heads) == sum(line.startswith("Alice Martin") for line in lines) > 1


def test_several_teams_stand_apart() -> None:
    """Each member below the team; for one team alone its name says nothing."""
    comet = Team("comet", (Member("bob", "Bob"),))
    alice, bob = sample.card(), replace(sample.card(Member("bob", "Bob")), team=comet)
    lines = [line.split()[0] for line in printed(alice, bob, scores=True).splitlines()]
    assert lines == ["Member", "rocket", "Alice", "comet", "Bob"]
    assert "rocket" not in printed(alice, scores=True)
