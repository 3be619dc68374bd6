"""Playing a walkthrough: scene after scene, all members at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from pytest_cloudlab.assignment import Assignment


@dataclass(frozen=True)
class Scene:
    """One thing that a member does."""

    name: str
    """The walkthrough's callable that does it, e.g. `build`."""
    step: str
    """The number of the lab's step it belongs to."""
    title: str
    curtain: bool = False
    """The checks judge right after it, before the next: what it brings about does not last."""
    leader: bool = False
    """Played once, by the first member."""


class Walkthrough(Protocol):
    """A lab's reference solution: `walkthrough.py` beside its checks has a class of this shape.

    Each scene is a method that takes the assignment of the member who plays it, and may be played
    again: it then puts right what an earlier playing left.
    """

    scenes: Sequence[Scene]
    """What the lab is made of, in order; members wait for each other between scenes."""
    cleanup: Sequence[Scene]
    """What its end is made of."""


def acts(scenes: Iterable[Scene]) -> Iterator[tuple[Scene, ...]]:
    """`scenes` cut after each that has a curtain; the checks judge after every act.

    >>> one, two = Scene("serve", "2.3", "Serve", curtain=True), Scene("stop", "2.3", "Stop")
    >>> [len(act) for act in acts([one, two])]
    [1, 1]
    """
    act: list[Scene] = []
    for scene in scenes:
        act.append(scene)
        if scene.curtain:
            yield tuple(act)
            act = []
    if act:
        yield tuple(act)


def play(
    walkthrough_of: Callable[[Assignment], Walkthrough],
    scenes: Iterable[Scene],
    members: Sequence[Assignment],
    progress: Callable[[str], None],
) -> None:
    """Have the members play `scenes`, each scene by all who play it at once.

    The first error of a scene is raised when all have ended it.
    """
    with ThreadPoolExecutor(max_workers=len(members)) as pool:
        for scene in scenes:
            players = members[:1] if scene.leader else members
            progress(f"{scene.step} {scene.title} ({', '.join(one.member.id for one in players)})")
            started = time.monotonic()
            playing = [pool.submit(getattr(walkthrough_of(one), scene.name), one) for one in players]
            for one in playing:
                one.exception()
            for one in playing:
                one.result()
            progress(f"{scene.step} done in {time.monotonic() - started:.1f} s")
