"""The disks of a project, and the images made of them."""

from __future__ import annotations

import re

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.compute.catalogue import image_of
from pytest_cloudlab.twin.compute.disk import disk
from pytest_cloudlab.twin.compute.links import NAME, fingerprint, link, new_id, now, relative
from pytest_cloudlab.twin.compute.operations import Operations, nothing
from pytest_cloudlab.twin.compute.resources import GLOBAL, Resource, Resources, require_unused


class Disks(Resources):
    def __init__(self, project: str, operations: Operations) -> None:
        super().__init__(project, "disks")
        self._name = project
        self._operations = operations

    def insert(self, zone: str, body: Resource, source_image: str = "") -> Resource:
        if body.get("sourceSnapshot") or body.get("sourceDisk"):
            raise ApiError(400, "The twin makes disks of images, or empty ones.")
        url = source_image or str(body.get("sourceImage") or "")
        made = disk(self._name, zone, body, image_of(url, self._name) if url else None)
        self.add(f"zones/{zone}", made)
        return self._done("insert", made)

    def delete(self, zone: str, name: str) -> Resource:
        found = self.get(f"zones/{zone}", name)
        require_unused(found, "disk")
        self.remove(f"zones/{zone}", name)
        return self._done("delete", found)

    def _done(self, kind: str, disk: Resource) -> Resource:
        return self._operations.start(kind, nothing(), target=disk["selfLink"], target_id=disk["id"])


class Images(Resources):
    """The project's own. They are descriptions: no VM can be made of them."""

    def __init__(self, project: str, operations: Operations, disks: Disks) -> None:
        super().__init__(project, "images")
        self._name = project
        self._operations = operations
        self._disks = disks

    def insert(self, body: Resource) -> Resource:
        name, source = str(body.get("name") or ""), str(body.get("sourceDisk") or "")
        if not NAME.fullmatch(name):
            raise _invalid("resource.name", name, f"Must be a match of regex '{NAME.pattern}'")
        match = re.fullmatch(r"(?:[^/]+/)?(zones/[^/]+)/disks/([^/]+)", relative(source))
        if not match:
            raise _invalid("resource.sourceDisk", source, "The twin makes images of disks.")
        disk = self._disks.get(match[1], match[2])
        image: Resource = {
            "kind": "compute#image",
            "id": new_id(),
            "creationTimestamp": now(),
            "name": name,
            "description": str(body.get("description") or ""),
            "sourceType": "RAW",
            "sourceDisk": disk["selfLink"],
            "sourceDiskId": disk["id"],
            "status": "READY",
            "archiveSizeBytes": "1073741824",
            "diskSizeGb": disk["sizeGb"],
            "architecture": "X86_64",
            "labels": dict(body.get("labels") or {}),
            "labelFingerprint": fingerprint(body.get("labels") or {}),
            "selfLink": link(self._name, GLOBAL, "images", name),
        }
        if family := body.get("family"):
            image["family"] = str(family)
        self.add(GLOBAL, image)
        return self._done("insert", image)

    def delete(self, name: str) -> Resource:
        found = self.get(GLOBAL, name)
        self.remove(GLOBAL, name)
        return self._done("delete", found)

    def _done(self, kind: str, image: Resource) -> Resource:
        return self._operations.start(kind, nothing(), target=image["selfLink"], target_id=image["id"])


def _invalid(at: str, found: str, problem: str) -> ApiError:
    return ApiError(400, f"Invalid value for field '{at}': '{found}'. {problem}")
