"""A class judged on a Dask cluster: a real scheduler and two workers on this machine, one of them killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from pytest_cloudlab.assignment import assign
from pytest_cloudlab.cli.command import cloudlab
from pytest_cloudlab.errors import CloudlabError, CouldNotLook, TimedOut, Unreachable, UsageError
from pytest_cloudlab.evidence import EvidenceStore
from pytest_cloudlab.grading.assize import Assize
from pytest_cloudlab.grading.engines import Engine, engine_of
from pytest_cloudlab.grading.events import Event, Judged
from pytest_cloudlab.grading.member import judge
from pytest_cloudlab.grading.roll import Sitting, judge_class
from pytest_cloudlab.journal import open_journal
from pytest_cloudlab.model import Observation
from pytest_cloudlab.roster import load_roster
from tests.labs import write_lab, write_roster

pytest.importorskip("distributed")
pytestmark = pytest.mark.xdist_group("dask")

CHECKS = """
import os, time
from pathlib import Path

import pytest

pytestmark = pytest.mark.step("1")
HERE = Path({here!r})


def test_rope_is_taken(member, measure, keep, request):
    '''You took a rope.'''
    folder = str(request.config.getoption("cloudlab_dir"))
    measure(worker=os.environ["TEST_WORKER"], file=__file__, folder=folder)
    keep("rope.txt", b"the rope of " + member.id.encode(), "text/plain")
    keep("large.bin", b"x" * 3_000_000, "application/octet-stream")


def test_rope_is_long(member, tidy):
    '''Your rope is long.'''
    (HERE / f"asked-{{member.id}}").write_text(os.environ["TEST_WORKER"])
    while (HERE / f"wait-{{member.id}}").exists():
        time.sleep(0.05)
    assert member.id == "alice", "It is short."


@pytest.mark.outcome(needs="test_rope_is_long")
def test_knot_holds():
    '''Your knot holds.'''


@pytest.fixture
def tidy(member):
    yield
    (HERE / f"tidied-{{member.id}}").write_text("x")
"""
NAMES = ["test_rope_is_taken", "test_rope_is_long", "test_knot_holds"]


@dataclass
class Cluster:
    address: str
    workers: dict[str, subprocess.Popen[bytes]]


def wait_for(path: Path, within_s: float = 60) -> str:
    end = time.monotonic() + within_s
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < end, f"{path} did not come"
        time.sleep(0.05)
    return path.read_text()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    file = folder / "scheduler.json"
    common = ("--scheduler-file", str(file), "--host", "127.0.0.1", "--no-dashboard")
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: str, **environment: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("dask")), *words],
            cwd=folder,
            # A worker that is killed leaves what it had begun: here, where pytest removes it.
            env={**os.environ, "TMPDIR": str(folder), **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        started.append(process)
        return process

    try:
        start("scheduler", *common, "--port", "0")
        wait_for(file)
        worker = ("worker", *common, "--nthreads", "2", "--no-nanny")
        workers = {name: start(*worker, TEST_WORKER=name) for name in ("left", "right")}
        yield Cluster(json.loads(file.read_text())["address"].replace("tcp:", "dask:"), workers)
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def engine(cluster: Cluster) -> Iterator[Engine]:
    with engine_of(cluster.address, ()) as engine:
        yield engine


class Class:
    """Alice and Bob, their lab in a folder that is no installed one, and a journal."""

    def __init__(self, here: Path) -> None:
        self.here = here
        self.data = here / ".cloudlab"
        self.lab = write_lab(here, {"test_1.py": CHECKS.format(here=str(here))})
        self.roster = write_roster(here, self.lab)
        self.on_judged: Callable[[str, str], None] = lambda member, check: None

    def assize(self, who: str) -> Assize:
        return Assize(assign(*load_roster(self.roster), who), self.roster, self.data, retry_s=0)

    def judge(self, engine: Engine) -> list[CloudlabError | None]:
        """What was wrong with Alice's session and with Bob's."""
        with contextlib.closing(open_journal(self.data)) as journal:
            both = [self.assize("alice"), self.assize("bob")]
            run = journal.start_run("knots", both[0].checks)
            return [one.problem for one in judge_class(both, run, journal, self, engine)]

    def judge_alice(self, engine: Engine, *, limit_s: float = 60) -> None:
        with contextlib.closing(open_journal(self.data)) as journal:
            judge(self.assize("alice"), "r", journal, engine, lambda event: None, limit_s=limit_s)

    def begun(self, assize: Assize) -> None:
        pass

    def heard(self, assize: Assize, event: Event) -> None:
        if isinstance(event, Judged):
            self.on_judged(assize.assignment.member.id, event.standing.check.name)

    def ended(self, sitting: Sitting) -> None:
        pass

    def observed(self) -> list[Observation]:
        with contextlib.closing(open_journal(self.data)) as journal:
            return list(journal.observations("knots"))

    def verdicts(self, who: str) -> list[tuple[str, str]]:
        return [(one.check, str(one.verdict)) for one in self.observed() if one.member == who]

    def hold(self, who: str) -> None:
        """The member's second check waits until she is let go on."""
        (self.here / f"wait-{who}").write_text("x")

    def go_on(self, who: str) -> None:
        (self.here / f"wait-{who}").unlink()

    def asked_by(self, who: str) -> str:
        """The worker that asks the member's second check, once it does."""
        return wait_for(self.here / f"asked-{who}")


