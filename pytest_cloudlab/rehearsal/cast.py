"""Who plays a lab: its own cast, or one made up from the choices that it offers."""

from __future__ import annotations

from pathlib import Path

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.lab import lab_module
from pytest_cloudlab.model import Lab, Member

NAMES = ("Ada Lovelace", "Zoë O'Neil", "عمر الخيام", "陈美", "Lev Ñuñez-Škoda")


def cast_of(lab: Lab, size: int) -> tuple[Member, ...]:
    """`size` members. A lab with a `walkthrough.py` says who they are with its `cast(size)`.

    In another, each member makes choices of its own, and each choice that points at a teammate points at
    the next member. Raises `UsageError` when the lab does not offer enough of them.
    """
    folder = Path(lab.source)
    if (folder / "walkthrough.py").is_file():
        cast: tuple[Member, ...] = lab_module(folder, "walkthrough").cast(size)
        return cast
    offered = {choice.key: choice.one_of for choice in lab.choices}
    for key, values in offered.items():
        if len(values) < size:
            raise UsageError(
                f"{size} members cannot all choose another {key}: the lab offers {len(values)}",
                remedy=f"Rehearse with --members {len(values)}.",
            )

    def choices(at: int) -> dict[str, str]:
        return {
            choice.key: offered[choice.teammates][(at + 1) % size] if choice.teammates else choice.one_of[at]
            for choice in lab.choices
        }

    return tuple(Member(f"member{at + 1}", name, choices(at)) for at, name in enumerate(NAMES[:size]))
