"""Images of the twin's Harbor on this machine's engine, for what runs on it as a pod.

The engine is not the twin's: it is handed the images, and knows nothing of a registry.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import tarfile
import tempfile
import threading
from pathlib import Path
from typing import Any

from pytest_cloudlab.errors import CloudlabError
from pytest_cloudlab.twin import hosts
from pytest_cloudlab.twin.engine import EngineError, docker
from pytest_cloudlab.twin.harbor import prepared
from pytest_cloudlab.twin.harbor.names import PREFIX, split
from pytest_cloudlab.twin.registry_store import RegistryStore

LOAD_S = 300


class PullError(CloudlabError):
    """There is no such image, or the cluster may not have it."""


class Pulls:
    """`close` takes away what was handed to the engine."""

    def __init__(self, store: RegistryStore, label: str) -> None:
        self._store = store
        self._tag = f"{label.replace('=', '-')}/pulled"
        self._loaded: dict[str, str] = {}
        self._turn = threading.Lock()

    def serves(self, reference: str) -> bool:
        """Whether an image of that name would come from here."""
        return split(reference)[0] in hosts.HARBOR

    def local(self, reference: str) -> str:
        """What the engine calls the image `HOST/PROJECT/NAME:TAG`, brought there when it is missing. Blocks.

        Raises `PullError`.
        """
        _, repository, tag = split(reference)
        with self._turn:
            return self._local(repository, tag)

    def identity(self, reference: str) -> str:
        """The name with the digest of what it stands for now; empty where nobody pushed it."""
        host, repository, tag = split(reference)
        digest = self._digest(repository, tag)
        return f"{host}/{repository}@{digest}" if digest else ""

    def _digest(self, repository: str, tag: str) -> str:
        return tag if tag.startswith("sha256:") else self._store.tags(f"{PREFIX}/{repository}").get(tag, "")

    def _local(self, repository: str, tag: str) -> str:
        if found := prepared.built(repository, tag):
            return found
        digest = self._digest(repository, tag)
        try:
            manifest: dict[str, Any] = json.loads(self._store.blob(digest))
        except (FileNotFoundError, ValueError):
            raise PullError(f"manifest for {repository}:{tag} not found: manifest unknown") from None
        if digest not in self._loaded:
            try:
                self._loaded[digest] = self._load(manifest, digest)
            except (EngineError, KeyError, OSError) as error:
                raise PullError(f"{repository}:{tag} cannot be unpacked: {error}") from None
        return self._loaded[digest]

    def _load(self, manifest: dict[str, Any], digest: str) -> str:
        config = manifest["config"]["digest"]
        platform = json.loads(self._store.blob(config))
        if platform.get("architecture") != "amd64":
            raise PullError("no match for platform in manifest: not found")
        name = f"{self._tag}:{digest[7:19]}"
        layers = [layer["digest"][7:] for layer in manifest["layers"]]
        about = [{"Config": f"{config[7:]}.json", "RepoTags": [name], "Layers": layers}]
        with tempfile.TemporaryDirectory(prefix="cloudlab-pull-") as scratch:
            archive = Path(scratch, "image.tar")
            with tarfile.open(archive, "w") as tar:
                _add(tar, "manifest.json", json.dumps(about).encode())
                _add(tar, f"{config[7:]}.json", self._store.blob(config))
                for layer in dict.fromkeys(layers):
                    tar.add(self._store.blob_file(f"sha256:{layer}"), arcname=layer)
            docker("load", "--quiet", "--input", str(archive), within_s=LOAD_S)
        return name

    async def close(self) -> None:
        for name in self._loaded.values():
            with contextlib.suppress(EngineError):
                await asyncio.to_thread(docker, "rmi", "--force", name)
        self._loaded.clear()


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    tar.addfile(entry, io.BytesIO(data))
