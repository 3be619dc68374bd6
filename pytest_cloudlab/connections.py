"""TCP connections as evidence: opened inside a machine, and followed to where they end."""

from __future__ import annotations

import os
import secrets
import select
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from pytest_cloudlab.errors import CouldNotLook, NotFound, TimedOut
from pytest_cloudlab.sockets import Sockets, sockets
from pytest_cloudlab.targets import Target
from pytest_cloudlab.waiting import Deadline

MAX_SAID_BYTES = 64 << 10
OPEN_S = 20.0
HELD_S = 30
"""How long a process of ours may live on a machine, whatever becomes of us."""
ARRIVE_S = 3.0
PAUSE_S = 0.1
ROUNDS = 2
TRIES = 6

# bash, because it opens connections by itself; it ends when its stdin does.
_HOLD = (
    "for ((i = 0; i < $2; i++)); do for at in 127.0.0.1 ::1; do "
    'exec {fd}<>"/dev/tcp/$at/$1" && continue 2; done; exit 3; done; '
    'echo "$3"; read -r -t "$4" _; exit 0'
)
# Nobody accepts: a kernel completes as many connections as the backlog has room for.
_LISTEN_THERE = """
import socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=100)
print(sys.argv[2], flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True)
class End:
    """Where connections are expected to arrive."""

    machine: Target
    port: int


@dataclass(frozen=True)
class Trail:
    """Where connections arrived that were opened elsewhere."""

    opened: tuple[int, ...]
    """How many, at each try."""
    reached: tuple[bool, ...]
    """For each end, in order."""
    instead: frozenset[int]
    """Ports of the first end's machine that got them every time, where its own port got none."""


@contextmanager
def held(machine: Target, port: int, count: int) -> Iterator[None]:
    """`count` connections from inside `machine` to its own localhost:`port`, while this is open.

    Raises `NotFound` when nothing listens there, `CouldNotLook` when the machine cannot open any.
    """
    with held_process(machine, ("bash", "-c", _HOLD, "bash", str(port), str(count)), str(HELD_S)) as said:
        if "refused" in said:
            raise NotFound(f"nothing listens on port {port} of {machine.address}")
        if said:
            raise CouldNotLook(f"no connection could be opened inside {machine.address}: {said[-200:]}")
        yield


@contextmanager
def listener(machine: Target, port: int) -> Iterator[None]:
    """Somebody listens on `machine`'s own localhost:`port` while this is open, and answers nothing.

    Raises `CouldNotLook` when that cannot be arranged.
    """
    with held_process(machine, ("python3", "-c", _LISTEN_THERE, str(port))) as said:
        if said:
            raise CouldNotLook(
                f"nobody could be made to listen on port {port} of {machine.address}: {said[-200:]}"
            )
        yield


def trace(near: Target, port: int, ends: Sequence[End]) -> Trail:
    """Open connections to `near`'s own localhost:`port`, and see at which `ends` just as many arrive.

    An end is reached when twice, with different numbers, exactly as many arrived as were opened, and were
    gone afterwards; it is not when twice none came. Connections of others make it try again.

    Raises `NotFound` when nothing listens on `port`, and `CouldNotLook` when others' connections come and
    go so much that neither can be said.
    """
    hits, misses = Counter[int](), Counter[int]()
    opened: list[int] = []
    instead: set[int] | None = None
    while len(opened) < TRIES:
        count = secrets.choice([number for number in range(3, 10) if number not in opened])
        opened.append(count)
        before = _settled(ends)
        with held(near, port, count):
            during = _until(ends, before, count)
        after = _until(ends, before, 0)
        for at, end in enumerate(ends):
            was, now, then = before[at], during[at], after[at]
            left = then.open_on(end.port) - was.open_on(end.port)
            hits[at] += left == 0 and _came(was, now, end.port, count)
            # Those that ended before may be forgotten meanwhile, so it may also be fewer.
            misses[at] += left == now.open_on(end.port) - was.open_on(end.port) == 0 and (
                now.seen_on(end.port) <= was.seen_on(end.port)
            )
        if misses[0]:
            got = {
                p for p, number in during[0].established.items()
                if number - before[0].established.get(p, 0) == count
            }  # fmt: skip
            instead = got if instead is None else instead & got
        if all(hits[at] >= ROUNDS or (misses[at] >= ROUNDS and not hits[at]) for at in range(len(ends))):
            reached = tuple(hits[at] >= ROUNDS for at in range(len(ends)))
            return Trail(tuple(opened), reached, frozenset(instead or ()))
    raise CouldNotLook(
        "others' connections come and go all the time, so ours could not be counted among them",
        remedy="Close browser tabs that show the page, then check again.",
    )


