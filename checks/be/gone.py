"""What has to be gone at the end: VMs, disks and images, by the names that they were made under."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pytest_cloudlab.clouds.compute import Compute
from pytest_cloudlab.clouds.registry import ImageName, Registry
from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.fixtures.recording import Measure


def require_no_vm(compute: Compute, name: str, zones: Sequence[str], measure: Measure) -> None:
    left = [vm.name for vm in compute.instances(zones) if vm.name == name]
    measure(left=left)
    assert not left, f"The VM {name} is still there."


def require_no_disk(compute: Compute, names: Collection[str], zones: Sequence[str], measure: Measure) -> None:
    left = [disk.name for disk in compute.disks(zones) if disk.name in names]
    measure(left=left)
    assert not left, f"The disk {', '.join(left)} is still there."


def require_no_image(registry: Registry, image: ImageName, digest: str, name: str, measure: Measure) -> None:
    """`digest` is what was pushed, empty when nobody knows; an image costs without its tag too."""
    try:
        tagged = image.tag in registry.tags(image.repository)
    except NotFound:
        tagged = False  # nobody's image is left there
    try:
        untagged = bool(digest) and bool(registry.manifest(image.repository, digest).digest)
    except NotFound:
        untagged = False
    measure(tagged=tagged, untagged=untagged)
    assert not tagged, f"The registry still has {name}."
    assert not untagged, f"The tag is gone, but the image itself is still there, as {digest}."