@pytest.fixture
def the_class(tmp_path: Path) -> Class:
    return Class(tmp_path)


ALICE = [(name, "passed") for name in NAMES]
BOB = [(NAMES[0], "passed"), (NAMES[1], "failed"), (NAMES[2], "blocked")]


def test_a_class_is_judged_on_the_cluster(the_class: Class, engine: Engine) -> None:
    """In sessions of the workers, with the lab sent there; the journal and the evidence are here alone."""
    assert the_class.judge(engine) == [None, None]
    assert (the_class.verdicts("alice"), the_class.verdicts("bob")) == (ALICE, BOB)
    for one in the_class.observed():
        if one.check == NAMES[0]:
            assert one.measured["worker"] in ("left", "right")
            assert not Path(one.measured["file"]).exists()
            assert str(the_class.here) not in one.measured["file"] + one.measured["folder"]
            store = EvidenceStore(the_class.data / "evidence")
            text, large = (store.read(each) for each in one.evidence)
            assert text == b"the rope of " + one.member.encode()
            assert len(large) == 3_000_000
    assert len({one.run for one in the_class.observed()}) == 1


def test_what_is_seen_comes_while_the_session_runs(the_class: Class, engine: Engine) -> None:
    """It is in the journal before the session has ended."""
    the_class.hold("alice")
    seen: list[list[tuple[str, str]]] = []

    def judged(member: str, check: str) -> None:
        if (member, check) == ("alice", NAMES[0]):
            seen.append(the_class.verdicts("alice"))
            the_class.go_on("alice")

    the_class.on_judged = judged
    assert the_class.judge(engine) == [None, None]
    assert seen == [ALICE[:1]]


def test_giving_up_ends_the_sessions_there(the_class: Class, engine: Engine) -> None:
    """With the grace that they have anywhere: fixtures are taken down."""
    the_class.hold("alice")

    def stop() -> None:
        the_class.asked_by("alice")
        engine.close()

    stopping = threading.Thread(target=stop)
    stopping.start()
    with pytest.raises(CouldNotLook, match="was stopped"):
        the_class.judge_alice(engine)
    stopping.join()
    wait_for(the_class.here / "tidied-alice")
    assert the_class.verdicts("alice") == ALICE[:1]


def test_a_session_at_its_limit_is_ended(the_class: Class, engine: Engine) -> None:
    the_class.hold("alice")
    with pytest.raises(TimedOut, match="did not end within"):
        the_class.judge_alice(engine, limit_s=10)
    wait_for(the_class.here / "tidied-alice")


def test_a_session_that_dies_on_a_worker_is_told_as_one_here(the_class: Class, engine: Engine) -> None:
    checks = the_class.lab / "test_1.py"
    checks.write_text(checks.read_text().replace("assert member.id", "os._exit(7); assert member.id"))
    with pytest.raises(CouldNotLook, match=r"of alice ended unexpectedly \(status 7\)"):
        the_class.judge_alice(engine)
    assert the_class.verdicts("alice") == ALICE[:1]


def test_workers_of_another_version_judge_nobody(
    the_class: Class, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pytest_cloudlab.grading.dask_engine.__version__", "0.0.7")
    with pytest.raises(UsageError, match=r"the grader 0\.0\.7"):
        the_class.judge(engine)
    assert the_class.observed() == []


def test_the_command_judges_on_the_cluster(the_class: Class, cluster: Cluster) -> None:
    result = CliRunner().invoke(
        cloudlab, ["grade", str(the_class.roster), "--engine", cluster.address], standalone_mode=False
    )
    assert (result.exception, result.return_value) == (None, 0), result.output
    assert (the_class.verdicts("alice"), the_class.verdicts("bob")) == (ALICE, BOB)


@pytest.mark.parametrize("address", ["dask:127.0.0.1:1", "ray://127.0.0.1:1", "dask://", "127.0.0.1:8786"])
def test_an_address_is_of_a_dask_scheduler(address: str) -> None:
    with pytest.raises(UsageError, match="expected dask://HOST:PORT"):
        engine_of(address, ())


def test_where_no_scheduler_answers_nobody_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_cloudlab.grading.dask_engine.CONNECT_S", 1)
    with pytest.raises(Unreachable, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1 "):
        engine_of("dask://127.0.0.1:1", ())


def test_a_worker_that_is_killed_costs_nobody_anything(
    the_class: Class, cluster: Cluster, engine: Engine
) -> None:
    """What it had told is kept and not told twice; another worker goes on. Last, for a worker is gone."""
    the_class.hold("alice")

    told = threading.Event()

    def judged(member: str, check: str) -> None:
        if (member, check) == ("alice", NAMES[0]):
            told.set()

    def kill() -> None:
        assert told.wait(60)
        cluster.workers[the_class.asked_by("alice")].send_signal(signal.SIGKILL)
        the_class.go_on("alice")

    the_class.on_judged = judged
    killing = threading.Thread(target=kill)
    killing.start()
    assert the_class.judge(engine) == [None, None]
    killing.join()
    assert the_class.verdicts("alice") == ALICE
    by = {one.check: one.measured.get("worker") for one in the_class.observed() if one.member == "alice"}
    killed = next(name for name, one in cluster.workers.items() if one.poll() is not None)
    assert by[NAMES[0]] == killed
    assert (the_class.here / "asked-alice").read_text() != killed
    assert the_class.verdicts("bob") == BOB, "who may have been on the same worker"
