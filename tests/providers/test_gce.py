"""VMs whose SSH server is real and whose Compute Engine is a stand-in: `standin_compute`."""

from __future__ import annotations

import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.clouds.compute import InstanceSpec
from pytest_cloudlab.errors import (
    CloudlabError,
    Forbidden,
    NotFound,
    TargetLost,
    TimedOut,
    Unreachable,
    UsageError,
)
from pytest_cloudlab.providers import gce, host_keys, key_pair
from pytest_cloudlab.providers.engine import Engine
from pytest_cloudlab.providers.ledger import Ledger, State
from pytest_cloudlab.providers.sweep import Outcome, sweep

from .standin_compute import StandInCompute

pytestmark = pytest.mark.docker

ZONE = "europe-west1-b"
ZONES = ["europe-west4-a", ZONE]
ANOTHERS_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHVzZWQgYnkgbm9ib2R5IGFueXdoZXJlIGV2ZXIh"


@pytest.fixture
def compute(engine: Engine, new_name: Callable[[], str]) -> Iterator[StandInCompute]:
    prefix = new_name()
    compute = StandInCompute(engine, prefix)
    yield compute
    for name in compute.specs:
        engine.remove(compute.container(name))


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return key_pair.generate(tmp_path)


@pytest.fixture
def known_hosts(tmp_path: Path) -> Path:
    return tmp_path / "known_hosts"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nobody's own `~/.ssh` is looked at."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def students_vm(compute: StandInCompute, key: Path) -> StandInCompute:
    """A VM `vm` that somebody else made, which opens to `student` with `key`."""
    compute.create(spec(metadata={"ssh-keys": f"student:{key_pair.public_half(key)}"}))
    return compute


def spec(**changes: object) -> InstanceSpec:
    given: dict[str, object] = {
        "name": "vm",
        "zone": ZONE,
        "machine_type": "e2-small",
        "image_family": "debian-12",
        "image_project": "debian-cloud",
        "disk_size_gb": 10,
        "disk_type": "pd-standard",
        "scopes": (),
        "metadata": {},
        "labels": {},
        "max_run_s": 0,
    }
    return InstanceSpec(**{**given, **changes})  # type: ignore[arg-type]


def test_a_provisioned_vm_answers_ssh_and_is_released(compute: StandInCompute, ledger: Ledger) -> None:
    """Inside the block commands run in it with a key made for it alone, and the API ends it on its own
    after the time to live; after the block the VM, its entry and the key are gone."""
    asked = spec(labels={"lab": "be"}, metadata={"foo": "bar"})
    with gce.provision(compute, asked, ledger=ledger, ttl_s=599.5, ready_within_s=30) as machine:
        assert machine.target.run("whoami").text == "cloudlab"
        [entry] = ledger.unreleased()
        assert (entry.kind, entry.where, entry.state) == ("gce", f"standin/{ZONE}", State.CREATED)
        sent = compute.specs["vm"]
        assert sent.max_run_s == 600
        assert sent.labels == {"lab": "be", **entry.labels}
        assert sent.metadata["foo"] == "bar"
        assert sent.metadata["ssh-keys"].startswith("cloudlab:ssh-ed25519 ")
        private = ledger.private_folder(entry) / "id_ed25519"
        assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert compute.deleted == ["vm"]
    assert ledger.unreleased() == []
    assert not private.exists()


def test_a_given_key_and_the_specs_own_keys_both_open_it(
    compute: StandInCompute, ledger: Ledger, key: Path
) -> None:
    """The key of the spec's metadata keeps its account beside ours, and the given key stays ours."""
    asked = spec(metadata={"ssh-keys": f"student:{key_pair.public_half(key)}"})
    with gce.provision(
        compute, asked, ledger=ledger, ttl_s=60, ssh_user="teacher", ssh_key=key, ready_within_s=30
    ) as machine:
        assert machine.target.run("id -un student teacher; whoami").text.endswith("teacher")
        assert machine.target.run("id student").ok
    assert key.exists()


