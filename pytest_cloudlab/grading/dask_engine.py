"""Sessions as tasks on a Dask cluster that exists already: sent there, and followed from here."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from distributed import Client, Future, Queue

from pytest_cloudlab import __version__
from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.errors import CouldNotLook, TargetLost, Unreachable, UsageError
from pytest_cloudlab.evidence import EvidenceStore
from pytest_cloudlab.grading.assize import Assize
from pytest_cloudlab.grading.dask_task import sit
from pytest_cloudlab.grading.hearing import TICK_S, End, Hearing
from pytest_cloudlab.grading.letters import Letter, Line, Order, Over, Proof, Refused
from pytest_cloudlab.grading.parcel import Parcel, pack
from pytest_cloudlab.grading.received import Received
from pytest_cloudlab.grading.record import Brief
from pytest_cloudlab.redaction import plain
from pytest_cloudlab.waiting import Deadline

CONNECT_S = 10.0
WAITING = 32
"""Letters of one task that may wait for us: a task that is faster waits itself."""
AGAIN = "What it had judged is kept. Run it again."


class Dask:
    """An engine. `extras` are what the lab's sessions need, to be imported once in each worker."""

    def __init__(self, address: str, extras: Iterable[str] = ()) -> None:
        """Raises `Unreachable` where no scheduler answers at `address`, or it has no workers."""
        self._extras = tuple(extras)
        self._closed = False
        self._running: dict[str, Future[None]] = {}
        self._parcels: dict[tuple[Path, str], Parcel] = {}
        try:
            self._client = Client(address, timeout=CONNECT_S, set_as_default=False, name="cloudlab")
        except (OSError, ValueError) as error:
            raise Unreachable(
                f"no Dask scheduler answers at {address} ({plain(str(error), 200)})",
                remedy="Start one with `dask scheduler`, or correct --engine.",
            ) from None
        try:
            self._client.wait_for_workers(1, timeout=CONNECT_S)
        except TimeoutError:
            self._client.close()
            raise Unreachable(
                f"the Dask scheduler at {address} has no workers", remedy=f"Start some: dask worker {address}"
            ) from None

    def attend(self, assize: Assize, brief: Brief, deadline: Deadline) -> Hearing:
        """As `pytest_cloudlab.grading.engines` has it."""
        one = assize.assignment
        name = f"cloudlab-{one.team.id}-{one.member.id}-{secrets.token_hex(8)}"
        order = msgspec.msgpack.encode(self._order(assize, brief, deadline))
        try:
            queue = Queue(name, client=self._client, maxsize=WAITING)
            task = self._client.submit(sit, order, name, key=name, pure=False)
        except OSError as error:
            raise _gone(error) from None
        self._running[name] = task
        try:
            yield from self._hear(task, queue, EvidenceStore(assize.data / "evidence"), deadline)
        finally:
            del self._running[name]
            with contextlib.suppress(Exception):  # whatever it is, it must not hide how the session ended
                task.cancel()
                queue.close()

    def _hear(self, task: Future[None], queue: Queue, store: EvidenceStore, deadline: Deadline) -> Hearing:
        received = Received(store)
        while True:
            done = task.done()  # asked first: by then its last letter is in the queue
            content = received.next(_take(queue))
            match content:
                case Line(line):
                    yield line
                case Proof():
                    pass
                case Over(status, said):
                    yield End(status, said)
                    return
                case Refused(message, remedy):
                    raise UsageError(plain(message, 2_000), remedy=plain(remedy, 500))
                case None if self._closed:
                    raise CouldNotLook("this run was stopped", remedy="Run it again.")
                case None if deadline.passed:
                    raise TimeoutError
                case None:
                    if done:
                        raise _failed(task)
                    yield b""

    def _order(self, assize: Assize, brief: Brief, deadline: Deadline) -> Order:
        one = assize.assignment
        place = (assize.roster_file, one.lab.folder)
        if place not in self._parcels:
            self._parcels[place] = pack(assize.roster_file, one.lab)
        return Order(
            version=__version__,
            parcel=self._parcels[place],
            team=one.team.id,
            member=one.member.id,
            brief=brief,
            checks=read_checks(one.lab),
            final=assize.final,
            act=assize.act,
            again=assize.again,
            step=assize.step,
            until=assize.until,
            retry_s=assize.retry_s,
            limit_s=deadline.remaining_s(),
            extras=self._extras,
        )

    def warm(self) -> None:
        pass

    def close(self) -> None:
        """Give up the tasks: each worker ends its session there, with its grace."""
        self._closed = True

    def kill(self) -> None:
        self._closed = True

    @property
    def busy(self) -> bool:
        return bool(self._running)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        self._client.close(timeout=CONNECT_S)


def _take(queue: Queue) -> Letter | None:
    try:
        return msgspec.msgpack.decode(queue.get(timeout=TICK_S), type=Letter)
    except TimeoutError:
        return None
    except OSError as error:
        raise _gone(error) from None


def _gone(error: OSError) -> CouldNotLook:
    return Unreachable(
        f"the Dask scheduler does not answer any more ({plain(str(error), 200)})", remedy=AGAIN
    )


def _failed(task: Future[None]) -> UsageError | CouldNotLook:
    """Why a task ended without having said how its session ended."""
    if task.status != "error":
        return TargetLost(f"the cluster gave the task up (it is {task.status})", remedy=AGAIN)
    error = task.exception()
    told = plain(f"{type(error).__name__}: {error}", 500)
    if isinstance(error, ImportError):
        return UsageError(
            f"a worker of the cluster cannot load pytest-cloudlab ({told})",
            remedy=f"Install it there too, version {__version__}: pip install 'pytest-cloudlab[dask]'",
        )
    return TargetLost(f"the task on the cluster failed ({told})", remedy=AGAIN)
