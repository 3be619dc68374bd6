"""A place to run commands in: whatever a command line can open a shell on."""

from __future__ import annotations

import posixpath
import secrets
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Self

from pytest_cloudlab.errors import Forbidden, NotFound
from pytest_cloudlab.targets import containers
from pytest_cloudlab.targets.channel import Channel, Explain
from pytest_cloudlab.targets.forward import listening
from pytest_cloudlab.targets.lost import Lost
from pytest_cloudlab.targets.relay import relay_command
from pytest_cloudlab.targets.result import Result
from pytest_cloudlab.targets.script import Frame

if TYPE_CHECKING:
    from testinfra.host import Host  # type: ignore[import-untyped]  # it ships no types

MAX_BYTES = 8 * 1024 * 1024
_PIECE_BYTES = 4 * 1024 * 1024


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
        )

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
        of its process group with it.

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
    def forward(self, port: int, *, host: str = "localhost") -> Iterator[str]:
        """Reach `host:port`, as this machine sees it, under the URL this yields while it is open.

        Raises `TargetLost` when the machine has nothing that can pass a connection on.
        """
        relay = relay_command(self, host, port)
        with listening(lambda: self.opening(*relay)) as url:
            yield url

    def container(self, name: str) -> Target:
        """A container on this machine's own engine, reached through this target."""
        argv = self.opening(*containers.exec_words(name))
        return Target(
            f"{self.address}/{name}",
            argv,
            quotings=self._quotings,
            explain=self._explain_hop,
            open_timeout_s=self._open_timeout_s,
        )

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

    def close(self) -> None:
        """End the process. The next use opens a new one."""
        self._channel.close()

    def _explain_hop(self, said: str) -> Lost | None:
        return containers.explain(said) or (self._explain(said) if self._explain else None)


def _frame(words: Sequence[str], timeout_s: float, max_bytes: int, stdin: bytes | None) -> Frame:
    command, *args = words
    if args:
        command %= tuple(shlex.quote(arg) for arg in args)
    return Frame(secrets.token_hex(12), command, timeout_s, max_bytes, stdin)
