"""What a forward does when this machine, the client or the way is in no good state. No target is needed."""

from __future__ import annotations

import errno
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext

import pytest

from pytest_cloudlab.targets.forward import Way, listening
from pytest_cloudlab.targets.forwarded import Forwarded
from pytest_cloudlab.targets.local import local
from pytest_cloudlab.targets.lost import Lost
from pytest_cloudlab.webpage import fetch_through
from tests.targets.ports import connect, rest

END = b"\0" + b"f" * 24


def way(program: str, *, end: bytes = b"") -> Way:
    """Each connection is served by a Python program of its own, on its stdin and stdout."""
    argv = (sys.executable, "-S", "-c", program)
    return Way(lambda: nullcontext[Sequence[str]](argv), lambda said: None, end=end)


PIECES = """
import sys, time
for piece in %r:
    sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
    time.sleep(%s)
sys.stdin.read()
"""


@pytest.mark.parametrize("piece", [b"\0", b"abc\0", END[:-1], b"\0" * 30])
def test_what_the_end_may_begin_with_comes_at_once(piece: bytes) -> None:
    """Nothing follows it, and the program goes on: nobody may wait for its next word."""
    with listening(way(PIECES % ([piece], 0), end=END)) as url, connect(url, 10) as connection:
        heard = b""
        while len(heard) < len(piece):
            heard += connection.recv(100)
        assert heard == piece


@pytest.mark.parametrize(
    "pieces", [[b"page", END], [b"page" + END], [b"page\0", END], [b"page", b"\0", b"x" + END]]
)
@pytest.mark.parametrize("pause_s", [0, 0.2])
def test_the_end_is_told_however_it_is_cut(pieces: list[bytes], pause_s: float) -> None:
    with listening(way(PIECES % (pieces, pause_s), end=END)) as url, connect(url, 10) as connection:
        assert rest(connection) == b"".join(pieces).removesuffix(END)
        assert url.lost is None


def test_an_end_that_is_cut_in_two_is_an_end() -> None:
    """Its first half may have been passed on by then; who ends the connection is known all the same."""
    program = PIECES % ([b"page", END[:9], END[9:]], 0.2)
    lost = Lost("it was killed")
    cut = Way(way(program).argv, lambda said: lost, end=END)
    with listening(cut) as url, connect(url, 10) as connection:
        assert rest(connection).startswith(b"page")
        assert url.lost is None


def test_a_client_hears_of_an_end_that_nobody_agreed_on_when_its_cause_is_known() -> None:
    """However long it takes to find out: who asks at once why it ended is told."""

    def slowly(said: str) -> Lost:
        time.sleep(0.3)
        return Lost("it was killed")

    cut = Way(way("print('page')").argv, slowly, end=END)
    with listening(cut) as url, connect(url, 10) as connection:
        assert rest(connection) == b"page\n"
        assert url.lost


def test_a_client_that_takes_nothing_holds_nobody_up() -> None:
    """The forward is left at once, however much is still to be sent to it."""
    endless = "import sys\nwhile True: sys.stdout.buffer.write(bytes(100_000))"
    with listening(way(endless)) as url:
        lazy = connect(url, 10)
        time.sleep(0.5)  # until neither side's buffer takes more
        started = time.monotonic()
    lazy.close()
    assert time.monotonic() - started < 10


class Short(socket.socket):
    """A listener on a machine that may not open more files, the first two times."""

    refusals = 2

    def accept(self) -> tuple[socket.socket, object]:
        if self.refusals:
            self.refusals -= 1
            raise OSError(errno.EMFILE, "Too many open files")
        return super().accept()


def test_a_machine_that_is_short_of_files_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who came meanwhile is served, and whatever failed is known not to be the port's fault."""

    def listener(place: tuple[str, int], *, backlog: int) -> socket.socket:
        made = Short()
        made.bind(place)
        made.listen(backlog)
        return made

    monkeypatch.setattr(socket, "create_server", listener)
    with listening(way("print('hello')")) as url:
        with connect(url, 10) as connection:
            assert rest(connection) == b"hello\n"
        assert url.lost
        assert "Too many open files" in url.lost.message


def test_a_page_behind_a_forward_knows_as_much() -> None:
    """Nobody answers there, though the machine does again: it was lost meanwhile."""
    lost = Lost("gone")
    page = Forwarded("http://127.0.0.1:1", lambda: lost) + "/health"
    assert page == "http://127.0.0.1:1/health"
    with local() as machine, pytest.raises(Lost, match="gone"):
        fetch_through(machine, page, 1)
