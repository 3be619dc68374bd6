"""A login at home: what keeps somebody out, and whether it led to another machine at all."""

from __future__ import annotations

from pytest_cloudlab.chain.identity import evidence_of
from pytest_cloudlab.checks.homelab.knocking import needs_a_passphrase
from pytest_cloudlab.checks.homelab.place import Place
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.lost import Lost

ELSEWHERE = ("refused", "timeout", "host-key")
"""What it looks like, among others, when the home has moved and its name has not."""


def require_let_in(laptop: Target, place: Place, lost: Lost) -> None:
    """The machine's own word that it does not let this key in is its verdict.

    Raises `AssertionError` for it, and `CouldNotLook` where the key is right and only its passphrase is
    missing.
    """
    if lost.reason != "auth":
        return
    if needs_a_passphrase(laptop, place):
        raise CouldNotLook(
            f"{place.host} knows your key, and the laptop cannot use it: nobody has typed its passphrase",
            remedy="Run `ssh-add` on your laptop, then check again in the same terminal.",
        )
    raise AssertionError(lost.message)


def told_apart(laptop: Target, far: Target) -> tuple[str, ...]:
    """What tells the two machines from each other; empty when they are one.

    Raises `CouldNotLook` when nothing says either, and what `Target.run` raises.
    """
    told = evidence_of({"laptop": laptop, "far": far})
    one = told["laptop"].same_as(told["far"])
    if one is None:
        raise CouldNotLook(f"nothing tells {far.address} from the laptop: neither takes a file")
    return () if one else told["laptop"].apart(told["far"])
