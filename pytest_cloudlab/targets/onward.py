"""A machine entered from another one rather than from here: tunnels of tunnels."""

from __future__ import annotations

from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.targets.lost import Lost
from pytest_cloudlab.targets.target import Target


class NearLost(Lost):
    """A machine on the way could not be entered, for whatever reason: the far one was not asked."""


class Onward(Target):
    """`far` as `near` enters it."""

    def __init__(self, near: Target, far: Target) -> None:
        self._near = near
        self._far = far
        super().__init__(
            f"{near.address}/{far.address}",
            near.opening(*far.argv),
            quotings=near._quotings + far._quotings,
            explain=self._explain_far,
            open_timeout_s=near._open_timeout_s + far._open_timeout_s,
        )

    def _explain_far(self, said: str) -> Lost | None:
        """Both machines' clients may say the same words, so who said them is found out first."""
        near = self._near
        # Not over a connection that is open: what was refused is a new one.
        with Target(
            near.address,
            near.argv,
            quotings=near._quotings,
            explain=near._explain,
            open_timeout_s=near._open_timeout_s,
        ) as anew:
            try:
                anew.run("true")
            except CouldNotLook as lost:
                return NearLost(lost.message, remedy=lost.remedy)
        return self._far._explain(said) if self._far._explain else None


def onward(near: Target, far: Target) -> Target:
    """`far` as `near` enters it: with the names, the keys and the known hosts of that machine.

    >>> from pytest_cloudlab.targets.docker import docker
    >>> from pytest_cloudlab.targets.ssh import ssh
    >>> onward(docker("laptop"), ssh("home.example", port=2222)).address
    'docker://laptop/ssh://home.example:2222'
    """
    if isinstance(far, Onward):
        # So that each machine on the way is asked from the one before it.
        return onward(onward(near, far._near), far._far)
    return Onward(near, far)
