"""A body of two parts, as uploads send it: JSON that describes the object, then its content."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.storage.fields import BODY_BYTES

HEAD_BYTES = 16 * 1024


class Multipart:
    """Reads the parts one after the other as they arrive; neither is held as a whole.

    Lines may end in CR LF or, as Google's apitools write them, in LF alone: the first one tells. The
    boundary may stand in single quotes, which is no quoting at all, but which apitools do.
    """

    def __init__(self, content: AsyncIterator[bytes], content_type: str) -> None:
        match = re.search(r"""boundary=(?:"([^"]+)"|'([^']+)'|([^\s;]+))""", content_type)
        boundary = next((found for found in match.groups() if found), "") if match else ""
        if not 0 < len(boundary) <= 200:
            raise _broken()
        self._content = content
        self._opening = b"--" + boundary.encode()
        self._newline = b"\n"
        self._buffer = b""

    async def open(self) -> None:
        """Go to the first part."""
        line = await self._until(b"\n")
        if line.rstrip(b"\r") != self._opening:
            raise _broken()
        if line.endswith(b"\r"):
            self._newline = b"\r\n"

    async def head(self) -> dict[str, str]:
        """The headers of the part that begins here, their names in lower case."""
        headers: dict[str, str] = {}
        for _ in range(100):
            line = (await self._until(self._newline)).decode("latin-1")
            if not line:
                return headers
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        raise _broken()

    async def part(self) -> AsyncIterator[bytes]:
        """The content of the part, up to the boundary that follows it."""
        end = self._newline + self._opening
        while True:
            found = self._buffer.find(end)
            if found >= 0:
                content, self._buffer = self._buffer[:found], self._buffer[found + len(end) :]
                if content:
                    yield content
                break
            # The boundary may have arrived in part.
            safe = len(self._buffer) - len(end) + 1
            if safe > 0:
                content, self._buffer = self._buffer[:safe], self._buffer[safe:]
                yield content
            await self._more()
        while len(self._buffer) < 2:
            await self._more()
        self._buffer = self._buffer.removeprefix(self._newline)

    async def description(self) -> bytes:
        """The first part."""
        data = b""
        async for chunk in self.part():
            data += chunk
            if len(data) > BODY_BYTES:
                raise ApiError(413, "The metadata of this object is too large.", reason="uploadTooLarge")
        return data

    async def _until(self, end: bytes) -> bytes:
        while end not in self._buffer:
            if len(self._buffer) > HEAD_BYTES:
                raise _broken()
            await self._more()
        line, _, self._buffer = self._buffer.partition(end)
        return line

    async def _more(self) -> None:
        chunk = await anext(self._content, b"")
        if not chunk:
            raise _broken()
        self._buffer += chunk


def _broken() -> ApiError:
    return ApiError(400, "Malformed multipart body.", reason="badContent")
