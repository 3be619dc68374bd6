"""`cloudlab twin`: what its commands say, and what scripts may trust."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from pytest_cloudlab.cli.command import cloudlab
from pytest_cloudlab.cli.twin_log import COLUMNS
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.twin import control, hosts
from pytest_cloudlab.twin.asked import Asked
from pytest_cloudlab.twin.faults import Faults
from pytest_cloudlab.twin.request_log import LoggedRequest, RequestLog
from pytest_cloudlab.twin.state import Files


def twin(*args: str, state: Path, code: int | None = 0) -> Result:
    """`cloudlab twin ARGS`, in this process; `code` is what it must return, None: it raises."""
    name, *rest = args
    result = CliRunner().invoke(cloudlab, ["twin", name, "--state", str(state), *rest], standalone_mode=False)
    if code is None:
        return result
    if result.exception:
        raise result.exception
    assert (result.return_value or 0) == code, result.output
    if name in ("status", "log", "fault") and "--json" not in rest:
        assert all(len(line) <= COLUMNS for line in result.stdout.splitlines()), result.stdout
    return result


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Those of a twin that is not running."""
    files = Files(tmp_path / "twin")
    files.folder.mkdir(mode=0o700)
    files.write(files.settings, Asked(project="cloudlab").new())
    return files


@pytest.mark.parametrize(
    ("args", "fault", "said"),
    [
        (("compute", "--status", "503"), ("status", "compute", "503"), "compute answers every call with 503"),
        (("storage", "--latency", "1.5s"), ("latency", "storage", "1.5"), "storage answers 1.5 s later"),
        (("compute", "--quota", "CPUS"), ("quota", "compute", "CPUS"), "the quota CPUS is used up"),
        (("compute", "--no-boot", "be-*"), ("no-boot", "compute", "be-*"), "new VMs named be-* do not boot"),
        (("registry", "--lose-blob"), ("lost-blob", "registry", ""), "registry has lost every blob"),
        (("hub", "--lose-blob", "sha256:" + "a" * 64), ("lost-blob", "hub", "sha256:" + "a" * 64), "aaaa"),
    ],
    ids=["status", "latency", "quota", "no-boot", "lose-blob", "lose-a-blob"],
)
def test_a_fault_is_what_was_asked_for(
    files: Files, args: tuple[str, ...], fault: tuple[str, ...], said: str
) -> None:
    before = datetime.now(UTC)
    told = twin("fault", *args, "--for", "5m", state=files.folder).stdout
    assert told.startswith("For 5 min: ")
    assert said in told
    (found,) = Faults(files.faults).active()
    assert (found.kind, found.service, found.value) == fault
    assert found.until
    assert timedelta(minutes=4.9) < found.until - before < timedelta(minutes=5.1)


def test_faults_are_listed_and_cleared_by_service(files: Files) -> None:
    for service in ("compute", "storage"):
        twin("fault", service, "--status", "503", state=files.folder)
    listed = twin("fault", "--list", state=files.folder).stdout
    assert [line.split(maxsplit=2)[2] for line in listed.splitlines()] == [
        "compute answers every call with 503",
        "storage answers every call with 503",
    ]
    twin("fault", "compute", "--clear", state=files.folder)
    (left,) = json.loads(twin("fault", "--list", "--json", state=files.folder).stdout)
    assert (left["service"], left["value"]) == ("storage", "503")
    twin("fault", "--clear", state=files.folder)
    assert twin("fault", "--list", state=files.folder).stdout == "No fault is active.\n"


