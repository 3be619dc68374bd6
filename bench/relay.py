"""A TCP relay in user space that delays every byte, so that a loopback port feels far away.

It runs in a process of its own, so that it waits for no lock of whoever is being measured. Connecting
to it takes no delay: what opens a connection for every command comes off one round trip too well.
"""

from __future__ import annotations

import asyncio
import selectors
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

TOP = Path(__file__).parent.parent


@contextmanager
def delayed(port: int, *, round_trip_s: float) -> Iterator[int]:
    """Yields a port on 127.0.0.1 that leads to `port`, half of `round_trip_s` later each way."""
    argv = [sys.executable, "-m", "bench.relay", str(port), str(round_trip_s / 2)]
    with subprocess.Popen(argv, cwd=TOP, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay_s: float) -> None:
    """Pass every chunk on `delay_s` after it came, however many are under way."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def receive() -> None:
        data = b"more"
        while data:
            try:
                data = await reader.read(65_536)
            except OSError:
                data = b""
            queue.put_nowait((loop.time() + delay_s, data))

    receiving = loop.create_task(receive())
    try:
        with suppress(OSError):
            while True:
                due, data = await queue.get()
                await asyncio.sleep(due - loop.time())
                if not data:
                    writer.write_eof()
                    break
                writer.write(data)
                await writer.drain()
    finally:
        receiving.cancel()  # who takes no more is told no more


async def serve(port: int, delay_s: float) -> None:
    under_way: set[asyncio.Task[None] | None] = set()  # the loop itself keeps none of them alive

    async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        under_way.add(asyncio.current_task())
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await asyncio.gather(pump(reader, far_writer, delay_s), pump(far_reader, writer, delay_s))
        finally:
            writer.close()
            far_writer.close()
            under_way.discard(asyncio.current_task())

    server = await asyncio.start_server(accepted, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    # epoll counts whole milliseconds and rounds up, which would add one each way; select does not.
    loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
    loop.run_until_complete(serve(int(sys.argv[1]), float(sys.argv[2])))
