"""What the log of a twin keeps, and what it never does."""

from __future__ import annotations

import shutil
import subprocess
import threading
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
import requests

from pytest_cloudlab.twin import control
from pytest_cloudlab.twin.request_log import LoggedRequest, RequestLog, follow, older
from pytest_cloudlab.twin.request_log import requests as logged
from pytest_cloudlab.twin.state import Files, TwinInfo
from tests.twin.conftest import COMPUTE, ZONE, Api, vm_body
from tests.twin.contract import Contract


def entry(number: int) -> LoggedRequest:
    return LoggedRequest(datetime.now(UTC), "eu.gcr.io", "GET", f"/v2/{number}", "/v2/{n}", 200)


def test_the_log_does_not_grow_without_bound_and_loses_the_oldest_first(tmp_path: Path) -> None:
    path = Files(tmp_path).requests
    log = RequestLog(path, file_bytes=2000)
    for number in range(100):
        log.append(entry(number))
    log.close()
    assert path.stat().st_size + older(path).stat().st_size <= 2 * 2200
    kept = [int(each.path.removeprefix("/v2/")) for each in logged(tmp_path)]
    assert kept == list(range(kept[0], 100))
    assert 10 < len(kept) < 100


def test_a_restarted_twin_appends(tmp_path: Path) -> None:
    for number in range(2):
        log = RequestLog(Files(tmp_path).requests)
        log.append(entry(number))
        log.close()
    assert [each.path for each in logged(tmp_path)] == ["/v2/0", "/v2/1"]


def test_a_line_that_is_still_being_written_is_not_read(tmp_path: Path) -> None:
    log = RequestLog(Files(tmp_path).requests)
    log.append(entry(1))
    log.close()
    with Files(tmp_path).requests.open("ab") as file:
        file.write(b'{"time":"2026')
    assert len(logged(tmp_path)) == 1


def test_following_goes_on_in_the_next_file(tmp_path: Path) -> None:
    """What is answered while one looks is seen once, also when the file has grown too long."""
    log = RequestLog(Files(tmp_path).requests, file_bytes=300)
    log.append(entry(0))
    seen: list[str] = []
    calls = follow(tmp_path)

    def watch() -> None:
        seen.extend(each.path for each in islice(calls, 3))

    watcher = threading.Thread(target=watch)
    watcher.start()
    for number in range(1, 4):
        log.append(entry(number))
        threading.Event().wait(0.5)
    watcher.join(10)
    log.close()
    assert seen == ["/v2/1", "/v2/2", "/v2/3"]


def calls(twin: TwinInfo, client: str) -> list[LoggedRequest]:
    return [each for each in logged(twin.state) if each.client == client]


def test_following_ends_with_the_twin(tmp_path: Path) -> None:
    state = tmp_path / "twin"
    state.mkdir()
    RequestLog(Files(state).requests).close()
    calls = follow(state)
    shutil.rmtree(state)
    assert list(calls) == []


@pytest.mark.docker
@pytest.mark.gcloud
def test_gcloud_is_named_by_its_command_and_its_answers_are_googles(through_twin: TwinInfo) -> None:
    """The calls of one command share an invocation; each answer that gcloud got fits Google's description."""
    for _ in range(2):
        done = subprocess.run(
            ("gcloud", "compute", "machine-types", "list", f"--zones={ZONE}", "--format=value(name)"),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert "n1-standard-1" in done.stdout.split(), done.stderr
    found = calls(through_twin, "gcloud compute machine-types list")
    assert len({each.invocation for each in found}) == 2
    contract = Contract()
    for each in found:
        contract.check_logged(each)
    assert contract.checked == len(found) >= 2


@pytest.mark.docker
def test_a_change_is_kept_with_both_its_bodies(api: Api, through_twin: TwinInfo) -> None:
    """A twin whose settings say so keeps them: tests hold them against Google's description."""
    body = vm_body("no-such-type", machineType=f"zones/{ZONE}/machineTypes/none")
    answer = api.post(f"{COMPUTE}/zones/{ZONE}/instances", body, headers={"User-Agent": "kept/1"})
    (call,) = calls(through_twin, "kept")
    assert (call.method, call.status, call.service) == ("POST", answer.status_code, "compute.googleapis.com")
    assert call.request_body == body
    assert call.response_body == answer.json()
    assert 0 <= call.duration_ms < 30_000


@pytest.mark.docker
def test_credentials_are_in_no_line(through_twin: TwinInfo) -> None:
    """Neither those of the header, nor those of the form and the answer of the token service."""
    files = Files(through_twin.state)
    settings = files.read_settings()
    assert settings
    token = requests.post(
        "https://oauth2.googleapis.com/token",
        data={"grant_type": "refresh_token", "refresh_token": settings.refresh_token},
        timeout=30,
    ).json()["access_token"]
    requests.get(f"{COMPUTE}/zones", headers={"Authorization": f"Bearer {token}"}, timeout=30)
    requests.get(f"https://eu.gcr.io/v2/token?secret={token}", auth=("_token", token), timeout=30)
    text = files.requests.read_text()
    assert "oauth2.googleapis.com" in text
    assert settings.token not in text
    assert settings.refresh_token not in text


@pytest.mark.docker
def test_bucket_contents_are_no_bodies(through_twin: TwinInfo, bucket_folder: Path) -> None:
    data = bucket_folder / "data.json"
    data.write_text('{"a": 1}')
    try:
        url = "https://storage.googleapis.com/storage/v1/b/course-bucket/o/data.json"
        requests.get(url, params={"alt": "media"}, headers={"User-Agent": "media/1"}, timeout=30)
        requests.get(url, headers={"User-Agent": "described/1"}, timeout=30)
    finally:
        data.unlink()
    (media,), (described,) = calls(through_twin, "media"), calls(through_twin, "described")
    assert media.response_body is None
    assert media.status == described.status
    assert described.response_body is not None


@pytest.mark.docker
def test_a_twin_keeps_no_bodies_unless_it_is_told_to(tmp_path: Path) -> None:
    info = control.up(tmp_path / "state")
    try:
        token = Files(info.state).token.read_text()
        requests.get(
            f"https://compute.googleapis.com/compute/v1/projects/{info.project}/zones",
            headers={"Authorization": f"Bearer {token}"},
            proxies={"https": f"http://127.0.0.1:{info.port}"},
            verify=str(Files(info.state).ca),
            timeout=30,
        ).raise_for_status()
        (call,) = logged(info.state)
        assert (call.status, call.response_body) == (200, None)
    finally:
        control.down(info.state)
