from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from google.oauth2.credentials import Credentials

from pytest_cloudlab.clouds.compute import Compute, Disk, InstanceSpec
from pytest_cloudlab.errors import (
    CloudlabError,
    Forbidden,
    NotFound,
    TimedOut,
    TooMuch,
    Unreachable,
    UsageError,
)

from .internet import Internet
from .odd_server import Asked

Z = "/compute/v1/projects/sdd/zones/z-a"
WWW = "https://www.googleapis.com/compute/v1/projects"
SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"
INSTANCE = {
    "kind": "compute#instance",
    "id": "8158349867263871",
    "name": "web",
    "zone": f"{WWW}/sdd/zones/z-a",
    "status": "RUNNING",
    "machineType": f"{WWW}/sdd/zones/z-a/machineTypes/n1-standard-1",
    "creationTimestamp": "2026-01-02T03:04:05.000-08:00",
    "serviceAccounts": [{"email": "x@y", "scopes": [SCOPE]}],
    "disks": [
        {"boot": True, "deviceName": "b", "source": f"{WWW}/sdd/zones/z-a/disks/web", "diskSizeGb": "50"},
        {"deviceName": "scratch", "type": "SCRATCH", "diskSizeGb": "375"},
    ],
    "networkInterfaces": [{"networkIP": "10.0.0.2", "accessConfigs": [{"natIP": "192.0.2.7"}]}],
    "metadata": {"fingerprint": "Zm9v", "items": [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]},
    "labels": {"cloudlab-run": "r1"},
}
DISK = {
    "name": "web",
    "sizeGb": "50",
    "type": f"{WWW}/sdd/zones/z-a/diskTypes/pd-standard",
    "sourceImage": f"{WWW}/ml-images/global/images/common-cpu-v1",
}
IMAGE = "/compute/v1/projects/ml-images/global/images/common-cpu-v1"
DONE = {"kind": "compute#operation", "name": "op-1", "status": "DONE"}
SPEC = InstanceSpec(
    name="web",
    zone="z-a",
    machine_type="n1-standard-1",
    image_family="common-cpu",
    image_project="ml-images",
    disk_size_gb=50,
    scopes=("storage-rw",),
    metadata={"k": "v"},
    labels={"cloudlab-run": "r1"},
    max_run_s=600,
)


def engine(**seconds: float) -> Compute:
    return Compute("sdd", credentials=Credentials("t0ken"), **{"deadline_s": 10, **seconds})  # type: ignore[no-untyped-call]


def error(status: int, message: str, reason: str = "") -> Callable[[Asked], None]:
    document = {"code": status, "message": message, "errors": [{"message": message, "reason": reason}]}
    return lambda asked: asked.say(status, {"error": document})


def missing(asked: Asked) -> None:
    path = asked.path.partition("?")[0].removeprefix("/compute/v1/")
    error(404, f"The resource '{path}' was not found", "notFound")(asked)


def serves(internet: Internet, **routes: Any) -> None:
    """Answers by method and path, e.g. `{"GET /x": {…}}`; the rest is not found."""
    known: dict[str, Any] = {"GET " + IMAGE: {"name": "common-cpu-v1", "family": "common-cpu"}, **routes}

    def script(asked: Asked) -> None:
        answer = known.get(f"{asked.command} {asked.path.partition('?')[0]}", missing)
        if callable(answer):
            answer(asked)
        else:
            asked.say(200, answer)

    internet.script = script


def serves_one(internet: Internet, **routes: Any) -> None:
    """A project with the VM `web` in zone z-a."""
    known: dict[str, Any] = {f"GET {Z}/instances/web": INSTANCE, f"GET {Z}/disks/web": DISK}
    serves(internet, **{**known, **routes})


def test_instance(internet: Internet) -> None:
    """A VM has what the API says of it, with its boot disk's image family looked up."""
    serves_one(internet)
    found = engine().instance("web", ["z-b", "z-a"])
    assert (found.name, found.id, found.zone, found.status) == ("web", "8158349867263871", "z-a", "RUNNING")
    assert (found.machine_type, found.scopes, found.external_ip) == ("n1-standard-1", (SCOPE,), "192.0.2.7")
    assert (found.metadata, found.labels) == ({"a": "1", "b": "2"}, {"cloudlab-run": "r1"})
    assert found.created == INSTANCE["creationTimestamp"]
    boot, scratch = found.disks
    assert boot == Disk("web", "z-a", 50, "pd-standard", DISK["sourceImage"], "common-cpu", True)
    assert (scratch.name, scratch.type, scratch.boot) == ("scratch", "local-ssd", False)


