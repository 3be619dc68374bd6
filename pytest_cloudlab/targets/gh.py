"""A GitHub codespace as a target, entered with GitHub's own command line."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO
from urllib.parse import SplitResult

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.targets.forwarded import Forwarded, lost_instead
from pytest_cloudlab.targets.gh_sayings import explain, no_gh
from pytest_cloudlab.targets.lost import Lost
from pytest_cloudlab.targets.relay import checked_place
from pytest_cloudlab.targets.target import Target
from pytest_cloudlab.waiting import Deadline

GH = "gh://"
GH_HOST = re.compile(r"ssh://(?:[^@/]+@)?cs\.(?P<name>[A-Za-z0-9-]+)\.[^/]+")
"""As `gh codespace ssh --config` calls the host of one: connecting to it starts it."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,127}")

OPEN_S = 90
"""gh starts a codespace that is stopped, and waits for it."""

PORT_TRIES = 3
LOOK_S = 0.05
FORWARDS = b"Forwarding ports"
"""What gh says before it listens: until then, whoever has the port is somebody else."""
END_S = 2
SAID_BYTES = 20_000


def named_by(address: str) -> str:
    """The codespace that an address enters; empty when it says of none."""
    if found := GH_HOST.fullmatch(address):
        return found["name"]
    return address.removeprefix(GH) if address.startswith(GH) else ""


def gh(name: str) -> Target:
    """The codespace `name`, as the user that gh enters it as. gh starts it when it is stopped."""
    if not NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no codespace's name.", remedy="`gh codespace list` shows them.")
    return GhTarget(name)


class GhTarget(Target):
    """A codespace. Its forwards are gh's own: opening it once for each connection would take too long."""

    def __init__(self, name: str) -> None:
        self._name = name
        # gh hands the words to ssh, whose far side puts them through a shell.
        argv = ("gh", "codespace", "ssh", "-c", name, "--", "sh")
        super().__init__(
            f"gh://{name}",
            argv,
            quotings=1,
            explain=lambda said: explain(said, name),
            open_timeout_s=OPEN_S,
        )

    @contextmanager
    def forward(self, port: int, *, host: str = "localhost") -> Iterator[Forwarded]:
        """As `Target.forward`; only a place beyond the codespace needs a program on the far side."""
        checked_place(host, port)
        if host != "localhost":
            with super().forward(port, host=host) as url:
                yield url
            return
        with tempfile.TemporaryFile() as said:
            process, local = self._forwarding(port, said)

            def why(within_s: float = 0) -> Lost | None:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(within_s)
                    said.seek(0)
                    text = said.read(SAID_BYTES).decode("utf-8", "replace")
                    return explain(text, self._name) or Lost(
                        f"gh no longer forwards ports of {self.address}."
                    )
                return None

            try:
                with lost_instead(why):
                    yield Forwarded(f"http://127.0.0.1:{local}", why)
            finally:
                _end(process)

    def _forwarding(self, port: int, said: IO[bytes]) -> tuple[subprocess.Popen[bytes], int]:
        """gh, passing connections on, and the port it listens on here."""
        for _ in range(PORT_TRIES):
            local = _free_port()
            argv = ("gh", "codespace", "ports", "forward", f"{port}:{local}", "-c", self._name)
            try:
                # A session of its own: Ctrl-C is for us to handle.
                process = subprocess.Popen(
                    argv, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
                )
            except FileNotFoundError as error:
                raise no_gh() from error
            try:
                deadline = Deadline.after(self._open_timeout_s)
                while process.poll() is None and not deadline.passed:
                    # Its place in the file is gh's own: reading must not move it.
                    begun = FORWARDS in os.pread(said.fileno(), SAID_BYTES, 0)
                    if begun and _listens(local) and _stays(process):
                        return process, local
                    time.sleep(LOOK_S)
            except BaseException:
                _end(process)
                raise
            _end(process)
            said.seek(0)
            text = said.read(SAID_BYTES).decode("utf-8", "replace")
            said.seek(0)
            said.truncate()
            # Somebody else took the port before gh could.
            if "address already in use" not in text.lower():
                break
        raise explain(text, self._name) or Lost(f"{self.address} opened no connection to forward over.")


def from_address(address: SplitResult) -> Target:
    """`gh://fuzzy-space-waffle-4q7r`"""
    return gh(address.netloc)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=LOOK_S):
            return True
    except OSError:
        return False


def _stays(process: subprocess.Popen[bytes]) -> bool:
    """Whether it does not end: where somebody else had the port, it does at once."""
    try:
        process.wait(2 * LOOK_S)
    except subprocess.TimeoutExpired:
        return True
    return False
