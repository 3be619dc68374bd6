"""A team's own images in the course's registry."""

from __future__ import annotations

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.clouds.registry import Manifest, Registry, split_image
from pytest_cloudlab.errors import NotFound, UsageError
from pytest_cloudlab.fixtures.recording import Measure


def require_pushed(registry: Registry, one: Assignment, template: str, measure: Measure) -> None:
    """It is there, below the project's path, and built for the platform of the cluster's nodes."""
    name, below, platform = one.fill(template), one.course.registry, one.lab.parameters.images.platform
    if not name.startswith(f"{below}/"):
        raise UsageError(f"images: {name} is not below {below}", remedy="Begin it with {registry}/.")
    image = split_image(name)
    try:
        found = registry.config(image.repository, image.tag, platform=platform)
    except NotFound as missing:
        tags = _tags(registry, image.repository)
        measure(image=name, tags=tags[:50])
        if image.tag in tags:
            # It is there, and what is missing is a part of it.
            raise NotFound(missing.message[:1].upper() + missing.message[1:], remedy=missing.remedy) from None
        if tags:
            there = ", ".join(tags[:5])
            raise NotFound(f"The registry has no {name}; of that name it has the tags {there}.") from None
        raise NotFound(f"The registry has no {name}.", remedy=missing.remedy) from None
    measure(image=name, digest=found.digest_of_manifest, platform=found.platform, created=found.created[:40])
    assert found.platform == platform, (
        f"{name} was built for {found.platform or 'a platform that it does not name'}: the cluster's nodes "
        f"are {platform}, and cannot run it."
    )


def last_push(registry: Registry, one: Assignment, template: str) -> tuple[str, Manifest]:
    """Its name, and what that leads to for the cluster's nodes."""
    name = one.fill(template)
    image = split_image(name)
    return name, registry.manifest(image.repository, image.tag, platform=one.lab.parameters.images.platform)


def _tags(registry: Registry, repository: str) -> list[str]:
    try:
        return registry.tags(repository)
    except NotFound:
        return []
