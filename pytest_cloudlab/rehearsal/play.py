"""Playing a walkthrough: scene after scene, all members at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from pytest_cloudlab.assignment import Assignment


@dataclass(frozen=True)
class Scene:
    """One thing that a member does."""

    name: str
    """The walkthrough's method that does it, e.g. `build`."""
    step: str
    """The number of the lab's step it belongs to."""
    title: str


class Walkthrough(Protocol):
    """A lab's reference solution: `walkthrough.py` beside its checks has a class of this shape.

    Each scene is a method that takes the assignment of the member who plays it, and may be played
    again: it then puts right what an earlier playing left.
    """

    scenes: Sequence[Scene]
    """What the lab is made of, in order; members wait for each other between scenes."""
    cleanup: Sequence[Scene]
    """What its end is made of."""


def play(
    walkthrough_of: Callable[[Assignment], Walkthrough],
    scenes: Iterable[Scene],
    members: Sequence[Assignment],
    progress: Callable[[str], None],
) -> None:
    """Have every member play `scenes`, each scene by all of them at once.

    The first error of a scene is raised when all have ended it.
    """
    names = ", ".join(one.member.id for one in members)
    with ThreadPoolExecutor(max_workers=len(members)) as pool:
        for scene in scenes:
            progress(f"{scene.step} {scene.title} ({names})")
            started = time.monotonic()
            playing = [pool.submit(getattr(walkthrough_of(one), scene.name), one) for one in members]
            for one in playing:
                one.exception()
            for one in playing:
                one.result()
            progress(f"{scene.step} done in {time.monotonic() - started:.1f} s")
