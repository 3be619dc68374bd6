"""Debian's registry as a child process, and its files: it can neither delete a tag nor tell what a tag is."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.twin.process import die_with_parent

BINARY = "docker-registry"
READY_S = 20


def require_binary() -> None:
    if not shutil.which(BINARY):
        raise UsageError(f"There is no {BINARY} command on this machine.", remedy=f"apt-get install {BINARY}")


class RegistryStore:
    """Its files, below `folder`, in the layout of distribution's filesystem driver."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._root = folder / "data" / "docker" / "registry" / "v2"
        self._process: asyncio.subprocess.Process | None = None
        self.url = ""

    async def start(self) -> None:
        """Start it on a free port of the loopback. Raises TimeoutError when it does not come up."""
        self._folder.mkdir(exist_ok=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        # JSON is YAML, too.
        config = self._folder / "config.yml"
        config.write_text(json.dumps(self._config(port)))
        config.chmod(0o600)
        with (self._folder / "registry.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                BINARY, "serve", str(config), stdout=log, stderr=log, preexec_fn=die_with_parent
            )
        async with asyncio.timeout(READY_S), aiohttp.ClientSession() as session:
            while True:
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"{self.url}/v2/"):
                        return
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    def exists(self, repository: str) -> bool:
        return self._manifests(repository).is_dir()

    def tags(self, repository: str) -> dict[str, str]:
        """Tag to the digest it stands for."""
        links = self._manifests(repository).glob("tags/*/current/link")
        return {link.parent.parent.name: link.read_text() for link in sorted(links)}

    def digests(self, repository: str) -> dict[str, float]:
        """The digests of all its manifests, tagged or not, with the time of their upload."""
        links = self._manifests(repository).glob("revisions/sha256/*/link")
        return {link.read_text(): link.stat().st_mtime for link in links}

    def blob(self, digest: str) -> bytes:
        """FileNotFoundError when there is none."""
        return self._blob_path(digest).read_bytes()

    def blob_size(self, digest: str) -> int:
        return self._blob_path(digest).stat().st_size

    def untag(self, repository: str, tag: str) -> bool:
        """Whether there was such a tag."""
        folder = self._manifests(repository) / "tags" / tag
        if not folder.is_dir():
            return False
        shutil.rmtree(folder)
        return True

    def children(self, repository: str) -> Iterator[str]:
        """The folders below that lead to repositories."""
        folder = self._root / "repositories" / repository
        if folder.is_dir():
            yield from sorted(each.name for each in folder.iterdir() if not each.name.startswith("_"))

    def _manifests(self, repository: str) -> Path:
        return self._root / "repositories" / repository / "_manifests"

    def _blob_path(self, digest: str) -> Path:
        algorithm, _, hexadecimal = digest.partition(":")
        return self._root / "blobs" / algorithm / hexadecimal[:2] / hexadecimal / "data"

    def _config(self, port: int) -> dict[str, Any]:
        return {
            "version": "0.1",
            "log": {"level": "warn", "accesslog": {"disabled": True}},
            "storage": {
                "filesystem": {"rootdirectory": str(self._folder / "data")},
                "delete": {"enabled": True},
                "redirect": {"disable": True},
            },
            "http": {"addr": f"127.0.0.1:{port}", "secret": secrets.token_hex(16), "relativeurls": True},
        }