@pytest.mark.parametrize("failure", [Unreachable("503"), KeyboardInterrupt()])
def test_a_creation_that_ends_badly_leaves_no_vm(
    compute: StandInCompute, ledger: Ledger, failure: BaseException
) -> None:
    """The API went away, or someone pressed Ctrl-C, when the VM was already there: it is deleted."""
    compute.failure = failure
    with pytest.raises(type(failure)):
        gce.provision(compute, spec(), ledger=ledger, ttl_s=60)
    assert compute.deleted == ["vm"]
    assert ledger.unreleased() == []


def test_a_creation_nobody_knows_the_end_of_stays_in_the_ledger(
    compute: StandInCompute, ledger: Ledger
) -> None:
    """The API stopped answering altogether: the entry stays planned, and a later sweep deletes the VM."""
    compute.failure = compute.silent = Unreachable("503")
    with pytest.raises(Unreachable):
        gce.provision(compute, spec(), ledger=ledger, ttl_s=60)
    [entry] = ledger.unreleased()
    assert entry.state is State.PLANNED
    compute.silent = None
    assert gce.remove(compute, entry, ZONE)
    assert compute.deleted == ["vm"]


def test_a_spec_that_is_not_accepted_deletes_nobodys_vm(compute: StandInCompute, ledger: Ledger) -> None:
    """The name is taken by another's VM: the error passes through and the VM stays."""
    compute.create(spec())
    with pytest.raises(UsageError, match="already"):
        gce.provision(compute, spec(), ledger=ledger, ttl_s=60)
    assert compute.deleted == []
    assert ledger.unreleased() == []


def test_a_vm_that_never_lets_us_in_is_deleted(compute: StandInCompute, ledger: Ledger) -> None:
    """Without published host keys the wait ends at its limit, says so, and leaves no VM."""
    compute.published = []
    with pytest.raises(TimedOut, match="nobody knows the host key"):
        gce.provision(compute, spec(), ledger=ledger, ttl_s=60, ready_within_s=1)
    assert compute.deleted == ["vm"]
    assert ledger.unreleased() == []


def test_a_provisioned_vm_that_shows_another_key_is_refused_at_once(
    compute: StandInCompute, ledger: Ledger
) -> None:
    """No use in waiting for a stranger to become the VM."""
    compute.published = [ANOTHERS_KEY]
    began = time.monotonic()
    with pytest.raises(TargetLost):
        gce.provision(compute, spec(), ledger=ledger, ttl_s=60, ready_within_s=60)
    assert time.monotonic() - began < 30
    assert ledger.unreleased() == []


def test_a_time_to_live_below_the_clouds_own_is_refused(compute: StandInCompute, ledger: Ledger) -> None:
    """Compute Engine would refuse it, so nothing is asked of it."""
    with pytest.raises(UsageError, match="cannot live 5 s"):
        gce.provision(compute, spec(), ledger=ledger, ttl_s=5)
    assert compute.specs == {}


def test_release_fails_loudly_and_can_be_repeated(compute: StandInCompute, ledger: Ledger) -> None:
    """A cloud that does not answer leaves the entry; the next call deletes the VM."""
    machine = gce.provision(compute, spec(), ledger=ledger, ttl_s=60, ready_within_s=30)
    compute.silent = Unreachable("503")
    with pytest.raises(Unreachable):
        machine.release()
    assert len(ledger.unreleased()) == 1
    compute.silent = None
    machine.release()
    machine.release()
    assert compute.deleted == ["vm"]


def test_attach_trusts_the_keys_that_guest_attributes_name(
    students_vm: StandInCompute, key: Path, known_hosts: Path
) -> None:
    """The published key is enough; nothing has to be trusted, and nothing is deleted afterwards."""
    with gce.attach(students_vm, "vm", ZONES, user="student", key=key, known_hosts_dir=known_hosts) as target:
        assert target.run("whoami").text == "student"
    assert students_vm.deleted == []
    assert (
        f"compute.{students_vm.ids['vm']}" in (known_hosts / f"compute.{students_vm.ids['vm']}").read_text()
    )