def test_the_real_endpoint_is_asked(internet: Internet) -> None:
    """Calls go to the API's own host, with the credentials given."""
    serves_one(internet)
    engine().instance("web", ["z-a"])
    assert set(internet.connected) == {"compute.googleapis.com:443"}
    assert {headers["Authorization"] for _, _, headers in internet.seen} == {"Bearer t0ken"}


def test_image_that_is_gone(internet: Internet) -> None:
    """A disk whose image was deleted has no image family, and keeps its image's address."""
    serves_one(internet, **{f"GET {IMAGE}": missing})
    disk = engine().instance("web", ["z-a"]).disks[0]
    assert (disk.image_family, disk.source_image) == ("", DISK["sourceImage"])


def test_instance_not_found(internet: Internet) -> None:
    """A VM that is in none of the zones is not found, and the message names them."""
    serves(internet)
    with pytest.raises(NotFound, match="project sdd has no VM web in z-a, z-b"):
        engine().instance("web", ["z-a", "z-b"])


@pytest.mark.parametrize("place", ["projects/sdd", "projects/sdd/zones/z-a"])
def test_wrong_place(internet: Internet, place: str) -> None:
    """A project or zone that does not exist is the roster's mistake, not a missing VM."""
    internet.script = error(404, f"The resource '{place}' was not found", "notFound")
    with pytest.raises(UsageError, match=place):
        engine().instance("web", ["z-a"])


def test_no_zones() -> None:
    """Without zones nothing is asked, and nothing is said not to exist."""
    with pytest.raises(UsageError, match="no zones"):
        engine().instance("web", [])
    with pytest.raises(UsageError, match="no zones"):
        engine().disks([])


@pytest.mark.parametrize(
    ("script", "kind", "said"),
    [
        (error(403, "Required permission for x", "forbidden"), Forbidden, "Required permission"),
        (error(401, "Invalid Credentials", "authError"), Forbidden, "sign-in refused"),
        (error(400, "Invalid value for field 'zone'. Unknown zone."), UsageError, "Unknown zone"),
        (error(403, "Quota exceeded", "quotaExceeded"), UsageError, "Quota exceeded"),
        (error(403, "slow down", "rateLimitExceeded"), Unreachable, r"no answer from .*\(403, 2 tries"),
        (error(429, "slow down"), Unreachable, r"no answer from compute.googleapis.com \(429, 2 tries in"),
        (error(503, "backend"), Unreachable, r"\(503, 2 tries in [01] s\)"),
        (lambda a: a.say(200, "<html>Sign in"), Unreachable, "not the Compute Engine API's"),
        (lambda a: a.say(404, "<html>Not here"), Unreachable, r"not the Compute Engine API's \(HTTP 404\)"),
        (lambda a: a.say(200, b"\xff\xfe"), Unreachable, "not the Compute Engine API's"),
    ],
)
def test_errors(
    internet: Internet, script: Callable[[Asked], None], kind: type[CloudlabError], said: str
) -> None:
    """What the API refuses, what it rejects and what it cannot say now are three things."""
    internet.script = script
    with pytest.raises(kind, match=said):
        engine(deadline_s=1).instances(["z-a"])


def test_overwhelmed_at_first(internet: Internet) -> None:
    """A 503 is asked again."""
    internet.plays(error(503, "backend"), lambda asked: asked.say(200, {"items": []}))
    assert engine().instances(["z-a"]) == []


def _drip(asked: Asked) -> None:
    asked.send_response(200)
    asked.send_header("Content-Length", "1000000")
    asked.end_headers()
    asked.drip(b" ", 0.05)


@pytest.mark.parametrize("script", [lambda asked: asked.drip(b"", 0.1), _drip])
def test_deadline(internet: Internet, script: Callable[[Asked], None]) -> None:
    """A server that hangs or drips holds a call no longer than its deadline."""
    internet.script = script
    started = time.monotonic()
    with pytest.raises(Unreachable, match=r"timed out, 1 try"):
        engine(deadline_s=0.5).instances(["z-a", "z-b"])
    assert time.monotonic() - started < 10


