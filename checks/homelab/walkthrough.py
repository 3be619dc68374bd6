"""The reference solution of this lab: a desktop at home, used from a laptop elsewhere."""

from __future__ import annotations

from pytest_cloudlab.checks.homelab.homes import surroundings
from pytest_cloudlab.checks.homelab.server_scenes import ServerScenes
from pytest_cloudlab.model import Member
from pytest_cloudlab.rehearsal import Scene

__all__ = ["CAST", "Walkthrough", "cast", "surroundings"]

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


class Walkthrough(ServerScenes):
    scenes: tuple[Scene, ...] = (
        *ServerScenes.ssh_scenes,
        *ServerScenes.jupyter_scenes,
        *ServerScenes.server_scenes,
        *ServerScenes.address_scenes,
        *ServerScenes.wake_scenes,
    )
    cleanup: tuple[Scene, ...] = ServerScenes.home_cleanup