@pytest.mark.parametrize("trust", [False, True])
def test_attach_refuses_a_host_key_that_is_not_the_published_one(
    students_vm: StandInCompute, key: Path, known_hosts: Path, trust: bool
) -> None:
    """Another key than the published one is refused, also where new keys are trusted."""
    students_vm.published = [ANOTHERS_KEY]
    target = gce.attach(
        students_vm,
        "vm",
        ZONES,
        user="student",
        key=key,
        known_hosts_dir=known_hosts,
        trust_new_host_keys=trust,
    )
    with target, pytest.raises(TargetLost) as caught:
        target.run("true")
    assert getattr(caught.value, "reason", "") == "host-key"


@pytest.mark.parametrize("hashed", [False, True])
@pytest.mark.parametrize("published", [[], Forbidden("no"), NotFound("none")], ids=["none", "403", "404"])
def test_attach_falls_back_on_what_gcloud_recorded(
    students_vm: StandInCompute,
    key: Path,
    known_hosts: Path,
    home: Path,
    hashed: bool,
    published: list[str] | CloudlabError,
) -> None:
    """Without published keys, the file that `gcloud compute ssh` keeps decides, also with hashed names."""
    students_vm.published = published
    recorded = home / ".ssh" / "google_compute_known_hosts"
    recorded.parent.mkdir(parents=True)
    name = f"compute.{students_vm.ids['vm']}"
    recorded.write_text(
        f"compute.1 {ANOTHERS_KEY}\n" + "".join(f"{name} {k}\n" for k in students_vm.true_keys("vm"))
    )
    if hashed:
        subprocess.run(["ssh-keygen", "-H", "-f", recorded], check=True, capture_output=True)
        assert name not in recorded.read_text()
    with gce.attach(students_vm, "vm", ZONES, user="student", key=key, known_hosts_dir=known_hosts) as target:
        assert target.run("whoami").text == "student"


def test_attach_needs_leave_to_trust_a_host_nobody_knows(
    students_vm: StandInCompute, key: Path, known_hosts: Path
) -> None:
    """No source knows the key: that is no answer about the VM, and the remedy names the three ways out."""
    students_vm.published = []
    with pytest.raises(TargetLost, match="nobody knows the host key") as caught:
        gce.attach(students_vm, "vm", ZONES, user="student", key=key, known_hosts_dir=known_hosts)
    for way_out in ("enable-guest-attributes", "gcloud compute ssh", "trust_new_host_keys"):
        assert way_out in caught.value.remedy


def test_a_trusted_new_key_is_kept_and_no_other_is_taken_later(
    students_vm: StandInCompute, key: Path, known_hosts: Path
) -> None:
    """The first key is accepted where the roster says so; when it changes, even that does not help."""
    students_vm.published = []

    def attach() -> str:
        with gce.attach(
            students_vm,
            "vm",
            ZONES,
            user="student",
            key=key,
            known_hosts_dir=known_hosts,
            trust_new_host_keys=True,
        ) as target:
            return target.run("whoami").text

    assert attach() == "student"
    assert attach() == "student"
    kept = known_hosts / host_keys.alias(students_vm.ids["vm"])
    kept.write_text(f"{kept.name} {ANOTHERS_KEY}\n")
    with pytest.raises(TargetLost):
        attach()


