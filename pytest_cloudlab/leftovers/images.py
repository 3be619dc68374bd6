"""Images in the course's registry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.leftovers.leftover import Kind, Leftover
from pytest_cloudlab.leftovers.naming import Naming
from pytest_cloudlab.leftovers.prices import Prices

if TYPE_CHECKING:
    from pytest_cloudlab.clouds.registry import Registry


def images(registry_of: Callable[[str], Registry], naming: Naming, prices: Prices) -> Iterator[Leftover]:
    """Asked for one by one, by their full names: the registry's other images are not even listed."""
    from pytest_cloudlab.clouds.registry import split_image

    for full, owner in naming.of("images").items():
        name = split_image(full)
        registry = registry_of(name.host)
        try:
            manifest = registry.manifest(name.repository, name.tag)
        except NotFound:
            continue
        size = sum(layer.size_bytes for layer in manifest.layers)
        yield Leftover(
            Kind.IMAGE,
            f"{name.repository}:{name.tag}",
            name.host,
            owner,
            _megabytes(size),
            prices.stored("image", size),
            partial(registry.delete, name.repository, name.tag, alone=True),
        )


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:,.0f} MB"