def test_endless_answer(internet: Internet) -> None:
    """An answer without end is cut off."""

    def endless(asked: Asked) -> None:
        asked.send_response(200)
        asked.end_headers()
        asked.drip(b" " * 4_000_000, 0)

    internet.script = endless
    with pytest.raises(TooMuch):
        engine(deadline_s=10).instances(["z-a"])


def test_nobody_there(monkeypatch: pytest.MonkeyPatch, closed_port: str) -> None:
    """A refused connection is no answer."""
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, f"http://{closed_port}")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Unreachable, match=r"compute.googleapis.com \(connection refused, 1 try"):
        engine(deadline_s=0.4).instances(["z-a"])


def test_instances_over_pages(internet: Internet) -> None:
    """A list in pages is read to its end, and disks and images are looked up once for all."""
    two = {**INSTANCE, "name": "two"}

    def pages(asked: Asked) -> None:
        if "pageToken=p2" in asked.path:
            asked.say(200, {"items": [two]})
        else:
            asked.say(200, {"items": [INSTANCE], "nextPageToken": "p2"})

    serves(internet, **{f"GET {Z}/instances": pages, f"GET {Z}/disks": {"items": [DISK]}})
    found = engine().instances(["z-a"])
    assert [one.name for one in found] == ["web", "two"]
    assert [one.disks[0].image_family for one in found] == ["common-cpu", "common-cpu"]
    assert len(internet.seen) == 4


def test_disks(internet: Internet) -> None:
    """Disks are listed whether attached or not."""
    serves(internet, **{f"GET {Z}/disks": {"items": [DISK, {"name": "data", "sizeGb": "10"}]}})
    web, data = engine().disks(["z-a"])
    assert (web.name, web.size_gb, web.type, web.image_family) == ("web", 50, "pd-standard", "common-cpu")
    assert (data.name, data.size_gb, data.source_image, data.image_family) == ("data", 10, "", "")


def test_create(internet: Internet) -> None:
    """A VM is asked for as specified, waited for, and returned; a try repeated is the same request."""
    asked_for: list[tuple[str, dict[str, Any]]] = []

    def insert(asked: Asked) -> None:
        asked_for.append((asked.path, json.loads(asked.body)))
        if len(asked_for) == 1:
            error(503, "backend")(asked)
        else:
            asked.say(200, {**DONE, "status": "RUNNING"})

    serves_one(internet, **{f"POST {Z}/instances": insert, f"POST {Z}/operations/op-1/wait": DONE})
    assert engine(operation_deadline_s=5).create(SPEC).id == INSTANCE["id"]
    (first, body), (second, _) = asked_for
    assert "requestId=" in first
    assert first == second
    assert body["machineType"] == "zones/z-a/machineTypes/n1-standard-1"
    disk = body["disks"][0]
    assert (disk["boot"], disk["autoDelete"]) == (True, True)
    assert disk["initializeParams"] == {
        "sourceImage": "projects/ml-images/global/images/family/common-cpu",
        "diskSizeGb": "50",
        "diskType": "zones/z-a/diskTypes/pd-standard",
    }
    assert body["serviceAccounts"] == [{"email": "default", "scopes": [SCOPE]}]
    assert body["metadata"] == {"items": [{"key": "k", "value": "v"}]}
    assert body["labels"] == {"cloudlab-run": "r1"}
    assert body["scheduling"]["maxRunDuration"] == {"seconds": "600"}
    assert body["scheduling"]["instanceTerminationAction"] == "DELETE"
    assert body["networkInterfaces"][0]["accessConfigs"][0]["type"] == "ONE_TO_ONE_NAT"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("QUOTA_EXCEEDED", UsageError),
        ("ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS", Unreachable),
        ("INTERNAL_ERROR", Unreachable),
    ],
)
def test_create_that_fails_later(internet: Internet, code: str, kind: type[CloudlabError]) -> None:
    """A failed operation raises in the API's own words; a full zone is nobody's mistake."""
    failed = {**DONE, "error": {"errors": [{"code": code, "message": "Quota 'CPUS' exceeded."}]}}
    serves_one(internet, **{f"POST {Z}/instances": failed})
    with pytest.raises(kind, match=r"creating VM web: .*Quota 'CPUS' exceeded"):
        engine().create(SPEC)


