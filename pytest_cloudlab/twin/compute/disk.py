"""A disk as Compute Engine describes it, made from a request; what is wrong is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.compute.catalogue import DISK_TYPES, Image
from pytest_cloudlab.twin.compute.links import NAME, fingerprint, link, new_id, now, relative
from pytest_cloudlab.twin.compute.resources import Resource

MIN_GB, MAX_GB = 10, 65536


def disk(
    project: str,
    zone: str,
    body: Resource,
    image: Image | None,
    names: Mapping[str, str] = {"type": "resource.type", "sizeGb": "resource.sizeGb"},
) -> Resource:
    """A disk of that image, or an empty one. `names` says what its type and size are called in the request.

    Raises `ApiError` 400.
    """
    name = str(body.get("name") or "")
    if not NAME.fullmatch(name):
        raise _invalid("resource.name", name, f"Must be a match of regex '{NAME.pattern}'")
    url = str(body.get("type") or f"zones/{zone}/diskTypes/pd-standard")
    match = re.fullmatch(r"(?:[^/]+/)?zones/([^/]+)/diskTypes/([^/]+)", relative(url))
    if not match or match[1] != zone or match[2] not in DISK_TYPES:
        raise _invalid(names["type"], url, "The referenced diskType resource cannot be found.")
    size_gb = _size(body.get("sizeGb"), image, match[2], names["sizeGb"])
    made: Resource = {
        "kind": "compute#disk",
        "id": new_id(),
        "creationTimestamp": now(),
        "name": name,
        "sizeGb": str(size_gb),
        "zone": link(project, "zones", zone),
        "status": "READY",
        "type": link(project, "zones", zone, "diskTypes", match[2]),
        "selfLink": link(project, "zones", zone, "disks", name),
        "labels": dict(body.get("labels") or {}),
        "labelFingerprint": fingerprint(body.get("labels") or {}),
        "physicalBlockSizeBytes": "4096",
        "architecture": "X86_64",
    }
    if image:
        made |= {"sourceImage": image.link, "sourceImageId": image.resource()["id"]}
    return made


def _size(value: Any, image: Image | None, kind: str, at: str) -> int:
    smallest = image.size_gb if image else MIN_GB
    try:
        size_gb = int(value or (image.size_gb if image else DISK_TYPES[kind]))
    except (TypeError, ValueError):
        raise _invalid(at, value, "It is not a number.") from None
    if image and size_gb < smallest:
        problem = f"Requested disk size cannot be smaller than the image size ({smallest} GB)"
        raise _invalid(at, size_gb, problem)
    if not smallest <= size_gb <= MAX_GB:
        raise _invalid(at, size_gb, f"Disk size must be between {smallest} GB and {MAX_GB} GB, inclusive.")
    return size_gb


def _invalid(at: str, found: Any, problem: str) -> ApiError:
    return ApiError(400, f"Invalid value for field '{at}': '{found}'. {problem}")