def _settled(ends: Sequence[End]) -> list[Sockets]:
    """The ends' sockets once two looks agree; the last look where they never do."""
    found = [sockets(end.machine) for end in ends]
    for _ in range(10):
        time.sleep(PAUSE_S)
        earlier, found = found, [sockets(end.machine) for end in ends]
        if all(
            a.established.get(end.port, 0) == b.established.get(end.port, 0)
            for a, b, end in zip(earlier, found, ends, strict=True)
        ):
            break
    return found


def _until(ends: Sequence[End], before: Sequence[Sockets], more: int) -> list[Sockets]:
    """The ends' sockets as soon as each has `more` connections than before; else as they are at last."""
    deadline = Deadline.after(ARRIVE_S)
    while True:
        found = [sockets(end.machine) for end in ends]
        if deadline.passed or all(
            _came(then, now, end.port, more) if more else now.open_on(end.port) == then.open_on(end.port)
            for now, then, end in zip(found, before, ends, strict=True)
        ):
            return found
        time.sleep(PAUSE_S)


def _came(before: Sockets, now: Sockets, port: int, count: int) -> bool:
    """Whether `count` more are open; or, where the far side closes whatever comes, have been."""
    return count in (now.open_on(port) - before.open_on(port), now.seen_on(port) - before.seen_on(port))


@contextmanager
def held_process(machine: Target, words: Sequence[str], *more: str) -> Iterator[str]:
    """A process of its own on the machine, from the moment it says our nonce; it ends with its stdin, and
    after `HELD_S` at the latest. The nonce is the word after `words`.

    Yields what it complained about when it ended instead.
    """
    nonce = secrets.token_hex(12)
    limited = ("env", "LC_ALL=C", "timeout", "-k", "1", str(HELD_S), *words, nonce, *more)
    process = subprocess.Popen(
        machine.opening(*limited),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    try:
        yield "" if _says(process.stdout.fileno(), nonce) else _complaint(process)
    finally:
        with suppress(OSError):
            process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(2)
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def _says(descriptor: int, nonce: str) -> bool:
    """Whether the nonce comes; False when the output ends before it. Raises `TimedOut`."""
    heard, deadline = b"", Deadline.after(OPEN_S)
    while nonce.encode() not in heard:
        if not select.select([descriptor], [], [], deadline.remaining_s())[0]:
            raise TimedOut(f"a process on the machine did not start within {OPEN_S:g} s")
        piece = os.read(descriptor, 4096)
        if not piece or len(heard) > MAX_SAID_BYTES:
            return False
        heard += piece
    return True


def _complaint(process: subprocess.Popen[bytes]) -> str:
    """What it wrote on stderr, in one line, or its exit status."""
    assert process.stderr
    with suppress(subprocess.TimeoutExpired):
        process.wait(2)
    heard = b""
    while select.select([process.stderr], [], [], 0)[0] and len(heard) < MAX_SAID_BYTES:
        piece = os.read(process.stderr.fileno(), 4096)
        if not piece:
            break
        heard += piece
    return " ".join(heard.decode("utf-8", "replace").split()) or f"exit status {process.poll()}"
