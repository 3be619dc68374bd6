"""The reference solution of this lab: workspaces as the platform makes them, images from a laptop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pytest_cloudlab.checks.workspace.image_scenes import ImageScenes
from pytest_cloudlab.checks.workspace.platform_on_the_twin import Platform
from pytest_cloudlab.checks.workspace.vscode_scenes import VsCodeScenes
from pytest_cloudlab.checks.workspace.workspace_scenes import WorkspaceScenes
from pytest_cloudlab.model import Member, Roster
from pytest_cloudlab.rehearsal import Scene, Stage

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


@contextmanager
def surroundings(stage: Stage, roster: Roster) -> Iterator[Roster]:
    """The project on the cluster, with its volume, and in the registry, with its robot account."""
    yield Platform(stage).prepared(roster)


class Walkthrough(ImageScenes):
    scenes: tuple[Scene, ...] = (
        *WorkspaceScenes.workspace_scenes,
        *VsCodeScenes.vscode_scenes,
        *ImageScenes.image_scenes,
    )
    cleanup: tuple[Scene, ...] = ()
