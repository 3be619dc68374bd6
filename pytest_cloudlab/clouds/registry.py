"""Asks a container registry over its HTTP API (OCI distribution): tags, manifests, configurations, files.

What is asked for by digest is only believed when it hashes to it.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any
from urllib.parse import urljoin

from pytest_cloudlab.clouds import images
from pytest_cloudlab.clouds.answer import Reply
from pytest_cloudlab.clouds.credentials import TokenSource
from pytest_cloudlab.clouds.distribution import API, Distribution, refusal, verify
from pytest_cloudlab.clouds.images import ImageConfig, ImageName, Layer, Manifest, split_image
from pytest_cloudlab.clouds.layers import Found, Seeker, scan
from pytest_cloudlab.clouds.login import USER
from pytest_cloudlab.clouds.unfolding import Limits
from pytest_cloudlab.errors import CouldNotLook, Forbidden, NotFound, TooMuch, UsageError
from pytest_cloudlab.waiting import Deadline

__all__ = ["ImageConfig", "ImageName", "Layer", "Manifest", "Registry", "split_image"]

TAGS_BYTES = 16 * 1024 * 1024
PAGES = 50
PLATFORM = "linux/amd64"


class Registry:
    """One registry, e.g. `Registry("eu.gcr.io", access_token)`; `token=None` asks as nobody. `user` is whose
    password the token is, such as a robot account's; by default it is an access token of Google's.

    Every method ends within `deadline_s`, and `read_file`, which may have to fetch large layers, within
    `transfer_deadline_s`. They raise `NotFound`, `Forbidden`, `Unreachable`, `TooMuch`, and a plain
    `CouldNotLook` for content that does not hash to its digest.
    """

    def __init__(
        self,
        host: str,
        token: TokenSource | None,
        *,
        scheme: str = "https",
        user: str = USER,
        deadline_s: float = 20,
        transfer_deadline_s: float = 120,
        limits: Limits | None = None,
    ) -> None:
        self.host = host
        self._deadline_s = deadline_s
        self._transfer_deadline_s = transfer_deadline_s
        self._limits = limits or Limits()
        self._wire = Distribution(host, token, scheme=scheme, user=user)

    def tags(self, repository: str) -> list[str]:
        """The repository's tags, in the registry's order. `NotFound` when there is no such repository."""
        return [
            tag for page in self._tag_pages(repository, self._deadline()) for tag in _strings(page, "tags")
        ]

    def manifest(self, repository: str, reference: str, *, platform: str = PLATFORM) -> Manifest:
        """The manifest a tag or digest leads to; of an index, the one for `platform`."""
        return self._manifest(repository, reference, self._deadline(), platform=platform)

    def config(self, repository: str, reference: str, *, platform: str = PLATFORM) -> ImageConfig:
        """How the image says it wants to be run; of an index, the one for `platform`."""
        deadline = self._deadline()
        manifest = self._manifest(repository, reference, deadline, platform=platform)
        digest = manifest.config_digest
        what = f"configuration of {_named(repository, reference)}"
        answer = self._wire.get(repository, f"blobs/{digest}", what, deadline)
        verify(answer.body, digest, "configuration")
        return ImageConfig.parse(answer.json(), digest_of_manifest=manifest.digest)

    def read_file(self, repository: str, reference: str, path: str, *, max_bytes: int = 1024 * 1024) -> bytes:
        """The content of one file of the image, as a container started from it would see it.

        Nothing is unpacked. `NotFound` when the image has no such file, `TooMuch` when the file is
        larger than `max_bytes` or the layers go beyond the registry's `Limits`.
        """
        deadline = Deadline.after(self._transfer_deadline_s)
        layers = self._manifest(repository, reference, deadline).layers
        seeker = Seeker(path, depth=len(layers))
        while seeker.wants_layer:
            layer = layers[seeker.layer]
            if layer.size_bytes > self._limits.compressed_bytes:
                raise TooMuch(f"a layer of the image has {layer.size_bytes:,} bytes; it was not read")

            def look(reply: Reply, layer: Layer = layer) -> Found:
                return scan(
                    reply.read,
                    layer,
                    seeker.path,
                    max_bytes=max_bytes,
                    limits=self._limits,
                    deadline=deadline,
                )

            blob = f"blobs/{layer.digest}"
            seeker.take(self._wire.stream(repository, blob, f"layer {layer.digest}", deadline, look))
        if seeker.content is None:
            raise NotFound(f"the image {_named(repository, reference)} has no file {path}{seeker.because}")
        return seeker.content

    def delete(self, repository: str, reference: str, *, alone: bool = False) -> None:
        """Delete an image by tag or digest; of a tag, the image too once no other tag names it.

        A registry that cannot delete a tag alone (plain distribution) loses the image with all its tags;
        with `alone`, that raises `UsageError` and nothing is deleted.
        """
        images.check_name(repository, reference)
        deadline = self._deadline()
        digest = reference
        if not images.DIGEST.fullmatch(reference):
            found = self._manifest(repository, reference, deadline)
            digest = found.index_digest or found.digest
            tag_is_gone = self._delete(repository, reference, deadline, may_refuse=True)
            if tag_is_gone and self._tags_of(repository, digest, deadline):
                return
            if alone and not tag_is_gone and (others := self._same(repository, reference, digest, deadline)):
                raise UsageError(
                    f"{self.host} cannot delete {_named(repository, reference)} without "
                    f"{', '.join(others)}, which is the same image",
                    remedy="Delete it by hand, or leave it.",
                )
        try:
            self._delete(repository, digest, deadline)
        except NotFound:
            if digest == reference:
                raise

    def _same(self, repository: str, tag: str, digest: str, deadline: Deadline) -> list[str]:
        """The other tags of the image with that digest, where the registry does not say: each is asked."""
        found = []
        for page in self._tag_pages(repository, deadline):
            for other in _strings(page, "tags"):
                if other != tag:
                    manifest = self._manifest(repository, other, deadline)
                    if digest in (manifest.digest, manifest.index_digest):
                        found.append(other)
        return found

    def close(self) -> None:
        self._wire.close()

    def _deadline(self) -> Deadline:
        return Deadline.after(self._deadline_s)

    def _tag_pages(self, repository: str, deadline: Deadline) -> list[dict[str, Any]]:
        images.check_name(repository)
        path, pages = "tags/list?n=1000", list[dict[str, Any]]()
        for _ in range(PAGES):
            answer = self._wire.get(
                repository, path, f"repository {repository}", deadline, max_bytes=TAGS_BYTES
            )
            document = answer.json()
            if not isinstance(document, dict) or "tags" not in document:
                raise answer.unexpected(API)
            pages.append(document)
            following = re.match(r'\s*<([^>]*)>;\s*rel="?next"?', answer.headers.get("Link", ""))
            if not following:
                return pages
            start = f"{self._wire.base}/v2/{repository}/"
            target = urljoin(start + path, following[1])
            if not target.startswith(start):
                raise CouldNotLook(f"{self.host} continues its list of tags at another address; not followed")
            path = target.removeprefix(start)
        raise TooMuch(f"{self.host} lists the tags of {repository} on more than {PAGES} pages")

    def _tags_of(self, repository: str, digest: str, deadline: Deadline) -> list[str]:
        """The tags of one image where the registry says so, as Google's do; else none."""
        try:
            pages = self._tag_pages(repository, deadline)
        except NotFound:
            return []
        maps = [page["manifest"] for page in pages if isinstance(page.get("manifest"), dict)]
        return [
            tag for one in maps if isinstance(one.get(digest), dict) for tag in _strings(one[digest], "tag")
        ]

    def _manifest(
        self,
        repository: str,
        reference: str,
        deadline: Deadline,
        index: str = "",
        *,
        platform: str = PLATFORM,
    ) -> Manifest:
        images.check_name(repository, reference)
        name = _named(repository, reference)
        accept = ", ".join((*images.MANIFESTS, *images.INDEXES))
        answer = self._wire.get(
            repository, f"manifests/{reference}", f"image {name}", deadline, accept=accept
        )
        document = answer.json()
        if not isinstance(document, dict):
            raise answer.unexpected(API)
        claimed = answer.headers.get("Docker-Content-Digest", "")
        for wanted in (reference, claimed):
            if images.DIGEST.fullmatch(wanted):
                verify(answer.body, wanted, "manifest")
        digest = f"sha256:{hashlib.sha256(answer.body).hexdigest()}"
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip()
        if kind in images.INDEXES or isinstance(document.get("manifests"), list):
            if index:
                raise CouldNotLook(f"{name} is an index of indexes, which is not read here")
            return self._manifest(repository, _of_platform(document, name, platform), deadline, digest)
        return Manifest.parse(document, digest=digest, media_type=kind, index_digest=index)

    def _delete(
        self, repository: str, reference: str, deadline: Deadline, *, may_refuse: bool = False
    ) -> bool:
        answer = self._wire.ask(
            "DELETE", repository, f"manifests/{reference}", deadline, lambda r: r.whole(TAGS_BYTES)
        )
        if may_refuse and answer.status in (400, 404, 405):
            return False
        if answer.status == 405:
            raise Forbidden(f"{self.host} has deleting switched off")
        if not answer.ok:
            raise refusal(answer, f"image {_named(repository, reference)}")
        return True


def _named(repository: str, reference: str) -> str:
    return f"{repository}{'@' if ':' in reference else ':'}{reference}"


def _strings(document: Any, key: str) -> list[str]:
    values = document.get(key)
    return [one for one in values if isinstance(one, str)] if isinstance(values, list) else []


def _of_platform(index: dict[str, Any], name: str, wanted: str) -> str:
    """The digest of the index's image for that platform, such as `linux/amd64`."""
    entries = index.get("manifests")
    for one in entries if isinstance(entries, list) else []:
        platform = one.get("platform") if isinstance(one, dict) else None
        if isinstance(platform, dict) and f"{platform.get('os')}/{platform.get('architecture')}" == wanted:
            digest = one.get("digest")
            if isinstance(digest, str) and images.DIGEST.fullmatch(digest):
                return digest
            raise CouldNotLook(f"the index {name} names its image by something other than a sha256 digest")
    raise NotFound(
        f"the image {name} was not built for {wanted}",
        remedy=f"Build it with: docker build --platform {wanted} …",
    )
