"""The repositories of a project: made by the API, and those of gcr.io by the first push."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from pytest_cloudlab.twin.artifacts.manifest import manifests
from pytest_cloudlab.twin.artifacts.place import GCR, LOCATIONS, Place
from pytest_cloudlab.twin.registry_store import RegistryStore
from pytest_cloudlab.twin.rpc_error import GONE, RpcError, an_object, denied
from pytest_cloudlab.twin.saved import Saved

SERVICE = "artifactregistry.googleapis.com"
FORMATS = ("DOCKER", "MAVEN", "NPM", "APT", "YUM", "PYTHON", "KFP", "GO", "GENERIC")
NAME = re.compile(r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
SETTABLE = {"description", "labels", "format", "mode", "name"}

Resource = dict[str, Any]


class Repositories:
    """Raises `RpcError` for what the service refuses."""

    def __init__(self, project: str, store: RegistryStore, saved: Saved) -> None:
        self.project = project
        self._store = store
        self._saved = saved
        self._known: dict[str, Resource] = saved.read("artifactregistry")

    def own(self, project: str, resource: str, permission: str) -> None:
        """Raises 403 for another project's: Google does not say whether there is such a project."""
        if project != self.project:
            raise denied(SERVICE, f"artifactregistry.{permission}", resource)

    def place(self, project: str, location: str, repository: str, permission: str) -> Place:
        """Where it would be, whether it exists or not."""
        place = Place(project, location, repository)
        self.own(project, place.name if repository else place.parent, permission)
        if location not in LOCATIONS:
            raise RpcError(404, f"Location {location} is not found or access is unauthorized.")
        return place

    def exists(self, place: Place) -> bool:
        return place.name in self._known

    def require(self, place: Place) -> None:
        """Raises 404 where there is none."""
        if not self.exists(place):
            raise RpcError(404, GONE)

    def format(self, place: Place) -> str:
        return str(self._known[place.name]["format"])

    def get(self, place: Place) -> Resource:
        self.require(place)
        size = sum(self._blobs(place).values())
        measured = {"sizeBytes": str(size)} if size else {}
        return {**self._known[place.name], **measured, "registryUri": place.address}

    def all(self, location: str) -> list[Resource]:
        names = sorted(name for name in self._known if name.split("/")[3] == location)
        return [self.get(Place(self.project, location, name.rpartition("/")[2])) for name in names]

    def create(self, place: Place, body: Resource) -> Resource:
        an_object(body, SETTABLE, "repository")
        name, kind = place.repository, body.get("format", "FORMAT_UNSPECIFIED")
        if name not in GCR and not NAME.fullmatch(name):
            raise RpcError(
                400, f'Invalid repository ID "{name}": use lowercase letters, digits and hyphens, at most 63.'
            )
        if kind not in FORMATS:
            raise RpcError(400, f'Invalid value at "repository.format": {kind}')
        if body.get("mode", "MODE_UNSPECIFIED") not in ("MODE_UNSPECIFIED", "STANDARD_REPOSITORY"):
            raise RpcError(400, "Only standard repositories are supported here.")
        if name in GCR and (place.location, kind) != (GCR[name], "DOCKER"):
            raise RpcError(400, f'Repository "{name}" must be of format DOCKER, in location {GCR[name]}.')
        if self.exists(place):
            raise RpcError(409, "the repository already exists")
        now = _now()
        self._known[place.name] = {
            "name": place.name,
            "format": kind,
            "mode": "STANDARD_REPOSITORY",
            **_described(body),
            "createTime": now,
            "updateTime": now,
        }
        self._save()
        return self.get(place)

    def create_on_push(self, place: Place) -> None:
        """What pushing to gcr.io does where nobody has pushed before."""
        if not self.exists(place):
            self.create(place, {"format": "DOCKER"})

    def patch(self, place: Place, body: Resource, mask: str) -> Resource:
        """Change description or labels."""
        an_object(body, SETTABLE | {"createTime", "updateTime", "registryUri", "sizeBytes"}, "repository")
        self.require(place)
        known = dict(self._known[place.name])
        fields = [field.strip() for field in mask.split(",") if field.strip()] or list(_described(body))
        if wrong := sorted(set(fields) - {"description", "labels"}):
            raise RpcError(400, f"Invalid update mask: {', '.join(wrong)} cannot be changed.")
        for field in fields:
            known.pop(field, None)
        known |= {key: value for key, value in _described(body).items() if key in fields}
        self._known[place.name] = {**known, "updateTime": _now()}
        self._save()
        return self.get(place)

    def delete(self, place: Place) -> None:
        """With all its images."""
        self.require(place)
        del self._known[place.name]
        self._save()
        self._store.remove(place.folder, below=True)

    def images(self, place: Place) -> list[str]:
        """The names of its images."""
        self.require(place)
        return self._store.images(place.folder)

    def _blobs(self, place: Place) -> dict[str, int]:
        return {
            digest: size
            for image in self._store.images(place.folder)
            for manifest in manifests(self._store, place.image(image))
            for digest, size in manifest.blobs.items()
        }

    def _save(self) -> None:
        self._saved.write("artifactregistry", self._known)


def _described(body: Resource) -> Resource:
    """Description and labels, checked."""
    description, labels = body.get("description", ""), body.get("labels", {})
    if not isinstance(description, str) or len(description) > 1024:
        raise RpcError(400, 'Invalid value at "repository.description".')
    if not isinstance(labels, dict) or not all(
        re.fullmatch(r"[a-z][a-z0-9_-]{0,62}", key)
        and isinstance(value, str)
        and re.fullmatch(r"[a-z0-9_-]{0,63}", value)
        for key, value in labels.items()
    ):
        raise RpcError(400, 'Invalid value at "repository.labels".')
    return {key: value for key, value in (("description", description), ("labels", labels)) if value}


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
