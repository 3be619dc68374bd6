"""Buckets of Cloud Storage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.leftovers.leftover import Kind, Leftover
from pytest_cloudlab.leftovers.naming import Naming
from pytest_cloudlab.leftovers.prices import Prices

if TYPE_CHECKING:
    from pytest_cloudlab.clouds.storage import Bucket


def buckets(bucket_of: Callable[[str], Bucket], naming: Naming, prices: Prices) -> Iterator[Leftover]:
    """Asked for by name; with all that lies in them."""
    for name, owner in naming.of("buckets").items():
        bucket = bucket_of(name)
        try:
            objects = bucket.list()
        except NotFound:
            continue
        size = sum(one.size_bytes for one in objects)
        yield Leftover(
            Kind.BUCKET,
            name,
            "Cloud Storage",
            owner,
            f"{len(objects)} objects, {size / 1e6:,.0f} MB",
            prices.stored("bucket", size),
            bucket.delete,
        )
