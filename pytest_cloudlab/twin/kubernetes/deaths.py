"""The ends of containers, as the engine tells of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

AGAIN_S = 1


async def deaths(label: str) -> AsyncIterator[str]:
    """The id of each container with that label that ends from now on; an empty one each time that some may
    have been missed."""
    form = ("--filter", "type=container", "--filter", "event=die", "--format", "{{.ID}}")
    while True:
        process = await asyncio.create_subprocess_exec(
            *("docker", "events", "--filter", f"label={label}", *form),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert process.stdout is not None
        try:
            yield ""
            while line := await process.stdout.readline():
                yield line.decode().strip()
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await asyncio.sleep(AGAIN_S)
