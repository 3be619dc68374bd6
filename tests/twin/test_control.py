"""Up, status, down."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.twin import control, process
from pytest_cloudlab.twin.engine import containers, docker
from pytest_cloudlab.twin.images import BASE
from pytest_cloudlab.twin.state import LABEL, Files, TwinInfo

pytestmark = pytest.mark.docker


@pytest.fixture
def second(twin: TwinInfo, tmp_path: Path) -> Iterator[TwinInfo]:
    """A twin beside the session's."""
    info = control.up(tmp_path / "second")
    yield info
    control.down(tmp_path / "second")


def test_status_knows_a_running_twin(twin: TwinInfo) -> None:
    assert control.status(twin.state) == twin


def test_there_is_no_twin_in_an_empty_folder(tmp_path: Path) -> None:
    assert control.status(tmp_path) is None
    control.down(tmp_path)
    assert tmp_path.exists()


def test_up_where_a_twin_runs_is_that_twin(twin: TwinInfo) -> None:
    """A script may say `up` without asking first; options that agree change nothing."""
    assert control.up(twin.state) == twin
    assert control.up(twin.state, project=twin.project, port=twin.port) == twin


def test_up_at_once_from_two_sides_makes_one_twin(tmp_path: Path) -> None:
    try:
        with ThreadPoolExecutor(2) as pool:
            one, other = pool.map(lambda _: control.up(tmp_path / "state"), range(2))
        assert one == other
    finally:
        control.down(tmp_path / "state")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"project": "other-project"}, "project sdd2526, not other-project"),
        ({"zones": ("us-central1-a",)}, "europe-west4-c, not us-central1-a"),
        ({"port": 1}, "not 1"),
        ({"buckets": {}}, "has buckets course-bucket=/.*, not none"),
        ({"bodies": False}, "has logging of bodies on, not off"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_options_that_contradict_a_twin_are_refused_naming_both(
    twin: TwinInfo, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        control.up(twin.state, **options)
    assert control.status(twin.state) == twin


def test_two_twins_side_by_side_do_not_meet(twin: TwinInfo, second: TwinInfo) -> None:
    assert len({info.port for info in (twin, second)}) == 2
    assert len({info.network for info in (twin, second)}) == 2
    first_token, second_token = (Files(info.state).token.read_text() for info in (twin, second))
    assert first_token != second_token


def test_a_port_that_is_taken_is_named_and_nothing_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Known, so that other twins' networks, which come and go, do not count.
    monkeypatch.setattr("pytest_cloudlab.twin.asked.secrets.token_hex", lambda size: "7a" * size)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"Port {port} is taken"):
            control.up(tmp_path / "state", port=port)
    assert not (tmp_path / "state").exists()
    assert not docker("network", "ls", "--quiet", "--filter", "name=cloudlab-twin-7a7a7a7a")


def test_a_missing_registry_is_named_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="apt-get install docker-registry"):
        control.up(tmp_path / "state")


def test_an_engine_that_does_not_answer_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    with pytest.raises(UsageError, match="Docker engine does not answer"):
        control.up(tmp_path / "state")


@pytest.mark.parametrize(
    "options", [{"project": "X"}, {"zones": ()}, {"zones": ("here",)}, {"buckets": {"b": Path("/")}},
                {"buckets": {"bucket": Path("/no/such")}}],
)  # fmt: skip
def test_what_cannot_be_is_refused_before_anything_is_made(
    tmp_path: Path, options: dict[str, object]
) -> None:
    with pytest.raises(UsageError):
        control.up(tmp_path / "state", **options)  # type: ignore[arg-type] # wrong on purpose
    assert not (tmp_path / "state").exists()


def test_a_folder_with_other_files_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="not empty"):
        control.up(tmp_path)
    control.down(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_a_killed_twin_takes_its_registry_along_and_down_leaves_nothing(tmp_path: Path) -> None:
    """SIGKILL gives it no chance to clean up: `down` does."""
    state = tmp_path / "state"
    info = control.up(state)
    label = f"{LABEL}={info.id}"
    (child,) = [int(pid) for pid in Path(f"/proc/{info.pid}/task/{info.pid}/children").read_text().split()]
    docker("run", "--detach", f"--label={label}", "--entrypoint=sleep", BASE, "600")
    os.kill(info.pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while (process.started(child) or info.alive) and time.monotonic() < until:
        time.sleep(0.05)
    assert process.started(child) == 0
    assert control.status(state) is None
    control.down(state)
    assert containers(label) == {}
    assert not docker("network", "ls", "--quiet", "--filter", f"label={label}")
    assert not state.exists()


def test_a_container_of_somebody_else_on_the_network_outlives_the_twin(tmp_path: Path) -> None:
    """It keeps neither the network nor the twin's files from going."""
    info = control.up(tmp_path / "state")
    guest = docker("run", "--detach", f"--network={info.network}", "--entrypoint=sleep", BASE, "600").strip()
    try:
        control.down(tmp_path / "state")
        assert not docker("network", "ls", "--quiet", "--filter", f"name={info.network}")
        assert not (tmp_path / "state").exists()
        assert docker("inspect", "--format", "{{.State.Running}}", guest).strip() == "true"
    finally:
        docker("rm", "--force", "--volumes", guest)


def test_the_files_of_a_twin_are_its_owners_only(twin: TwinInfo) -> None:
    files = Files(twin.state)
    for path in (files.settings, files.info, files.token, files.credentials, files.ca_key):
        assert path.stat().st_mode & 0o077 == 0
    assert files.folder.stat().st_mode & 0o077 == 0


def test_the_environment_names_files_that_exist(twin: TwinInfo) -> None:
    environment = twin.environment()
    for name in (
        "REQUESTS_CA_BUNDLE",
        "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "HOME",
    ):
        assert Path(environment[name]).exists()
    assert environment["CLOUDSDK_COMPUTE_ZONE"] == "europe-west1-b"


@pytest.mark.skipif(not shutil.which("gcloud"), reason="gcloud is not installed")
def test_gcloud_works_unmodified(through_twin: TwinInfo) -> None:
    import subprocess

    command = ("gcloud", "compute", "zones", "list", "--format=value(name)")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == list(through_twin.zones), done.stderr
