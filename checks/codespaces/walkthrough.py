"""The reference solution of this lab: done from a laptop, in a codespace that GitHub makes."""

from __future__ import annotations

from pytest_cloudlab.checks.codespaces.app_scenes import AppScenes
from pytest_cloudlab.checks.codespaces.explore_scenes import ExploreScenes
from pytest_cloudlab.checks.codespaces.port_scenes import PortScenes
from pytest_cloudlab.checks.codespaces.training_scenes import TrainingScenes
from pytest_cloudlab.model import Member
from pytest_cloudlab.rehearsal import Scene

CAST = (
    ("alice", "Alice Martin"),
    ("zoe", "Zoë O'Neil"),
    ("omar", "عمر الخيام"),
    ("mei", "陈美"),
    ("lev", "Lev Ñuñez-Škoda"),
)


def cast(size: int) -> tuple[Member, ...]:
    """The first `size` members; each begins at a laptop."""
    return tuple(Member(member_id, name, targets={"laptop": ""}) for member_id, name in CAST[:size])


class Walkthrough(ExploreScenes, PortScenes, TrainingScenes, AppScenes):
    scenes: tuple[Scene, ...] = (
        Scene("create_codespace", "1.1", "Create a codespace"),
        *ExploreScenes.explore_scenes,
        *PortScenes.port_scenes,
        *TrainingScenes.training_scenes,
        *AppScenes.app_scenes,
    )
    cleanup: tuple[Scene, ...] = (Scene("shut_down", "4", "Stop the codespace"),)