def test_what_a_vm_publishes_becomes_a_key_or_nothing(tmp_path: Path) -> None:
    """Whoever is root in a VM writes its guest attributes: markers, options and further lines that would
    vouch for other hosts never reach known_hosts."""
    file = tmp_path / "known_hosts"
    hostile = [
        f"x\n@cert-authority * {ANOTHERS_KEY}",
        f"{ANOTHERS_KEY}\n* {ANOTHERS_KEY}",
        f"@cert-authority * {ANOTHERS_KEY}",
        f"* {ANOTHERS_KEY}",
        "ssh-ed25519 short",
        "",
    ]
    assert not host_keys.learn(file, "compute.1", hostile)
    assert not file.exists()
    assert host_keys.learn(file, "compute.1", [*hostile, f"{ANOTHERS_KEY} root@vm"])
    assert file.read_text() == f"compute.1 {ANOTHERS_KEY}\n"


@pytest.mark.parametrize(
    ("status", "error", "message"),
    [
        ("TERMINATED", TargetLost, "does not run: it is TERMINATED"),
        ("STOPPING", TargetLost, "does not run: it is STOPPING"),
        ("STAGING", TargetLost, "still starting"),
    ],
)
def test_attach_says_when_a_vm_does_not_run(
    students_vm: StandInCompute,
    key: Path,
    known_hosts: Path,
    status: str,
    error: type[CloudlabError],
    message: str,
) -> None:
    """A stopped VM is a fact about it; one that is still starting is none yet."""
    students_vm.status = status
    with pytest.raises(error, match=message) as caught:
        gce.attach(students_vm, "vm", ZONES, user="student", key=key, known_hosts_dir=known_hosts)
    assert caught.value.remedy


def test_attach_says_when_a_vm_has_no_address(
    students_vm: StandInCompute, key: Path, known_hosts: Path
) -> None:
    """Without an external address it cannot be reached from here, which says nothing about what is in it."""
    students_vm.has_address = False
    with pytest.raises(TargetLost, match="no external address"):
        gce.attach(students_vm, "vm", ZONES, user="student", key=key, known_hosts_dir=known_hosts)


def test_attach_passes_on_that_there_is_no_such_vm(compute: StandInCompute, known_hosts: Path) -> None:
    """The API's own answer names the zones that were asked."""
    with pytest.raises(NotFound, match=ZONE):
        gce.attach(compute, "vm", ZONES, user="student", key=None, known_hosts_dir=known_hosts)


def test_a_key_that_cannot_be_used_is_named(compute: StandInCompute, ledger: Ledger, tmp_path: Path) -> None:
    """A file that is no private key, and one with a passphrase, are refused before anything is created."""
    nonsense = tmp_path / "nonsense"
    nonsense.write_text("nonsense")
    nonsense.chmod(0o600)
    locked = tmp_path / "locked"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", locked], check=True)
    for file in (nonsense, locked, tmp_path / "missing"):
        with pytest.raises(UsageError, match=str(file)):
            gce.provision(compute, spec(), ledger=ledger, ttl_s=60, ssh_key=file)
    assert compute.specs == {}
    assert ledger.unreleased() == []


def test_a_sweep_deletes_an_expired_vm_and_no_other_that_took_its_name(
    compute: StandInCompute, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The VM with the entry's labels goes; one that another made under the same name stays."""
    # Other tests' containers are not looked at.
    monkeypatch.setenv("DOCKER_HOST", "unix:///no/such/docker.sock")
    asked: list[str] = []

    def compute_for(project: str) -> StandInCompute:
        asked.append(project)
        return compute

    compute.create(spec(labels={"cloudlab-run": "another", "cloudlab-expires": "1"}))
    ledger.mark_created(ledger.plan("gce", "vm", where=f"standin/{ZONE}", ttl_s=-1))
    [swept] = sweep(ledger, compute_for=compute_for)
    assert (swept.outcome, compute.deleted, asked) == (Outcome.ALREADY_GONE, [], ["standin"])

    entry = ledger.plan("gce", "vm", where=f"standin/{ZONE}", ttl_s=-1)
    compute.specs["vm"] = spec(labels=entry.labels)
    [swept] = sweep(ledger, compute_for=compute_for)
    assert (swept.outcome, compute.deleted) == (Outcome.DELETED, ["vm"])
    assert ledger.unreleased() == []
