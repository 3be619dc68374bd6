"""Debian's registry as a child process, and its files: it can neither delete a tag nor tell what a tag is."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import secrets
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.twin.process import die_with_parent

BINARY = "docker-registry"
READY_S = 20
TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


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

    def tagged(self, repository: str, tag: str) -> float:
        """When the tag was last set; 0 when there is none."""
        link = self._tag(repository, tag) / "current" / "link"
        return link.stat().st_mtime if link.exists() else 0

    def blob(self, digest: str) -> bytes:
        """FileNotFoundError when there is none, ValueError when it is not named by a digest."""
        return self._blob_path(digest).read_bytes()

    def blob_size(self, digest: str) -> int:
        return self._blob_path(digest).stat().st_size

    def blob_file(self, digest: str) -> Path:
        """Where it lies, to be read only. ValueError when it is not named by a digest."""
        return self._blob_path(digest)

    def put_blob(self, repository: str, digest: str, write: Callable[[Path], None]) -> None:
        """Let the repository have that blob; where it is missing, `write` makes it at the path it gets."""
        path = self._blob_path(digest)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"data.{secrets.token_hex(4)}")
            write(draft)
            draft.replace(path)
        self._link(self._root / "repositories" / repository / "_layers", digest)

    def put_manifest(self, repository: str, digest: str, manifest: bytes) -> None:
        """The blobs that it names must be there."""
        self.put_blob(repository, digest, lambda path: _written(path, manifest))
        self._link(self._manifests(repository) / "revisions", digest)

    def _link(self, folder: Path, digest: str) -> None:
        algorithm, _, hexadecimal = _checked(DIGEST, digest).partition(":")
        link = folder / algorithm / hexadecimal / "link"
        link.parent.mkdir(parents=True, exist_ok=True)
        draft = link.with_name(f"link.{secrets.token_hex(4)}")
        draft.write_text(digest)
        draft.replace(link)

    def tag(self, repository: str, tag: str, digest: str) -> None:
        """Let the tag stand for that manifest, which must be there."""
        folder = self._tag(repository, tag)
        algorithm, _, hexadecimal = _checked(DIGEST, digest).partition(":")
        for link in folder / "index" / algorithm / hexadecimal / "link", folder / "current" / "link":
            link.parent.mkdir(parents=True, exist_ok=True)
            draft = link.with_name(f"link.{secrets.token_hex(4)}")
            draft.write_text(digest)
            draft.replace(link)

    def untag(self, repository: str, tag: str) -> bool:
        """Whether there was such a tag."""
        return TAG.fullmatch(tag) is not None and self._drop(self._tag(repository, tag))

    def remove_manifest(self, repository: str, digest: str) -> bool:
        """Whether there was such a manifest. Its tags go with it."""
        for tag, of in self.tags(repository).items():
            if of == digest:
                self.untag(repository, tag)
        hexadecimal = _checked(DIGEST, digest).partition(":")[2]
        return self._drop(self._manifests(repository) / "revisions" / "sha256" / hexadecimal)

    def remove(self, repository: str, *, below: bool = False) -> None:
        """All of one image; with `below`, also of those whose names start with its name and a slash."""
        folder = self._root / "repositories" / repository
        if below:
            self._drop(folder)
        for part in ("_manifests", "_layers", "_uploads"):
            self._drop(folder / part)
        with contextlib.suppress(OSError):  # others are below
            folder.rmdir()

    def images(self, below: str) -> list[str]:
        """The names, after `below` and a slash, of the images that have a manifest; sorted."""
        top = self._root / "repositories" / below
        found = []
        for path, folders, _ in os.walk(top):
            relative = Path(path).relative_to(top).as_posix()
            if "_manifests" in folders and relative != "." and self.digests(f"{below}/{relative}"):
                found.append(relative)
            folders[:] = [each for each in folders if not each.startswith("_")]
        return sorted(found)

    def children(self, repository: str) -> Iterator[str]:
        """The folders below that lead to repositories."""
        folder = self._root / "repositories" / repository
        if folder.is_dir():
            yield from sorted(each.name for each in folder.iterdir() if not each.name.startswith("_"))

    def _manifests(self, repository: str) -> Path:
        return self._root / "repositories" / repository / "_manifests"

    def _tag(self, repository: str, tag: str) -> Path:
        return self._manifests(repository) / "tags" / _checked(TAG, tag)

    def _drop(self, folder: Path) -> bool:
        """Whether there was such a folder. It is gone in one step: nobody reads a half of it."""
        beside = self._folder / f"removed-{secrets.token_hex(8)}"
        try:
            folder.rename(beside)
        except FileNotFoundError:
            return False
        shutil.rmtree(beside, ignore_errors=True)
        return True

    def _blob_path(self, digest: str) -> Path:
        algorithm, _, hexadecimal = _checked(DIGEST, digest).partition(":")
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


def _written(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _checked(pattern: re.Pattern[str], text: str) -> str:
    """What goes into a path is what it says it is."""
    if not pattern.fullmatch(text):
        raise ValueError(f"not a tag or a digest: {text!r}")
    return text
