"""Contents on disk, each under a random id: the name of an object never becomes the name of a file."""

from __future__ import annotations

import asyncio
import re
import secrets
import shutil
from collections.abc import AsyncIterator, Collection, Sequence
from pathlib import Path

from pytest_cloudlab.twin.api_error import ApiError

ID = re.compile(r"[0-9a-f]{32}")
LARGEST_BYTES = 5 * 1024**3
RESERVE_BYTES = 512 * 1024**2
"""What stays free on the disk: who uploads shall not fill the machine."""


class Blobs:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def new(self) -> str:
        """The id of a new, empty blob."""
        blob = secrets.token_hex(16)
        self.path(blob).touch(mode=0o600, exist_ok=False)
        return blob

    def path(self, blob: str) -> Path:
        if not ID.fullmatch(blob):
            raise ValueError(f"{blob!r} is not the id of a blob")
        return self._folder / blob

    def size_bytes(self, blob: str) -> int:
        return self.path(blob).stat().st_size

    async def append(self, blob: str, chunks: AsyncIterator[bytes], *, skip: int = 0) -> None:
        """Write what arrives behind what is there, leaving out the first `skip` bytes.

        Raises `ApiError` 413 when it grows too large or the disk full. What arrived until then stays.
        """
        with self.path(blob).open("ab", buffering=0) as file:
            size = file.seek(0, 2)
            async for chunk in chunks:
                dropped = min(skip, len(chunk))
                skip -= dropped
                size += len(chunk) - dropped
                self._refuse_too_large(size)
                await asyncio.to_thread(file.write, chunk[dropped:])

    def join(self, paths: Sequence[Path]) -> str:
        """A blob with the contents of these files one after the other. Blocks: call it in a thread."""
        self._refuse_too_large(sum(path.stat().st_size for path in paths))
        blob = self.new()
        try:
            with self.path(blob).open("wb") as file:
                for path in paths:
                    with path.open("rb") as source:
                        shutil.copyfileobj(source, file, 1024 * 1024)
        except BaseException:
            self.remove(blob)
            raise
        return blob

    def truncate(self, blob: str, size_bytes: int) -> None:
        with self.path(blob).open("rb+") as file:
            file.truncate(size_bytes)

    def remove(self, blob: str) -> None:
        self.path(blob).unlink(missing_ok=True)

    def keep_only(self, blobs: Collection[str]) -> None:
        """Remove what nothing refers to: a crash may come between a blob and its record."""
        for path in self._folder.iterdir():
            if path.name not in blobs:
                path.unlink()

    def _refuse_too_large(self, size_bytes: int) -> None:
        if size_bytes > LARGEST_BYTES:
            message = f"The local cloud twin keeps objects of at most {LARGEST_BYTES} bytes."
            raise ApiError(413, message, reason="uploadTooLarge")
        if shutil.disk_usage(self._folder).free < RESERVE_BYTES:
            raise ApiError(413, "The disk of this machine is nearly full.", reason="uploadTooLarge")
