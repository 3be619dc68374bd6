"""A terminal for a command of `kubectl exec --tty`."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import struct
import termios

READ_BYTES = 32 * 1024


class Terminal:
    """Two ends: `slave` for the process, this one for us. Close it when the process has ended."""

    def __init__(self) -> None:
        self._master, self.slave = os.openpty()
        os.set_blocking(self._master, False)
        self.output = asyncio.StreamReader()
        """What the process shows."""
        asyncio.get_running_loop().add_reader(self._master, self._read)

    def started(self) -> None:
        """The process has its end by now: ours of it goes, so that its own end is seen."""
        os.close(self.slave)

    async def write(self, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(self._master, data) :]
            except BlockingIOError:
                await asyncio.sleep(0.01)

    def resize(self, told: bytes) -> None:
        """As the client says it: `{"Width": 80, "Height": 24}`. What is none is not heard."""
        try:
            size = json.loads(told)
            size = struct.pack("HHHH", int(size["Height"]), int(size["Width"]), 0, 0)
        except (ValueError, KeyError, TypeError, struct.error):
            return
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._master)
        os.close(self._master)

    def _read(self) -> None:
        try:
            data = os.read(self._master, READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""  # nobody holds the other end any more
        if data:
            self.output.feed_data(data)
        else:
            asyncio.get_running_loop().remove_reader(self._master)
            self.output.feed_eof()
