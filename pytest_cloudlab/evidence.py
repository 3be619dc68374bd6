"""Files kept as proof, stored under the hash of their content."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from pathlib import Path

from pytest_cloudlab.errors import NotFound, TooMuch, UsageError
from pytest_cloudlab.model import Evidence
from pytest_cloudlab.redaction import plain, redact

MAX_BYTES = 8 * 1024 * 1024
_TEXT = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:json|xml|yaml|toml)\b")


class EvidenceStore:
    """A folder of evidence. The same content is stored once; what is stored is never changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, data: bytes, media_type: str) -> Evidence:
        """Store `data`, durably. Text loses its secrets first.

        `name` is what a report calls it; no path is made of it. Raises `TooMuch` above `MAX_BYTES`.
        """
        if len(data) > MAX_BYTES:
            raise TooMuch(
                f"evidence {plain(name, 80)!r} has {len(data):,} bytes, more than {MAX_BYTES:,}",
                remedy="Keep the part that proves something.",
            )
        if _TEXT.match(media_type):
            data = redact(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        if not path.exists():
            write_atomically(path, data)
        return Evidence(plain(name, 120) or "unnamed", digest, media_type, len(data))

    def take(self, digest: str, data: bytes) -> bool:
        """Store what another store has, as it is; whether `data` is what `digest` says and was stored."""
        if len(data) > MAX_BYTES or hashlib.sha256(data).hexdigest() != digest:
            return False
        path = self._path(digest)
        if not path.exists():
            write_atomically(path, data)
        return True

    def read(self, evidence: Evidence) -> bytes:
        """Its content. Raises `NotFound` when the file is gone or is not what was stored."""
        try:
            data = self._path(evidence.sha256).read_bytes()
        except (OSError, ValueError):
            raise NotFound(f"the evidence {evidence.name!r} is not in {self.folder}") from None
        if hashlib.sha256(data).hexdigest() != evidence.sha256:
            raise NotFound(f"the evidence {evidence.name!r} in {self.folder} was changed after it was stored")
        return data

    def _path(self, digest: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise ValueError(digest)
        return self.folder / digest[:2] / digest


def write_atomically(path: Path, data: bytes) -> None:
    """Put `data` at `path` in one move: a reader finds the old content or the new, even after a crash.

    Raises `UsageError` naming the path when it cannot be written.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)  # a pipe or /dev/stdout has nothing to replace
            return
        path = path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{secrets.token_hex(8)}.part")
        try:
            with draft.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be written ({error.strerror or error})",
            remedy="Name a file in a folder that you may write to.",
        ) from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
