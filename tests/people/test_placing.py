"""People into teams: how large, who with whom, and that nobody is alone or moved."""

from __future__ import annotations

import pytest

from pytest_cloudlab.people.lots import drawn
from pytest_cloudlab.people.placing import place
from tests.people.lists import refused


def people(count: int) -> list[str]:
    return [f"m{at}" for at in range(count)]


@pytest.mark.parametrize(
    ("count", "size", "most", "sizes"),
    [
        (9, 3, 5, [3, 3, 3]),
        (10, 3, 5, [4, 3, 3]),
        (11, 3, 5, [4, 4, 3]),
        (4, 3, 5, [4]),
        (5, 3, 5, [3, 2]),
        (2, 3, 5, [2]),
        (4, 3, 3, [2, 2]),
        (7, 3, 3, [3, 2, 2]),
        (3, 1, 5, [1, 1, 1]),
        (1, 1, 5, [1]),
    ],
)
def test_sizes(count: int, size: int, most: int, sizes: list[int]) -> None:
    """Who is left over joins a team, one each; where that is not possible, there is one team more."""
    placed = place(people(count), {}, size=size, most=most)
    assert [len(those) for those in placed.values()] == sizes
    assert list(placed) == [f"team-{at + 1:02}" for at in range(len(sizes))]


@pytest.mark.parametrize("size", range(2, 7))
def test_nobody_is_ever_alone_forgotten_or_twice(size: int) -> None:
    for count in range(2, 60):
        placed = place(people(count), {}, size=size, most=size + 1)
        assert sorted(one for those in placed.values() for one in those) == sorted(people(count))
        assert all(2 <= len(those) <= size + 1 for those in placed.values()), (count, size)


@pytest.mark.parametrize(("count", "size", "most"), [(1, 3, 5), (3, 2, 2), (5, 2, 2)])
def test_who_would_be_alone_is_said(count: int, size: int, most: int) -> None:
    assert "without one being alone" in refused(lambda: place(people(count), {}, size=size, most=most))


@pytest.mark.parametrize(
    ("newcomers", "teams", "placed"),
    [
        ("x", {"a": "123", "b": "45"}, {"a": "123", "b": "45x"}),
        ("x", {"a": "123", "b": "456"}, {"a": "123x", "b": "456"}),
        ("x", {"a": "1234"}, {"a": "1234x"}),
        ("xy", {"a": "12345"}, {"a": "12345", "team-01": "xy"}),
        ("xyz", {"team-07": "123"}, {"team-07": "123", "team-08": "xyz"}),
    ],
    ids=["fills up", "joins", "joins a large one", "no room", "another team"],
)
def test_newcomers_move_nobody(newcomers: str, teams: dict[str, str], placed: dict[str, str]) -> None:
    found = place(newcomers, teams, size=3, most=5)
    assert {team: "".join(those) for team, those in found.items()} == placed


def test_new_teams_have_the_names_that_are_given() -> None:
    placed = place(
        people(4), {"rocket": ["a", "b"]}, size=2, most=5, names=["rocket", "comet", "moon", "sun"]
    )
    assert list(placed) == ["rocket", "comet", "moon"]
    said = refused(lambda: place(people(6), {}, size=2, most=5, names=["comet", "moon"]))
    assert "there are 3 new teams and 2 names" in said


def test_the_name_of_a_team_that_was_is_not_given_again() -> None:
    placed = place(people(2), {"team-01": ["a", "b"]}, size=2, most=5, taken=["team-01", "team-02"])
    assert list(placed) == ["team-01", "team-03"]


def test_a_lot_depends_on_nobody_else() -> None:
    """One person more or less leaves the order of the rest; another seed or matter is another order."""
    everyone = people(200)
    order = drawn(7, everyone, "teams")
    assert drawn(7, reversed(everyone[:-1]), "teams") == [one for one in order if one != everyone[-1]]
    assert len({tuple(drawn(seed, everyone, about)) for seed in range(5) for about in ("teams", "x")}) == 10
