"""Where a walkthrough is cut for the checks to look, and what members do at once."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.model import Course, Lab, Member, Roster, Team
from pytest_cloudlab.rehearsal import Scene, acts, play


def names(*scenes: Scene) -> list[list[str]]:
    return [[scene.name for scene in act] for act in acts(scenes)]


def test_the_checks_judge_after_each_curtain_and_at_the_end() -> None:
    """A curtain ends its act, the scenes after the last one make an act too, and none is empty."""
    one, two, three = (Scene(name, "1", name) for name in ("one", "two", "three"))
    seen = Scene("seen", "1", "seen", curtain=True)
    assert names(one, seen, two, three) == [["one", "seen"], ["two", "three"]]
    assert names(one, two) == [["one", "two"]]
    assert names(seen, seen) == [["seen"], ["seen"]]
    assert names(one, seen) == [["one", "seen"]]


def cast_of(*ids: str) -> list[Assignment]:
    lab = Lab("hello", "Hello", "https://course.example", (), (), None, "/nowhere")
    team = Team("rocket", tuple(Member(one, one) for one in ids))
    return [Assignment(lab, Roster(Course(), (team,)), team, member) for member in team.members]


class Pair:
    """Passes only when both members play it at the same time."""

    def __init__(self) -> None:
        self.scenes: Sequence[Scene] = (Scene("meet", "1", "Meet"),)
        self.cleanup: Sequence[Scene] = ()
        self._both = threading.Barrier(2, timeout=20)

    def meet(self, one: Assignment) -> None:
        self._both.wait()
        if one.member.id == "zoe":
            raise ValueError("zoe fell")


def test_members_play_a_scene_at_once_and_the_first_error_is_raised() -> None:
    pair = Pair()
    said: list[str] = []
    with pytest.raises(ValueError, match="zoe fell"):
        play(lambda one: pair, pair.scenes, cast_of("alice", "zoe"), said.append)
    assert said == ["1 Meet (alice, zoe)"]
