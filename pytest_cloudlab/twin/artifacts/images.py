"""What is in a repository: Docker images, and the packages, versions and tags that they are too."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pytest_cloudlab.twin.artifacts.manifest import Manifest, manifests
from pytest_cloudlab.twin.artifacts.place import IMAGE, Place
from pytest_cloudlab.twin.artifacts.repositories import Repositories
from pytest_cloudlab.twin.registry_store import DIGEST, TAG, RegistryStore
from pytest_cloudlab.twin.rpc_error import GONE, RpcError

Resource = dict[str, Any]


class Images:
    """Raises `RpcError` for what the service refuses. An image's name is that of the registry: `web/app`."""

    def __init__(self, repositories: Repositories, store: RegistryStore) -> None:
        self._repositories = repositories
        self._store = store

    def docker_images(self, place: Place) -> list[Resource]:
        return [
            _docker_image(place, image, manifest)
            for image in self._repositories.images(place)
            for manifest in manifests(self._store, place.image(image))
        ]

    def docker_image(self, place: Place, reference: str) -> Resource:
        """`reference` is `web/app@sha256:…`."""
        image, _, digest = reference.rpartition("@")
        return _docker_image(place, image, self._manifest(place, image, digest))

    def packages(self, place: Place) -> list[Resource]:
        return [self.package(place, image) for image in self._repositories.images(place)]

    def package(self, place: Place, image: str) -> Resource:
        found = self._manifests(place, image)
        return {
            "name": _package(place, image),
            "displayName": image,
            "createTime": _time(min(each.uploaded for each in found)),
            "updateTime": _time(max(each.updated for each in found)),
        }

    def delete_package(self, place: Place, image: str) -> None:
        """With all its versions and tags."""
        self._manifests(place, image)
        self._store.remove(place.image(image))

    def versions(self, place: Place, image: str, *, full: bool) -> list[Resource]:
        return [_version(place, image, each, full=full) for each in self._manifests(place, image)]

    def version(self, place: Place, image: str, digest: str, *, full: bool) -> Resource:
        return _version(place, image, self._manifest(place, image, digest), full=full)

    def delete_version(self, place: Place, image: str, digest: str, *, force: bool) -> None:
        """A tagged one only with `force`; its tags go with it."""
        if self._manifest(place, image, digest).tags and not force:
            message = f'Cannot delete version "{digest}": it is tagged.'
            raise RpcError(400, message, status="FAILED_PRECONDITION")
        self._store.remove_manifest(place.image(image), digest)

    def tags(self, place: Place, image: str) -> list[Resource]:
        self._manifests(place, image)
        return [
            _tag(place, image, tag, digest)
            for tag, digest in sorted(self._store.tags(place.image(image)).items())
        ]

    def tag(self, place: Place, image: str, tag: str) -> Resource:
        found = [each for each in self.tags(place, image) if each["name"].endswith(f"/tags/{tag}")]
        if not found:
            raise RpcError(404, GONE)
        return found[0]

    def set_tag(self, place: Place, image: str, tag: str, version: str, *, new: bool) -> Resource:
        """Let the tag stand for another version; with `new`, it must not stand for one yet."""
        parent, _, digest = version.rpartition("/versions/")
        if not TAG.fullmatch(tag):
            raise RpcError(400, f'Invalid tag "{tag}".')
        if parent != _package(place, image):
            raise RpcError(400, f'Version "{version}" is not one of package "{_package(place, image)}".')
        self._manifest(place, image, digest)
        if new and tag in self._store.tags(place.image(image)):
            raise RpcError(409, "the tag already exists")
        self._store.tag(place.image(image), tag, digest)
        return _tag(place, image, tag, digest)

    def delete_tag(self, place: Place, image: str, tag: str) -> None:
        self.tag(place, image, tag)
        self._store.untag(place.image(image), tag)

    def _manifests(self, place: Place, image: str) -> list[Manifest]:
        self._repositories.require(place)
        found = list(manifests(self._store, place.image(image))) if IMAGE.fullmatch(image) else []
        if not found:
            raise RpcError(404, GONE)
        return found

    def _manifest(self, place: Place, image: str, digest: str) -> Manifest:
        if not DIGEST.fullmatch(digest):
            raise RpcError(400, f'Invalid version "{digest}": expected sha256 and 64 hexadecimal digits.')
        for manifest in self._manifests(place, image):
            if manifest.digest == digest:
                return manifest
        raise RpcError(404, GONE)


def _escaped(image: str) -> str:
    """A resource's name has a slash between its parts only."""
    return image.replace("/", "%2F")


def _package(place: Place, image: str) -> str:
    return f"{place.name}/packages/{_escaped(image)}"


def _tag(place: Place, image: str, tag: str, digest: str) -> Resource:
    package = _package(place, image)
    return {"name": f"{package}/tags/{tag}", "version": f"{package}/versions/{digest}"}


def _docker_image(place: Place, image: str, manifest: Manifest) -> Resource:
    described: Resource = {
        "name": f"{place.name}/dockerImages/{_escaped(image)}@{manifest.digest}",
        "uri": f"{place.address}/{image}@{manifest.digest}",
        "imageSizeBytes": str(manifest.size_bytes),
        "uploadTime": _time(manifest.uploaded),
        "updateTime": _time(manifest.updated),
    }
    if manifest.media_type:
        described["mediaType"] = manifest.media_type
    if manifest.tags:
        described["tags"] = list(manifest.tags)
    if manifest.built is not None:
        described["buildTime"] = _time(manifest.built)
    return described


def _version(place: Place, image: str, manifest: Manifest, *, full: bool) -> Resource:
    known = _docker_image(place, image, manifest)
    described: Resource = {
        "name": f"{_package(place, image)}/versions/{manifest.digest}",
        "createTime": known["uploadTime"],
        "updateTime": known["updateTime"],
        "metadata": {
            key: known[key] for key in ("name", "imageSizeBytes", "mediaType", "buildTime") if key in known
        },
    }
    if full and manifest.tags:
        described["relatedTags"] = [_tag(place, image, tag, manifest.digest) for tag in manifest.tags]
    return described


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
