"""A shell somewhere, kept open: commands in, answers out in order, each with its two streams apart."""

from __future__ import annotations

import re
import secrets
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from pytest_cloudlab.errors import CouldNotLook, TimedOut, TooMuch, UsageError
from pytest_cloudlab.targets.line import Line
from pytest_cloudlab.targets.lost import Lost
from pytest_cloudlab.targets.result import Result
from pytest_cloudlab.targets.script import Frame, prelude, sent
from pytest_cloudlab.targets.stream import Part
from pytest_cloudlab.waiting import Deadline

GUARD_S = 5.0
"""How much later than the far side's own limit the near side gives up on a command."""
IDLE_S = 20.0
"""After so long without a command, a connection is asked for a word before one is trusted to it."""
WORD_S = 5.0
SLOWEST_BYTES_PER_S = 100_000
"""An upload slower than this counts as lost."""
_LONGEST_GREETING_BYTES = 1_000_000
_KILLED = (124, 137, 143)

Explain = Callable[[str], Lost | None]
"""Turns what the opening process said on stderr into a clear error, if it knows the words."""
Tell = Callable[[Lost, float], None]
"""Of a connection that was lost and is open again: why, and the seconds that opening it took."""


class Channel:
    """Runs commands through the shell that `argv` opens. Safe to use from several threads.

    A channel that was lost opens anew on its next use.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        name: str,
        beside: Callable[[str], Sequence[str]],
        explain: Explain | None = None,
        open_timeout_s: float = 20,
        reopened: Tell = lambda lost, took_s: None,
    ) -> None:
        """`beside` gives the argv that runs a line of shell there in a process of its own."""
        self._argv = tuple(argv)
        self._name = name
        self._beside = beside
        self._explain = explain
        self._open_timeout_s = open_timeout_s
        self._reopened = reopened
        self._lock = threading.Lock()
        self._line: Line | None = None
        self._lost: Lost | None = None
        """Why there is no line, where there was one."""
        self._used_at_s = 0.0
        self._has_base64 = True

    def run(self, frames: Sequence[Frame]) -> list[Result]:
        """Send all frames, then read all answers.

        Opening a channel, where there is none, has a limit of its own, before those of the frames.

        Raises `TargetLost`, `TimedOut` or `TooMuch`; after `TimedOut` the channel is as good as before.
        """
        text = sent(frames)
        has_data = any(frame.stdin is not None for frame in frames)
        with self._lock:
            # A new line takes them along with its prelude: nobody waits for its answer first, unless what it
            # says decides whether they can be sent.
            line, begun = self._opened(b"" if has_data else text)
            if has_data and not self._has_base64:
                raise Lost(f"{self._name} has no base64, so no data can be sent to it.", reason="tools")
            try:
                if not begun:
                    line.unsent = memoryview(text)
                answers = [self._answer(line, frame) for frame in frames]
                self._used_at_s = _clock_s()
            except Lost as lost:
                self._drop()
                self._lost = lost
                raise
            except BaseException:
                self._drop()
                raise
        for answer in answers:
            if isinstance(answer, CouldNotLook):
                raise answer
        return [answer for answer in answers if isinstance(answer, Result)]

    def close(self) -> None:
        """End the far shell and wait until the process is gone."""
        with self._lock:
            self._drop(within_s=2)
            self._lost = None

    def _drop(self, *, within_s: float = 0) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close(within_s=within_s)

    def _opened(self, first: bytes) -> tuple[Line, bool]:
        """The line, and whether `first` has been sent: to a new one only, and where it is not empty."""
        # One that ended while nobody used it owes no answer: what was to be run did not begin.
        if self._line is not None and (ended := self._has_ended(self._line)):
            self._drop()
            self._lost = ended
        if self._line is not None:
            return self._line, False
        started = time.monotonic()
        self._line = self._open(first)
        self._used_at_s = _clock_s()
        lost, self._lost = self._lost, None
        if lost is not None:
            self._reopened(lost, time.monotonic() - started)
        return self._line, bool(first)

    def _has_ended(self, line: Line) -> Lost | None:
        """Why the line cannot be used any more. A laptop that slept has lost it, and does not know yet."""
        if line.alive and _clock_s() - self._used_at_s < IDLE_S:
            return None
        nonce = secrets.token_hex(12)
        word = f"\n{nonce}:w\n".encode()
        line.unsent = memoryview(f"printf '\\n%s:w\\n' {nonce} >&3\n".encode())
        deadline = Deadline.after(WORD_S)
        while (at := line.out.find(word)) < 0:
            for heard in (line.out, line.err):  # from what the last command left running
                del heard[: -len(word)]
            if deadline.passed or not line.turn(deadline):
                break
        if at >= 0:
            del line.out[: at + len(word)]
            return None
        how = "ended" if line.ended else "stopped answering"
        return Lost(f"The connection to {self._name} {how} while nobody used it.")

    def _open(self, first: bytes) -> Line:
        try:
            line = Line(self._argv)
        except FileNotFoundError as error:
            raise Lost(
                f"{self._name} cannot be reached: there is no `{self._argv[0]}` on this machine.",
                remedy=f"Install {self._argv[0]}.",
                reason="tools",
            ) from error
        except ValueError as error:
            raise UsageError(f"{self._name!r} cannot be put on a command line.") from error
        try:
            self._greet(line, first)
        except BaseException:
            line.close()
            raise
        return line

    def _greet(self, line: Line, first: bytes) -> None:
        """Send the prelude, and `first` behind it; read past whatever the far side's login files print."""
        nonce = secrets.token_hex(12)
        answer = re.compile(rb"\n" + nonce.encode() + rb":h:([^\n]*):([a-z0-9-]+)\n")
        line.unsent = memoryview(prelude(nonce) + first)
        deadline = Deadline.after(self._open_timeout_s)
        while not (hello := answer.search(bytes(line.out))):
            if _endless(line):
                raise Lost(f"{self._name} sends without end instead of answering.")
            if deadline.passed or not line.turn(deadline):
                raise self._not_opened(line)
        folder, decoder = hello.groups()
        del line.out[: hello.end()]
        if not folder:
            raise Lost(f"{self._name} has no folder that can be written to.", reason="tools")
        self._has_base64 = decoder == b"base64"

    def _not_opened(self, line: Line) -> Lost:
        said = bytes(line.err[-20_000:]).decode("utf-8", "replace").strip()
        if known := self._explain(said) if self._explain else None:
            return known
        tail = re.sub(r"[^\x20-\x7e]+", " ", said)[-300:]
        if line.ended:
            return Lost(f"{self._name} could not be opened" + (f": {tail}" if tail else "."))
        return Lost(
            f"{self._name} did not answer within {self._open_timeout_s:g} s.",
            remedy="Check that it is up, then try again.",
            reason="timeout",
        )

    def _answer(self, line: Line, frame: Frame) -> Result | CouldNotLook:
        allowed_s = frame.timeout_s + GUARD_S + len(line.unsent) / SLOWEST_BYTES_PER_S
        deadline, started = Deadline.after(allowed_s), time.monotonic()
        out, err = Part(frame.nonce, frame.max_bytes), Part(frame.nonce, frame.max_bytes)
        while True:
            try:
                out.take(line.out)
                err.take(line.err)
            except TooMuch:
                self._stop_relays(line, out.relays or err.relays)
                raise
            if out.done and err.done:
                break
            if not line.turn(deadline):
                if line.ended:
                    raise Lost(f"The connection to {self._name} ended while a command ran there.")
                raise Lost(f"{self._name} stopped answering: no end of a command after {allowed_s:.0f} s.")
        if out.cut or err.cut:
            return Lost(f"An answer from {self._name} was cut short.")
        ran_s = out.ran_for_s()
        ran_s = time.monotonic() - started if ran_s is None else ran_s
        if out.exit_status in _KILLED and ran_s >= frame.timeout_s - 0.02:
            limit = f"{frame.timeout_s:g} s"
            return TimedOut(f"A command on {self._name} took longer than {limit} and was stopped there.")
        return Result(out.exit_status, out.data, err.data)

    def _stop_relays(self, line: Line, process_ids: str) -> None:
        """End what passes a command's output on, and so the command, at its next word.

        Closing the channel does that over ssh; Docker's engine would go on reading for nobody.
        """
        with suppress(OSError):
            stopping = subprocess.Popen(
                self._beside(f"kill -9 {process_ids}"),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            # Before waiting: an engine reports neither's end while it holds words that nobody takes.
            line.close()
            try:
                stopping.wait(GUARD_S)
            except subprocess.TimeoutExpired:
                stopping.kill()
                stopping.wait()


def _endless(line: Line) -> bool:
    return len(line.out) + len(line.err) > _LONGEST_GREETING_BYTES


def _clock_s() -> float:
    """A clock that goes on while this machine sleeps, where it has one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
