"""Codespaces that the roster names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from pytest_cloudlab.leftovers.leftover import Kind, Leftover
from pytest_cloudlab.leftovers.naming import Naming
from pytest_cloudlab.leftovers.prices import Prices

if TYPE_CHECKING:
    from pytest_cloudlab.clouds.codespaces import Codespaces


def codespaces(github: Codespaces, naming: Naming, prices: Prices) -> Iterator[Leftover]:
    """Only those that the token's owner may see: GitHub shows nobody else's."""
    owners = naming.codespaces
    for one in github.list():
        if one.name in owners:
            yield Leftover(
                Kind.CODESPACE,
                one.name,
                "GitHub",
                owners[one.name],
                f"{one.cpus} cores, {one.state}",
                prices.a_codespace(cpus=one.cpus, disk_bytes=one.disk_bytes, runs=one.runs),
                partial(github.delete, one.name),
            )
