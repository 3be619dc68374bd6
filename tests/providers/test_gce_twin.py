"""VMs of the twin, asked for with Google's own client as on the real cloud."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.clouds.compute import Compute
from pytest_cloudlab.errors import NotFound, TargetLost, UsageError
from pytest_cloudlab.providers import gce, key_pair
from pytest_cloudlab.providers.ledger import Ledger, State
from pytest_cloudlab.providers.sweep import Outcome, sweep
from pytest_cloudlab.targets import Target
from pytest_cloudlab.twin import control
from pytest_cloudlab.twin.state import TwinInfo

from .doomed_vm import PROJECT, ZONE, spec

pytestmark = pytest.mark.docker

DOOMED_VM = Path(__file__).with_name("doomed_vm.py")


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwinInfo]:
    state = tmp_path_factory.mktemp("providers-twin") / "state"
    yield control.up(state, project=PROJECT, zones=[ZONE])
    control.down(state)


@pytest.fixture
def compute(twin: TwinInfo, monkeypatch: pytest.MonkeyPatch) -> Compute:
    for name, value in twin.environment().items():
        monkeypatch.setenv(name, value)
    return Compute(PROJECT)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return key_pair.generate(tmp_path)


@pytest.fixture
def make(compute: Compute) -> Iterator[Compute]:
    yield compute
    for instance in compute.instances([ZONE]):
        with contextlib.suppress(NotFound):
            compute.delete(instance.name, ZONE)


def no_containers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests' containers are not swept from here."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///no/such/docker.sock")


def test_a_provisioned_vm_runs_and_is_gone_afterwards(compute: Compute, ledger: Ledger) -> None:
    """Provisioned with a key of its own and entered with the host key it published; no VM is left."""
    with gce.provision(compute, spec("vm-1"), ledger=ledger, ttl_s=600, ready_within_s=60) as machine:
        assert machine.target.run("whoami").text == "cloudlab"
        found = compute.instance("vm-1", [ZONE])
        [entry] = ledger.unreleased()
        assert found.labels == entry.labels
        assert (entry.where, entry.state) == (f"{PROJECT}/{ZONE}", State.CREATED)
    with pytest.raises(NotFound):
        compute.instance("vm-1", [ZONE])
    assert ledger.unreleased() == []


def test_the_cloud_itself_ends_it_when_its_time_is_up(compute: Compute, ledger: Ledger) -> None:
    """Nobody releases it, and the VM is gone after its time to live; releasing it later is no error."""
    machine = gce.provision(compute, spec("vm-2"), ledger=ledger, ttl_s=30, ready_within_s=60)
    began = time.monotonic()
    while time.monotonic() - began < 60:
        try:
            compute.instance("vm-2", [ZONE])
        except NotFound:
            break
        time.sleep(1)
    else:
        pytest.fail("still there")
    machine.release()
    assert ledger.unreleased() == []


def test_a_taken_name_leaves_the_others_vm(make: Compute, ledger: Ledger, key: Path, tmp_path: Path) -> None:
    """The API's refusal passes through; the VM that has the name stays, and can be attached to."""
    keys = f"student:{key_pair.public_half(key)}"
    make.create(spec("vm-3", {"ssh-keys": keys, "enable-guest-attributes": "TRUE"}))
    with pytest.raises(UsageError, match="already exists"):
        gce.provision(make, spec("vm-3"), ledger=ledger, ttl_s=600)
    assert ledger.unreleased() == []

    def attach() -> Target:
        return gce.attach(make, "vm-3", [ZONE], user="student", key=key, known_hosts_dir=tmp_path / "known")

    with attach() as target:
        assert target.run("whoami").text == "student"
    assert make.instance("vm-3", [ZONE]).status == "RUNNING"
    make.stop("vm-3", ZONE)
    with pytest.raises(TargetLost, match="TERMINATED"):
        attach()


def test_a_vm_without_guest_attributes_needs_leave_to_be_trusted(
    make: Compute, key: Path, tmp_path: Path
) -> None:
    """As students create theirs: nobody knows the key, until the roster lets the first one be trusted."""
    make.create(spec("vm-4", {"ssh-keys": f"student:{key_pair.public_half(key)}"}))
    known = tmp_path / "known"
    with pytest.raises(TargetLost, match="nobody knows the host key"):
        gce.attach(make, "vm-4", [ZONE], user="student", key=key, known_hosts_dir=known)
    with gce.attach(
        make, "vm-4", [ZONE], user="student", key=key, known_hosts_dir=known, trust_new_host_keys=True
    ) as target:
        assert target.run("whoami").text == "student"


@pytest.mark.parametrize("point", ["planned", "created", "running"])
def test_a_killed_run_leaves_no_vm_after_a_sweep(
    make: Compute, ledger: Ledger, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever a run dies, a sweep deletes its VM and the private key it made, and no other VM."""
    no_containers(monkeypatch)
    make.create(spec("bystander"))
    died = subprocess.run([sys.executable, DOOMED_VM, ledger.path, point], timeout=120)
    assert died.returncode == -9
    assert len(ledger.unreleased()) == 1
    monkeypatch.setattr("pytest_cloudlab.providers.sweep.SETTLE_S", 0)

    [swept] = sweep(ledger, compute_for=Compute)
    assert swept.outcome is (Outcome.ALREADY_GONE if point == "planned" else Outcome.DELETED)
    assert [instance.name for instance in make.instances([ZONE])] == ["bystander"]
    assert ledger.unreleased() == []
    assert list(ledger.path.parent.glob("private/*")) == []
