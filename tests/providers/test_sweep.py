"""What a sweep deletes and what it leaves alone, on a real engine."""

from __future__ import annotations

import fcntl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.errors import NotFound, Unreachable
from pytest_cloudlab.providers import docker
from pytest_cloudlab.providers import sweep as sweep_module
from pytest_cloudlab.providers.engine import Engine
from pytest_cloudlab.providers.ledger import Ledger, State
from pytest_cloudlab.providers.sweep import Outcome, Swept, sweep

from .doomed_run import POINTS

IMAGE = "cloudlab/debian:bookworm"
DOOMED_RUN = Path(__file__).with_name("doomed_run.py")

pytestmark = pytest.mark.docker


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """A sweep looks at the whole engine: no other test process may sweep what this one has made. For the
    same reason no test here sweeps, other than dry, with a `now` in the future."""
    with Path(tempfile.gettempdir(), "cloudlab-tests-sweep.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def about(name: str, swept: list[Swept]) -> list[tuple[Outcome, str]]:
    """What a sweep said about one thing: others may run tests on this engine at the same time."""
    return [(each.outcome, each.why) for each in swept if each.name == name]


def exists(engine: Engine, name: str) -> bool:
    try:
        engine.container(name)
    except NotFound:
        return False
    return True


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_run_leaves_nothing_after_a_sweep(
    ledger: Ledger, engine: Engine, name: str, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever a run dies between writing its plan and starting the container, a sweep ends up with
    no container and nothing in the ledger."""
    died = subprocess.run([sys.executable, DOOMED_RUN, ledger.path, name, point], timeout=60)
    assert died.returncode == -9
    [entry] = ledger.unreleased()
    assert entry.state is (State.PLANNED if point in ("planned", "created but not marked") else State.CREATED)
    assert exists(engine, name) is (point != "planned")

    monkeypatch.setattr(sweep_module, "SETTLE_S", 0)
    sweep(ledger)
    assert not exists(engine, name)
    assert ledger.unreleased() == []


def test_a_living_run_is_left_alone_and_swept_once_it_is_killed(
    ledger: Ledger, engine: Engine, name: str
) -> None:
    """The same container is kept while its process lives and deleted right after it was killed."""
    argv = [sys.executable, str(DOOMED_RUN), str(ledger.path), name, "running"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as run:
        try:
            assert run.stdout is not None
            assert run.stdout.readline() == b"running\n"
            assert about(name, sweep(ledger)) == []
            assert engine.container(name).status == "running"
        finally:
            run.kill()
    assert about(name, sweep(ledger)) == [(Outcome.DELETED, "its run is dead")]
    assert not exists(engine, name)
    assert ledger.unreleased() == []


def test_a_plan_of_a_moment_ago_is_looked_at_again(ledger: Ledger, engine: Engine, name: str) -> None:
    """A run that died while the engine was creating: what is not there yet stays in the ledger, so that
    the next sweep finds what has come."""
    subprocess.run([sys.executable, DOOMED_RUN, ledger.path, name, "planned"], timeout=60)
    assert about(name, sweep(ledger)) == [(Outcome.KEPT, "its run is dead")]
    [entry] = ledger.unreleased()
    engine.create(IMAGE, ["sleep", "60"], name=name, labels=entry.labels)
    assert about(name, sweep(ledger)) == [(Outcome.DELETED, "its run is dead")]
    assert not exists(engine, name)


def test_an_entry_whose_container_is_gone_is_closed(ledger: Ledger, engine: Engine, name: str) -> None:
    """A created entry without a container is already gone; it does not come up again."""
    entry = ledger.plan("docker", name, where=engine.address, ttl_s=-1)
    ledger.mark_created(entry)
    assert about(name, sweep(ledger)) == [(Outcome.ALREADY_GONE, "expired")]
    assert about(name, sweep(ledger)) == []


def test_what_is_expired_goes_even_if_its_run_lives(
    ledger: Ledger, engine: Engine, new_name: Callable[[], str]
) -> None:
    """Expiry, to the second, ends a claim; before it, even the run that owns the container keeps it."""
    living, expired = new_name(), new_name()
    with docker.provision(IMAGE, name=living, ledger=ledger, ttl_s=600):
        [entry] = ledger.unreleased()
        assert about(living, sweep(ledger, now=entry.expires_at - 1, dry_run=True)) == []
        at_the_end = about(living, sweep(ledger, now=entry.expires_at, dry_run=True))
        assert at_the_end == [(Outcome.WOULD_DELETE, "expired")]

        past = ledger.plan("docker", expired, where=engine.address, ttl_s=-1)
        engine.start(engine.create(IMAGE, ["sleep", "60"], name=expired, labels=past.labels))
        ledger.mark_created(past)
        assert about(expired, sweep(ledger)) == [(Outcome.DELETED, "expired")]
        assert not exists(engine, expired)
        assert ledger.unreleased() == [entry]


def test_a_dry_run_deletes_nothing(ledger: Ledger, engine: Engine, new_name: Callable[[], str]) -> None:
    """It names what a sweep would delete, known or not, and leaves it and the ledger as they are."""
    known, unknown = new_name(), new_name()
    with docker.provision(IMAGE, name=known, ledger=ledger, ttl_s=60):
        labels = {"cloudlab-run": "elsewhere", "cloudlab-expires": str(int(time.time()) - 1)}
        engine.create(IMAGE, ["sleep", "60"], name=unknown, labels=labels)
        [entry] = ledger.unreleased()
        swept = sweep(ledger, now=entry.expires_at + 1, dry_run=True)
        assert about(known, swept) == [(Outcome.WOULD_DELETE, "expired")]
        assert about(unknown, swept) == [(Outcome.WOULD_DELETE, "expired, and in no ledger here")]
        assert exists(engine, known)
        assert exists(engine, unknown)
        assert ledger.unreleased() == [entry]


def test_a_labelled_container_in_no_ledger_goes_once_it_is_expired(
    ledger: Ledger, engine: Engine, new_name: Callable[[], str]
) -> None:
    """A lost ledger does not mean a lost container; one that is not expired may be a living run's."""
    expired, living, odd = new_name(), new_name(), new_name()
    now = int(time.time())
    for name, expires in ((expired, str(now - 1)), (living, str(now + 60)), (odd, "soon")):
        labels = {"cloudlab-run": "elsewhere", "cloudlab-expires": expires}
        engine.create(IMAGE, ["sleep", "60"], name=name, labels=labels)
    swept = sweep(ledger)
    assert about(expired, swept) == [(Outcome.DELETED, "expired, and in no ledger here")]
    assert about(living, swept) == about(odd, swept) == []
    assert [exists(engine, name) for name in (expired, living, odd)] == [False, True, True]


def test_an_attached_container_and_a_strangers_are_left_alone(
    ledger: Ledger, engine: Engine, new_name: Callable[[], str]
) -> None:
    """Attaching writes no entry, and what carries no label of ours is nobody's to sweep."""
    name = new_name()
    engine.start(engine.create(IMAGE, ["sleep", "60"], name=name, labels={"theirs": "yes"}))
    docker.attach(name).close()
    assert ledger.unreleased() == []
    assert about(name, sweep(ledger)) == []
    assert engine.container(name).status == "running"


def test_a_stranger_who_took_the_name_is_left_alone(ledger: Ledger, engine: Engine, name: str) -> None:
    """When an entry's container is gone and another one bears its name, the entry is closed, the other
    one stays: also when it is of the same run, but provisioned later."""
    entry = ledger.plan("docker", name, where=engine.address, ttl_s=-1)
    ledger.mark_created(entry)
    later = {**entry.labels, "cloudlab-expires": str(int(time.time()) + 600)}
    engine.create(IMAGE, ["sleep", "60"], name=name, labels=later)
    assert about(name, sweep(ledger)) == [(Outcome.ALREADY_GONE, "expired")]
    assert exists(engine, name)
    assert ledger.unreleased() == []


def test_what_cannot_be_deleted_stays_in_the_ledger_and_is_said(
    ledger: Ledger, engine: Engine, new_name: Callable[[], str]
) -> None:
    """An engine that does not answer keeps its entries, with the reason; the others are still swept."""
    unreachable, gone, unknown_kind = new_name(), new_name(), new_name()
    ledger.mark_created(ledger.plan("docker", unreachable, where="unix:///no/such.sock", ttl_s=-1))
    ledger.mark_created(ledger.plan("spaceship", unknown_kind, where="orbit", ttl_s=-1))
    ledger.mark_created(ledger.plan("docker", gone, where=engine.address, ttl_s=-1))
    lines: list[str] = []
    swept = sweep(ledger, progress=lines.append)
    assert about(unreachable, swept) == about(unknown_kind, swept) == [(Outcome.KEPT, "expired")]
    assert about(gone, swept) == [(Outcome.ALREADY_GONE, "expired")]
    assert [entry.name for entry in ledger.unreleased()] == [unreachable, unknown_kind]
    assert any("no Docker engine answers" in line for line in lines)


def test_a_machine_without_an_engine_is_swept_of_the_rest(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That containers could not be looked for is told, and no error."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///no/such/docker.sock")
    lines: list[str] = []
    assert sweep(ledger, progress=lines.append) == []
    assert lines == ["containers were not looked for: no Docker engine answers"]


def test_a_vm_is_kept_when_compute_engine_cannot_be_asked(ledger: Ledger) -> None:
    """Without a way to ask, and when asking fails, the VM's entry stays."""
    ledger.mark_created(ledger.plan("gce", "vm", where="course/europe-west1-b", ttl_s=-1))

    def no_answer(project: str) -> docker.Container:
        assert project == "course"
        raise Unreachable("503")

    for compute_for in (None, no_answer):
        assert about("vm", sweep(ledger, compute_for=compute_for)) == [(Outcome.KEPT, "expired")]  # type: ignore[arg-type]
    assert len(ledger.unreleased()) == 1