def test_a_fault_ends_by_itself_unless_told_otherwise(files: Files) -> None:
    """One that is forgotten must not spoil the next lesson."""
    twin("fault", "compute", "--status", "503", state=files.folder)
    (fault,) = Faults(files.faults).active()
    assert fault.until
    assert fault.until <= datetime.now(UTC) + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "say what shall go wrong"),
        (("compute",), "say what shall go wrong"),
        (("--status", "503"), "say at which service"),
        (("nowhere", "--status", "503"), "'nowhere' is not one of"),
        (("compute", "--status", "200"), "not in the range"),
        (("compute", "--status", "503", "--for", "soon"), "'soon' is not a duration such as 30s, 5m or 1h"),
        (("compute", "--status", "503", "--for", "0s"), "at most 24 h"),
        (("compute", "--status", "503", "--for", "25h"), "at most 24 h"),
        (("compute", "--latency", "1h"), "at most 5 min"),
        (("storage", "--quota", "CPUS"), "--quota is not for storage"),
        (("compute", "--quota", "cpus; rm"), "expected something like CPUS"),
        (("compute", "--no-boot", ""), "expected something like be-*"),
        (("compute", "--lose-blob"), "--lose-blob is not for compute"),
        (("registry", "--lose-blob", "latest"), "expected something like sha256:"),
        (("compute", "--status", "503", "--clear"), "say what shall go wrong"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_a_fault_that_cannot_be_is_one_clear_error(files: Files, args: tuple[str, ...], said: str) -> None:
    result = twin("fault", *args, state=files.folder, code=None)
    assert said in str(getattr(result.exception, "message", result.exception))
    assert Faults(files.faults).active() == []


@pytest.mark.parametrize(
    "command", [("fault", "--list"), ("log",), ("restart",), ("env",)], ids=lambda one: one[0]
)
def test_a_folder_without_a_twin_is_named_with_its_remedy(tmp_path: Path, command: tuple[str, ...]) -> None:
    result = twin(*command, state=tmp_path / "none", code=None)
    assert isinstance(result.exception, UsageError)
    assert "no twin" in result.exception.message
    assert "cloudlab twin up" in result.exception.remedy


@pytest.mark.parametrize("service", hosts.SERVICES)
def test_the_help_names_every_service(service: str) -> None:
    assert service in CliRunner().invoke(cloudlab, ["twin", "fault", "--help"]).output


def call(path: str, seconds: float = 0, **changes: Any) -> LoggedRequest:
    at = datetime.now(UTC) - timedelta(hours=1) + timedelta(seconds=seconds)
    known = LoggedRequest(at, "compute.googleapis.com", "GET", path, "", 200)
    return msgspec.structs.replace(known, **changes)


ROOT = "/compute/v1/projects/cloudlab/"
CREATE: dict[str, Any] = {"client": "gcloud compute instances create", "invocation": "a" * 32}
LIST: dict[str, Any] = {"client": "gcloud compute instances list", "invocation": "b" * 32}


def write(files: Files, *calls: LoggedRequest) -> None:
    log = RequestLog(files.requests)
    for each in calls:
        log.append(each)
    log.close()


def test_the_log_shows_calls_under_the_command_that_made_them(files: Files) -> None:
    """Also where two commands ran at once."""
    write(
        files,
        call(ROOT + "zones/b", **CREATE),
        call(ROOT + "aggregated/instances", 0.1, **LIST),
        call(ROOT + "zones/b/instances", 0.2, method="POST", duration_ms=1234, **CREATE),
    )
    shown = twin("log", state=files.folder).stdout.splitlines()
    assert [line.split("  ")[0] for line in shown] == [
        "gcloud compute instances create", "", "", "", "gcloud compute instances list", "",
    ]  # fmt: skip
    assert shown[2].split() == ["POST", "compute", "zones/b/instances", "200", "1.2", "s"]


def test_the_log_of_clients_without_invocations_goes_by_time(files: Files) -> None:
    curl: dict[str, Any] = {"client": "curl", "service": "eu.gcr.io"}
    write(files, call("/v2/", 0, **curl), call("/v2/", 1, **curl), call("/v2/", 60, **curl))
    shown = twin("log", state=files.folder).stdout
    assert shown.count("curl") == 2
    assert shown.count("eu.gcr.io/v2/") == 3


@pytest.mark.parametrize(
    ("args", "paths"),
    [
        (("--service", "registry"), ["/v2/"]),
        (("--command", "instances list"), [ROOT + "aggregated/instances"]),
        (("--since", "30m"), ["/storage/v1/b"]),
        (("-n", "1"), ["/storage/v1/b"]),
        (("-n", "0"), [ROOT + "zones/b", ROOT + "aggregated/instances", "/v2/", "/storage/v1/b"]),
        (("--command", "nothing such"), []),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_the_log_is_filtered(files: Files, args: tuple[str, ...], paths: list[str]) -> None:
    write(
        files,
        call(ROOT + "zones/b", **CREATE),
        call(ROOT + "aggregated/instances", 1, **LIST),
        call("/v2/", 2, service="eu.gcr.io", client="docker"),
        call("/storage/v1/b", 3595, service="storage.googleapis.com", client="gsutil ls"),
    )
    shown = twin("log", "--json", *args, state=files.folder).stdout.splitlines()
    assert [json.loads(line)["path"] for line in shown] == paths


def test_the_log_spares_the_reader_what_nobody_reads(files: Files) -> None:
    """Names of operations and digests; the JSON has them whole."""
    operation = ROOT + "zones/europe-west1-b/operations/operation-1789666858777-2292170667329105192/wait"
    blob = "/v2/cloudlab/web/blobs/sha256:" + "0123456789abcdef" * 4
    write(files, call(operation, **CREATE), call(blob, 1, service="eu.gcr.io", client="docker"))
    shown = twin("log", state=files.folder).stdout
    assert "  zones/europe-west1-b/operations/operation-…/wait  " in shown
    assert "/web/blobs/sha256:0123456789ab… " in shown


def test_the_log_keeps_its_width_and_a_terminal_safe(files: Files) -> None:
    """Paths and names of clients come from anywhere."""
    write(
        files,
        call(ROOT + "zones/b/instances/\x1b[31m" + "x" * 300 + "/end", duration_ms=99_999, **CREATE),
        call("/v1/projects/cloudlab/locations/" + "y" * 300, service="artifactregistry.googleapis.com"),
        call("", service="x" * 200 + ".example", method="CONNECT", status=403, client="\x1b]0;x\x07"),
    )
    shown = twin("log", state=files.folder).stdout
    assert "\x1b" not in shown
    assert "/end" in shown
    assert "refused by the proxy" in shown


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a twin that the command has started."""
    state = tmp_path_factory.mktemp("cli") / "twin"
    said = twin("up", "--project", "cli-project", state=state).stdout
    assert said.startswith("The twin is up: project cli-project, proxy on 127.0.0.1:")
    yield state
    twin("down", state=state)
    assert not state.exists()


@pytest.fixture
def up(started: Path) -> Path:
    """It is up again after a test that failed, too."""
    control.up(started)
    return started


@pytest.mark.docker
def test_up_is_safe_to_repeat(up: Path) -> None:
    """After exit code 0 a twin is up that has what was asked for."""
    said = twin("up", state=up).stdout
    assert "is up already: project cli-project" in said
    assert "In it: 1 bucket" in said
    assert "is up already" in twin("up", "--project", "cli-project", state=up).stdout


@pytest.mark.docker
def test_up_with_another_project_names_both(up: Path) -> None:
    result = twin("up", "--project", "other-project", state=up, code=None)
    assert "project cli-project, not other-project" in str(result.exception)


@pytest.mark.docker
def test_a_killed_twin_is_told_of_and_taken_up_again(up: Path) -> None:
    before = control.status(up)
    assert before
    os.kill(before.pid, signal.SIGKILL)
    while before.alive:
        time.sleep(0.02)
    assert "cloudlab twin up" in twin("status", state=up, code=1).stdout
    assert json.loads(twin("status", "--json", state=up, code=1).stdout) == {"up": False, "ended": True}
    said = twin("up", state=up).stdout
    assert f"is up again: project cli-project, proxy on 127.0.0.1:{before.port}" in said
    assert "In it: 1 bucket" in said


@pytest.mark.docker
def test_status_tells_what_is_in_it_even_while_it_is_disturbed(up: Path) -> None:
    """A fault must not hide what is there."""
    twin("fault", "compute", "--status", "503", state=up)
    try:
        said = twin("status", state=up).stdout
        assert "VMs: none" in said
        assert "Buckets: 1\n  cloudlab-resources" in said
        assert "Faults: 1\n  compute answers every call with 503  until " in said
        found = json.loads(twin("status", "--json", state=up).stdout)
        assert (found["up"], found["buckets"], found["vms"]) == (True, ["cloudlab-resources"], [])
        assert found["faults"][0]["value"] == "503"
    finally:
        twin("fault", "--clear", state=up)
    assert not twin("log", "--json", state=up).stdout


@pytest.mark.docker
def test_a_shell_that_evaluates_env_has_all_that_clients_ask_for(up: Path) -> None:
    """Certificates, for instance, are looked for under another name by each of them."""
    script = 'eval "$(cat)"; env'
    lines = twin("env", state=up).stdout
    done = subprocess.run(
        ("env", "-i", "sh", "-c", script), input=lines, capture_output=True, text=True, check=True
    )
    found = dict(line.split("=", 1) for line in done.stdout.splitlines())
    info = control.status(up)
    assert info
    assert found["HTTPS_PROXY"] == found["https_proxy"] == f"http://127.0.0.1:{info.port}"
    assert found["NO_PROXY"] == f"localhost,127.0.0.1,{info.subnet}"
    assert found["CLOUDSDK_CORE_PROJECT"] == found["GOOGLE_CLOUD_PROJECT"] == info.project
    assert found["CLOUDSDK_COMPUTE_ZONE"] == info.zones[0]
    assert found["CLOUDSDK_CORE_DISABLE_PROMPTS"] == "1"
    bundle = str(Files(info.state).bundle)
    trusting = {name for name, value in found.items() if value == bundle}
    assert trusting == {
        "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE",
        "GIT_SSL_CAINFO",
    }  # fmt: skip
    for name in ("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", "GOOGLE_APPLICATION_CREDENTIALS", "BOTO_CONFIG", "HOME"):
        assert Path(found[name]).exists(), name
    assert Path(found["CLOUDSDK_CONFIG"]).is_relative_to(info.state)


@pytest.mark.docker
def test_restart_is_another_process_of_the_same_twin(up: Path) -> None:
    before = control.status(up)
    said = twin("restart", state=up).stdout
    after = control.status(up)
    assert before
    assert after
    assert f"is up again: project cli-project, proxy on 127.0.0.1:{before.port}" in said
    assert after.pid != before.pid
