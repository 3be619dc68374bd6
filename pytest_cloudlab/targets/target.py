"""A place to run commands in: whatever a command line can open a shell on."""

from __future__ import annotations

import posixpath
import secrets
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Self

from pytest_cloudlab.errors import Forbidden, NotFound
from pytest_cloudlab.reconnection import Reconnection
from pytest_cloudlab.targets import containers
from pytest_cloudlab.targets.channel import Channel, Explain
from pytest_cloudlab.targets.forward import Way, listening
from pytest_cloudlab.targets.forwarded import Forwarded
from pytest_cloudlab.targets.lost import Lost
from pytest_cloudlab.targets.relay import relay_to
from pytest_cloudlab.targets.result import Result
from pytest_cloudlab.targets.script import Frame

if TYPE_CHECKING:
    from testinfra.host import Host  # type: ignore[import-untyped]  # it ships no types

MAX_BYTES = 8 * 1024 * 1024
STOP_S = 5.0
_PIECE_BYTES = 4 * 1024 * 1024

Opening = Callable[..., AbstractContextManager[Sequence[str]]]
"""Like `Target.opening`, for a process that lives no longer than the context."""


class Target:
    """A machine reached by one kept-open process; `argv` opens `sh` on it and ends with that word.

    >>> with local() as here:
    ...     here.run("echo %s", "two  words").text
    'two  words'
    """

    def __init__(
        self,
        address: str,
        argv: Sequence[str],
        *,
        quotings: int = 0,
        explain: Explain | None = None,
        open_timeout_s: float = 20,
    ) -> None:
        """`quotings` counts the shells that take the words of `argv` apart on the way: one for ssh."""
        self.address = address
        self.argv = tuple(argv)
        self._quotings = quotings
        self._explain = explain
        self._open_timeout_s = open_timeout_s
        self._channel = Channel(
            self.argv,
            name=address,
            beside=lambda line: self.opening("sh", "-c", line),
            explain=explain,
            open_timeout_s=open_timeout_s,
            reopened=self._reopened,
        )
        self.on_reconnection: Callable[[Reconnection], None] = lambda _: None
        """Called when a connection that was lost is open again, by whichever thread opened it."""

    def __repr__(self) -> str:
        return f"<Target {self.address}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def run(
        self,
        command: str,
        *args: str,
        timeout_s: float = 30,
        max_bytes: int = MAX_BYTES,
        stdin: bytes | None = None,
    ) -> Result:
        """Run a line of shell; each `%s` in it becomes one of `args`, quoted.

        Its stdin is empty unless given. It ends on the machine itself after `timeout_s`, and the whole
        of its process group with it. Opening the machine, where that has to be, is not counted: it may take
        `open_timeout_s`, and a codespace that has to start takes long.

        Raises `TargetLost`, `TimedOut`, or `TooMuch` beyond `max_bytes` on either stream.
        """
        return self._channel.run([_frame((command, *args), timeout_s, max_bytes, stdin)])[0]

    def check(
        self,
        command: str,
        *args: str,
        timeout_s: float = 30,
        max_bytes: int = MAX_BYTES,
        stdin: bytes | None = None,
    ) -> str:
        """What a command that has to succeed wrote to stdout, stripped. Raises `CommandFailed` too."""
        result = self.run(command, *args, timeout_s=timeout_s, max_bytes=max_bytes, stdin=stdin)
        return result.required(f"`{command}` on {self.address}").text

    def run_many(
        self,
        commands: Sequence[str | tuple[str, ...]],
        *,
        timeout_s: float = 30,
        max_bytes: int = MAX_BYTES,
    ) -> list[Result]:
        """Send every command before reading the first answer: one round trip in all.

        A tuple is a command with its arguments. The limits hold for each command; the first that
        could not be completed raises, after all have had their turn where that is possible.
        """
        words = [(command,) if isinstance(command, str) else command for command in commands]
        return self._channel.run([_frame(each, timeout_s, max_bytes, None) for each in words])

    def read(self, path: str, *, max_bytes: int = MAX_BYTES) -> bytes:
        """A file's bytes. Raises `NotFound`, `Forbidden`, `TooMuch`, `TargetLost`, `CommandFailed`."""
        result = self.run("LC_ALL=C cat -- %s", path, max_bytes=max_bytes)
        if "No such file or directory" in result.error_text or "Not a directory" in result.error_text:
            raise NotFound(f"There is no file {path} on {self.address}.")
        if "Permission denied" in result.error_text:
            raise Forbidden(f"{path} on {self.address} may not be read by the user we are there.")
        return result.required(f"Reading {path} on {self.address}").stdout

    def write(self, path: str, data: bytes, *, mode: int = 0o644) -> None:
        """Put `data` at `path`, whole or not at all; missing folders are made.

        Raises `CommandFailed` when the machine refuses, and what `run` raises.
        """
        what = f"Writing {path} on {self.address}"
        folder = posixpath.dirname(path) or "."
        part = posixpath.join(folder, f".{posixpath.basename(path)[:100]}.{secrets.token_hex(6)}")
        self.run("mkdir -p -- %s && [ ! -d %s ]", folder, path).required(what)
        try:
            for start in range(0, max(len(data), 1), _PIECE_BYTES):
                piece = data[start : start + _PIECE_BYTES]
                self.run("umask 077; cat >> %s", part, timeout_s=60, stdin=piece).required(what)
            self.run(f"chmod {mode:o} %s && mv -f -- %s %s", part, part, path).required(what)
        except BaseException:
            self.run("rm -f -- %s", part)
            raise

    @contextmanager
    def forward(self, port: int, *, host: str = "localhost") -> Iterator[Forwarded]:
        """Reach `host:port`, as this machine sees it, under the URL this yields while it is open.

        Raises `TargetLost` when the machine has nothing that can pass a connection on, and in place of
        what failed inside because the machine was lost.
        """
        relay = relay_to(self, host, port)

        def lost(said: str) -> Lost:
            known = self._explain(said) if self._explain else None
            ended = f"The connection to {self.address} ended while its port {port} was in use."
            return known if known and known.reason != "lost" else Lost(ended)

        with self.openings() as opening:
            way = Way(lambda: opening(*relay.words), lost, end=relay.end)
            with listening(way, cut=lambda: _stop(self, relay.stop)) as url:
                yield url

    @contextmanager
    def openings(self) -> Iterator[Opening]:
        """For many processes there at once."""
        yield lambda *words: nullcontext(self.opening(*words))

    def container(self, name: str) -> Target:
        """A container on this machine's own engine, reached through this target."""
        return Hop(self, name)

    def opening(self, *words: str) -> tuple[str, ...]:
        """The argv that starts `words` there instead of `sh`, in a process of its own."""
        quoted = list(words)
        for _ in range(self._quotings):
            quoted = [shlex.quote(word) for word in quoted]
        return (*self.argv[:-1], *quoted)

    @cached_property
    def host(self) -> Host:
        """The machine as testinfra's `Host`: `target.host.file("/etc/passwd").exists`."""
        from pytest_cloudlab.targets.backend import host

        return host(self)

    def _reopened(self, lost: Lost, took_s: float) -> None:
        self.on_reconnection(Reconnection(self.address, datetime.now(UTC), took_s, lost.message))

    def close(self) -> None:
        """End the process. The next use opens a new one."""
        self._channel.close()


class Hop(Target):
    """A container on another target's engine."""

    def __init__(self, through: Target, name: str) -> None:
        self._through = through
        self._entering = containers.exec_words(name)
        super().__init__(
            f"{through.address}/{name}",
            through.opening(*self._entering),
            quotings=through._quotings,
            explain=lambda said: (
                containers.explain(said) or (through._explain(said) if through._explain else None)
            ),
            open_timeout_s=through._open_timeout_s,
        )
        self.on_reconnection = lambda one: through.on_reconnection(one)

    @contextmanager
    def openings(self) -> Iterator[Opening]:
        with self._through.openings() as opening:
            yield lambda *words: opening(*self._entering[:-1], *words)


def _stop(target: Target, line: str) -> None:
    """What a closed connection does not end: an engine goes on reading for nobody."""
    target.run(line, timeout_s=STOP_S)


def _frame(words: Sequence[str], timeout_s: float, max_bytes: int, stdin: bytes | None) -> Frame:
    command, *args = words
    if args:
        command %= tuple(shlex.quote(arg) for arg in args)
    return Frame(secrets.token_hex(12), command, timeout_s, max_bytes, stdin)
