"""This machine as a target."""

from __future__ import annotations

from urllib.parse import SplitResult

from pytest_cloudlab.targets.target import Target


def local() -> Target:
    """This machine, as the user who runs us."""
    return Target("local://", ("sh",))


def from_address(address: SplitResult) -> Target:
    """`local://`"""
    return local()