@pytest.mark.parametrize(
    "script",
    [
        error(400, "Invalid value for field 'resource.x'", "invalid"),
        error(404, "The resource 'projects/ml-images/global/images/family/x' was not found", "notFound"),
        error(409, "The resource 'web' already exists", "alreadyExists"),
    ],
)
def test_create_that_is_rejected(internet: Internet, script: Callable[[Asked], None]) -> None:
    """What the API rejects is a mistake of who asked, told in the API's words."""
    serves(internet, **{f"POST {Z}/instances": script})
    with pytest.raises(UsageError, match=r"creating VM web: (The resource|Invalid value)"):
        engine().create(SPEC)


def test_operation_that_does_not_end(internet: Internet) -> None:
    """Waiting for an operation ends with its deadline."""
    running = {**DONE, "status": "RUNNING"}
    serves_one(internet, **{f"DELETE {Z}/instances/web": running, f"POST {Z}/operations/op-1/wait": running})
    with pytest.raises(TimedOut, match=r"VM web in z-a: .*not finished in time"):
        engine(operation_deadline_s=0.7).delete("web", "z-a")


def test_delete(internet: Internet) -> None:
    """A VM is deleted; one that is not there is not found."""
    serves_one(internet, **{f"DELETE {Z}/instances/web": DONE})
    engine().delete("web", "z-a")
    with pytest.raises(NotFound, match="no VM other in z-a"):
        engine().delete("other", "z-a")
    assert [path.partition("?")[0] for _, path, _ in internet.seen] == [
        f"{Z}/instances/web",
        f"{Z}/instances/other",
    ]


@pytest.mark.parametrize("verb", ["stop", "start"])
def test_stop_and_start(internet: Internet, verb: str) -> None:
    """Stopping and starting are operations too."""
    serves_one(internet, **{f"POST {Z}/instances/web/{verb}": DONE})
    getattr(engine(), verb)("web", "z-a")
    assert internet.paths[0].startswith(f"{Z}/instances/web/{verb}?requestId=")


def test_host_keys(internet: Internet) -> None:
    """Host keys come from the guest attributes; what is no key is left out."""
    key = "AAAAC3NzaC1lZDI1NTE5AAAAIP0wJWsUkWAdHgYlz"
    items = [
        {"namespace": "hostkeys", "key": "ssh-ed25519", "value": key},
        {"namespace": "hostkeys", "key": "ssh-rsa", "value": f"{key}\n* ssh-rsa {key}"},
        {"namespace": "hostkeys", "key": "@cert-authority *", "value": key},
    ]
    serves_one(internet, **{f"GET {Z}/instances/web/getGuestAttributes": {"queryValue": {"items": items}}})
    assert engine().host_keys("web", "z-a") == [f"ssh-ed25519 {key}"]
    assert "queryPath=hostkeys" in internet.paths[0]


def test_host_keys_not_published(internet: Internet) -> None:
    """A VM that has published no keys has none to be found."""
    serves_one(internet)
    with pytest.raises(NotFound, match="no published host keys of VM web in z-a"):
        engine().host_keys("web", "z-a")


def test_set_metadata(internet: Internet) -> None:
    """One entry is set, the others stay, and the fingerprint goes along."""
    sent: list[Any] = []

    def receive(asked: Asked) -> None:
        sent.append(json.loads(asked.body))
        asked.say(200, DONE)

    serves_one(internet, **{f"POST {Z}/instances/web/setMetadata": receive})
    engine().set_metadata("web", "z-a", "a", "new")
    items = [{"key": "b", "value": "2"}, {"key": "a", "value": "new"}]
    assert sent == [{"fingerprint": "Zm9v", "items": items}]


def test_metadata_stays_out_of_the_repr(internet: Internet) -> None:
    """Metadata may hold keys: neither a VM nor a specification shows it."""
    secret = {**INSTANCE, "metadata": {"items": [{"key": "k", "value": "s3cret"}]}}
    serves_one(internet, **{f"GET {Z}/instances/web": secret})
    found = engine().instance("web", ["z-a"])
    assert found.metadata == {"k": "s3cret"}
    assert "s3cret" not in repr(found)
    assert "s3cret" not in repr(dataclasses.replace(SPEC, metadata={"k": "s3cret"}))
