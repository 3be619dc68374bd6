"""An open process with what has arrived from it and what is still to be sent to it."""

from __future__ import annotations

import os
import select
import subprocess
import weakref
from collections.abc import Sequence
from contextlib import suppress

from pytest_cloudlab.waiting import Deadline

READ_BYTES = 262_144


class Line:
    """One process and its three pipes, moved by whoever waits for an answer: no threads of its own.

    Raises `FileNotFoundError` when `argv[0]` is not installed.
    """

    def __init__(self, argv: Sequence[str]) -> None:
        # A session of its own: Ctrl-C is for us to handle, and must not end the far side under a command.
        process = subprocess.Popen(
            argv,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stdin
        assert process.stdout
        assert process.stderr
        self._process = process
        self._stdin, self._stdout, self._stderr = process.stdin, process.stdout, process.stderr
        os.set_blocking(self._stdin.fileno(), False)
        self.out = bytearray()
        self.err = bytearray()
        self.unsent = memoryview(b"")
        self.ended = False
        # Its end is not always the end of its pipes: what it started may hold them.
        self._exit = os.pidfd_open(process.pid) if hasattr(os, "pidfd_open") else -1
        self._reaper = weakref.finalize(self, _end, process, self._exit)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def turn(self, deadline: Deadline) -> bool:
        """Move bytes once, either way. False when the process has closed its end or time is up."""
        poll = select.poll()
        poll.register(self._stdout, select.POLLIN)
        poll.register(self._stderr, select.POLLIN)
        if self.unsent:
            poll.register(self._stdin, select.POLLOUT)
        if self._exit >= 0:
            poll.register(self._exit, select.POLLIN)
        ready = dict(poll.poll(deadline.remaining_s() * 1000))
        if self._stdin.fileno() in ready:
            self._send()
        if self._stderr.fileno() in ready:
            said = os.read(self._stderr.fileno(), READ_BYTES)
            self.err += said
            self.ended = not said
        if self._stdout.fileno() in ready:
            heard = os.read(self._stdout.fileno(), READ_BYTES)
            self.out += heard
            if not heard:
                self.ended = True
                self._last_words()
        if ready.keys() == {self._exit}:
            self.ended = True
        return bool(ready) and not self.ended

    def close(self, *, within_s: float = 0) -> None:
        """End the process: gently, by closing its stdin, when `within_s` gives it time for that."""
        self._stdin.close()
        if within_s:
            with suppress(subprocess.TimeoutExpired):  # what does not end by itself is ended below
                self._process.wait(within_s)
        self._reaper()

    def _send(self) -> None:
        try:
            self.unsent = self.unsent[os.write(self._stdin.fileno(), self.unsent[:READ_BYTES]) :]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            # It may have said why before it went: read on until its streams end.
            self.unsent = self.unsent[:0]

    def _last_words(self) -> None:
        """Read what is left on stderr once stdout has ended, for at most a second."""
        deadline = Deadline.after(1)
        poll = select.poll()
        poll.register(self._stderr, select.POLLIN)
        while poll.poll(deadline.remaining_s() * 1000):
            said = os.read(self._stderr.fileno(), READ_BYTES)
            if not said or deadline.passed:
                return
            self.err += said


def _end(process: subprocess.Popen[bytes], exit_fd: int) -> None:
    """Close the pipes first: what runs at the far end meets a closed pipe and ends by itself."""
    if exit_fd >= 0:
        os.close(exit_fd)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
    for stop in (None, process.terminate, process.kill):
        if stop is not None:
            stop()
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.5)
            return
