"""A container on this machine's engine as a target."""

from __future__ import annotations

from urllib.parse import SplitResult

from pytest_cloudlab.targets import containers
from pytest_cloudlab.targets.target import Target


def docker(name: str, *, user: str = "") -> Target:
    """The running container `name`, entered as `user` (default: the image's own)."""
    at = f"{user}@" if user else ""
    return Target(f"docker://{at}{name}", containers.exec_words(name, user=user), explain=containers.explain)


def from_address(address: SplitResult, *, user: str = "") -> Target:
    """`docker://name`, `docker://user@name`"""
    at, _, name = address.netloc.rpartition("@")
    return docker(name, user=user or at)
