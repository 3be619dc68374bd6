"""The part of a desktop that never sleeps: its network card, which waits for a magic packet of its own."""

from __future__ import annotations

import contextlib
import inspect
import json
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass

from pytest_cloudlab import magic_packet
from pytest_cloudlab.twin.lan import appliance

READY = "ready"

# Runs in a container of the home's network, after magic_packet's own text. What this machine sent itself no
# card would have heard.
_LISTEN = f"""
import json, socket
card = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
print({READY!r}, flush=True)
while True:
    frame, sender = card.recvfrom(65535)
    found = magic_packet(frame) if sender[2] != socket.PACKET_OUTGOING else None
    if found:
        own = frame[:6].hex(":") == found.mac
        print(json.dumps([found.mac, found.to_all, found.port, own]), flush=True)
"""


@dataclass(frozen=True)
class Heard:
    """A magic packet that reached the home's network."""

    mac: str
    to_all: bool
    port: int
    own: bool = False
    """Whether it was addressed to that card alone: the card takes it, too, wherever it is carried to."""


class Mainboard:
    """Calls `wake` when a magic packet for `mac` has come, to all of the network or to that card."""

    def __init__(self, container: str, mac: str, wake: Callable[[], None]) -> None:
        """`container` is on the home's network."""
        self.heard: list[Heard] = []
        """All that came, for whichever card."""
        self.container = container
        self._mac = mac
        self._wake = wake
        self._logs: subprocess.Popen[str] | None = None
        self._thread = threading.Thread(target=self._listen, name=f"mainboard {mac}", daemon=True)

    @staticmethod
    def command() -> tuple[str, ...]:
        """What the container runs."""
        return ("python3", "-u", "-c", inspect.getsource(magic_packet) + _LISTEN)

    def power(self) -> None:
        """Returns when it listens."""
        # The table of packet sockets has a heading.
        listens = "sed 1d /proc/net/packet | grep -q ."
        appliance.wait_for(self.container, listens, "The desktop's network card listens")
        self._logs = subprocess.Popen(
            ("docker", "logs", "--follow", self.container),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._thread.start()

    def cut(self) -> None:
        """Returns when nothing is left of it."""
        if self._logs:
            self._logs.kill()
            self._thread.join()
            self._logs.wait()
            if self._logs.stdout:
                self._logs.stdout.close()
        appliance.remove(self.container)

    def _listen(self) -> None:
        assert self._logs
        assert self._logs.stdout
        for line in self._logs.stdout:
            if line.strip() == READY:
                continue
            with contextlib.suppress(ValueError):
                self._hear(Heard(*json.loads(line)))

    def _hear(self, packet: Heard) -> None:
        self.heard.append(packet)
        if packet.mac == self._mac and (packet.to_all or packet.own):
            self._wake()
