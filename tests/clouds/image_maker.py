"""Makes small images and pushes them into a registry with plain HTTP calls."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from dataclasses import dataclass, field
from typing import Any

import requests

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def tar(*entries: tuple[str, bytes | str] | tarfile.TarInfo, pax: bool = False) -> bytes:
    """A tar of files (bytes), symbolic links (str), and whatever a TarInfo says."""
    out = io.BytesIO()
    form = tarfile.PAX_FORMAT if pax else tarfile.GNU_FORMAT
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for entry in entries:
            if isinstance(entry, tarfile.TarInfo):
                archive.addfile(entry, io.BytesIO(bytes(entry.size)))
                continue
            path, content = entry
            info = tarfile.TarInfo(path)
            if isinstance(content, str):
                info.type, info.linkname = tarfile.SYMTYPE, content
                archive.addfile(info)
            else:
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def special(path: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(path)
    info.type, info.linkname = kind, link
    return info


@dataclass
class Image:
    layers: list[bytes]
    """Tars from the bottom to the top; compressed here unless `pack` is off."""
    config: dict[str, Any] = field(default_factory=dict)
    pack: bool = True

    def __post_init__(self) -> None:
        self.blobs = [gzip.compress(one, 1, mtime=0) if self.pack else one for one in self.layers]
        self.config_blob = json.dumps({"created": "2026-01-02T03:04:05Z", "config": self.config}).encode()
        self.document: dict[str, Any] = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": _named(self.config_blob, "application/vnd.oci.image.config.v1+json"),
            "layers": [_named(one, "application/vnd.oci.image.layer.v1.tar+gzip") for one in self.blobs],
        }
        self.manifest = json.dumps(self.document).encode()
        self.digest = digest_of(self.manifest)


def _named(content: bytes, media_type: str) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": digest_of(content), "size": len(content)}


@dataclass
class Pusher:
    """Pushes into the registry at `host`, spoken to over plain HTTP unless told otherwise."""

    host: str
    scheme: str = "http"
    headers: dict[str, str] = field(default_factory=dict)

    def push(self, repository: str, tag: str, image: Image) -> None:
        for blob in (*image.blobs, image.config_blob):
            uploads = f"{self.scheme}://{self.host}/v2/{repository}/blobs/uploads/"
            start = requests.post(uploads, headers=self.headers, timeout=5)
            start.raise_for_status()
            where = f"{start.headers['Location']}&digest={digest_of(blob)}"
            requests.put(where, data=blob, headers=self.headers, timeout=5).raise_for_status()
        self.put(repository, tag, image.manifest, MANIFEST)

    def put(self, repository: str, tag: str, document: bytes, media_type: str) -> None:
        requests.put(
            f"{self.scheme}://{self.host}/v2/{repository}/manifests/{tag}",
            data=document,
            headers={"Content-Type": media_type, **self.headers},
            timeout=5,
        ).raise_for_status()
