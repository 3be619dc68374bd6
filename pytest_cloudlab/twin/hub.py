"""Docker Hub, reading only: the python images, all of them one stand-in that was built here.

The layers are taken from the engine once, and kept on this machine for every later twin.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import IO, Any

from aiohttp import web

from pytest_cloudlab.twin.engine import docker
from pytest_cloudlab.twin.images import cache_folder, image, one_at_a_time
from pytest_cloudlab.twin.oci import MANIFEST, OciError

REPOSITORY = "library/python"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
SERVED_TAGS = r"(latest|3|3\.\d+)?(-?(slim|bookworm|bullseye))*"
"""Any Python 3 of Debian: a page names one version, the stand-in is what Debian has."""


def image_layout(name: str = "python") -> Path:
    """`manifest.json` and the blobs of one of our images, each named by its digest. Made when missing."""
    folder = cache_folder() / "hub" / image(name).rpartition(":")[2]
    with one_at_a_time():
        if not folder.exists():
            folder.parent.mkdir(exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
                _save(name, Path(scratch, "layout"))
                Path(scratch, "layout").rename(folder)
    return folder


class Hub:
    def __init__(self, layout: Path) -> None:
        self._layout = layout
        self._manifest = (layout / "manifest.json").read_bytes()
        self._digest = "sha256:" + hashlib.sha256(self._manifest).hexdigest()

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/v2/", self._ping)
        app.router.add_get("/v2/{name:.+}/manifests/{reference}", self._get_manifest)
        app.router.add_get("/v2/{name:.+}/blobs/{digest}", self._blob)

    async def _ping(self, _: web.Request) -> web.Response:
        return web.json_response({})

    async def _get_manifest(self, request: web.Request) -> web.Response:
        name, reference = request.match_info["name"], request.match_info["reference"]
        if name != REPOSITORY or not (reference == self._digest or re.fullmatch(SERVED_TAGS, reference)):
            raise OciError(404, "MANIFEST_UNKNOWN", f"The twin's Docker Hub has no {name}:{reference}.")
        headers = {"Docker-Content-Digest": self._digest, "Content-Type": MANIFEST}
        return web.Response(body=self._manifest, headers=headers)

    async def _blob(self, request: web.Request) -> web.StreamResponse:
        digest = request.match_info["digest"]
        path = self._layout / digest.removeprefix("sha256:")
        if request.match_info["name"] != REPOSITORY or not digest.startswith("sha256:") or not path.is_file():
            raise OciError(404, "BLOB_UNKNOWN", f"There is no blob {digest}.")
        headers = {"Docker-Content-Digest": digest, "Content-Type": "application/octet-stream"}
        return web.FileResponse(path, headers=headers)


async def anonymous_token(_: web.Request) -> web.Response:
    """Docker Hub lets everybody read."""
    return web.json_response({"token": "anonymous", "access_token": "anonymous", "expires_in": 300})


def _save(name: str, folder: Path) -> None:
    folder.mkdir()
    archive = folder / "image.tar"
    docker("save", "--output", str(archive), image(name), within_s=300)
    with tarfile.open(archive) as tar:
        saved: dict[str, Any] = json.load(_member(tar, "manifest.json"))[0]
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": _blob(folder, _member(tar, saved["Config"]), CONFIG, compress=False),
            "layers": [_blob(folder, _member(tar, layer), LAYER, compress=True) for layer in saved["Layers"]],
        }
    archive.unlink()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    file = tar.extractfile(name)
    assert file is not None
    return file


def _blob(folder: Path, source: IO[bytes], media_type: str, *, compress: bool) -> dict[str, Any]:
    scratch = folder / "scratch"
    with scratch.open("wb") as raw:
        if compress:
            # Level 1: it is read on this machine only. No time stamp, so that the digest stays the same.
            with gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=1, mtime=0) as packed:
                shutil.copyfileobj(source, packed, 1 << 20)
        else:
            shutil.copyfileobj(source, raw)
    with scratch.open("rb") as packed_file:
        digest = hashlib.file_digest(packed_file, "sha256").hexdigest()
    size = scratch.stat().st_size
    scratch.rename(folder / digest)
    return {"mediaType": media_type, "size": size, "digest": f"sha256:{digest}"}
