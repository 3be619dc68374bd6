"""One member's session as a task on a Dask worker: what it tells is sent on as it comes.

The session runs in a process of its own, forked as on any machine. Its data is in a folder that is gone with
the task: the journal is written by the grader alone. Its environment, with the credentials that its checks
look with, is the worker's.
"""

from __future__ import annotations

import contextlib
import functools
import secrets
import tempfile
from pathlib import Path

import msgspec
from distributed import Queue, get_client, get_worker

from pytest_cloudlab import __version__
from pytest_cloudlab.assignment import assign
from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.errors import CloudlabError, NotFound, UsageError
from pytest_cloudlab.evidence import EvidenceStore
from pytest_cloudlab.grading.assize import Assize
from pytest_cloudlab.grading.events import Observed, read_event
from pytest_cloudlab.grading.hearing import End
from pytest_cloudlab.grading.letters import (
    MOST_EVIDENCE_BYTES,
    PART_BYTES,
    Letter,
    Line,
    Order,
    Over,
    Proof,
    Refused,
)
from pytest_cloudlab.grading.parcel import unpack
from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.model import Evidence, Lab
from pytest_cloudlab.roster import load_roster
from pytest_cloudlab.waiting import Deadline

READ_WITHIN_S = 60.0
"""Who does not take a letter for so long is not there any more."""


def sit(order: bytes, queue: str) -> None:
    """Judge the member of `order`, an `Order` as MessagePack; its letters go into the queue of that name."""
    told = msgspec.msgpack.decode(order, type=Order)
    with (
        contextlib.closing(Post(queue)) as post,
        tempfile.TemporaryDirectory(prefix="cloudlab-", ignore_cleanup_errors=True) as folder,
        contextlib.suppress(TimeoutError),  # the grader has had the same time
    ):
        try:
            assize = _assize(told, Path(folder))
        except CloudlabError as error:
            post.send(Refused(error.message.replace(folder, ""), error.remedy))
            return
        proofs = Proofs(EvidenceStore(assize.data / "evidence"), post)
        hearing = _sessions(told.extras).attend(assize, told.brief, Deadline.after(told.limit_s))
        with contextlib.closing(hearing):
            for heard in hearing:
                if not post.wanted:
                    return
                if isinstance(heard, End):
                    post.send(Over(heard.status, heard.said))
                elif heard:
                    proofs.send_those_of(heard)
                    post.send(Line(heard))


def _assize(told: Order, folder: Path) -> Assize:
    if told.version != __version__:
        raise UsageError(
            f"a worker has pytest-cloudlab {__version__}, the grader {told.version}",
            remedy="Install the same version on both.",
        )
    unpacked = unpack(told.parcel, folder)
    lab, roster = load_roster(unpacked.roster, unpacked.lab)
    _require_same(lab, told)
    return Assize(
        assign(lab, roster, told.member),
        unpacked.roster,
        folder / ".cloudlab",
        told.final,
        told.act,
        told.again,
        told.step,
        told.retry_s,
        told.until,
    )


def _require_same(lab: Lab, told: Order) -> None:
    if read_checks(lab) != told.checks:
        raise UsageError(
            f"a worker has other checks in the lab {lab.id!r} than the grader",
            remedy="Install the same version of the lab on both.",
        )


@functools.cache
def _sessions(extras: tuple[str, ...]) -> Sessions:
    """One for all tasks of this worker: what forks them has its imports done. It ends with the worker."""
    return Sessions(extras)


class Post:
    """The way back to the grader."""

    def __init__(self, queue: str) -> None:
        self._worker = get_worker()
        self._key = self._worker.get_current_task()
        self._queue = Queue(queue, client=get_client())
        self._attempt = secrets.token_hex(8)
        self._number = 0

    def send(self, content: Line | Proof | Over | Refused) -> None:
        """Raises `TimeoutError` when nobody takes letters."""
        letter = Letter(self._attempt, self._number, content)
        self._queue.put(msgspec.msgpack.encode(letter), timeout=READ_WITHIN_S)
        self._number += 1

    @property
    def wanted(self) -> bool:
        """Whether the grader is still there and has not given the task up."""
        task = self._worker.state.tasks.get(self._key)
        return task is not None and task.state != "cancelled"

    def close(self) -> None:
        self._queue.close()


class Proofs:
    def __init__(self, store: EvidenceStore, post: Post) -> None:
        self._store = store
        self._post = post
        self._sent: set[str] = set()
        self._left_bytes = MOST_EVIDENCE_BYTES

    def send_those_of(self, line: bytes) -> None:
        try:
            event = read_event(line)
        except msgspec.MsgspecError:
            return
        if isinstance(event, Observed):
            for one in event.observation.evidence:
                if one.sha256 not in self._sent:
                    self._send(one)

    def _send(self, one: Evidence) -> None:
        try:
            data = self._store.read(one)
        except NotFound:
            return
        if len(data) > self._left_bytes:
            return
        self._left_bytes -= len(data)
        self._sent.add(one.sha256)
        for start in range(0, max(1, len(data)), PART_BYTES):
            end = start + PART_BYTES
            self._post.send(Proof(one.sha256, data[start:end], last=end >= len(data)))
