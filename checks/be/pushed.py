"""An image in the shared registry, and the one in the codespace that it should be."""

from __future__ import annotations

from pytest_cloudlab import containers
from pytest_cloudlab.clouds.registry import ImageName, Registry
from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.targets import Target


def require_pushed(registry: Registry, image: ImageName, name: str, measure: Measure) -> None:
    try:
        found = registry.manifest(image.repository, image.tag)
    except NotFound:
        raise NotFound(f"The registry has no image {name}.") from None
    measure(image=name, digest=found.digest)


def require_the_built_one(
    codespace: Target, registry: Registry, image: ImageName, name: str, measure: Measure
) -> None:
    pushed = registry.manifest(image.repository, image.tag)
    built = containers.image(codespace, name)
    measure(
        pushed=pushed.digest, index=pushed.index_digest, built=list(built.digests), configuration=built.id
    )
    assert built.is_what_was_pushed(pushed), (
        "The image in the registry is not the one in your codespace: you built after you pushed."
    )
