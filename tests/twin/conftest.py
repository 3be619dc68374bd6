"""One twin for each worker, taken down with all it made."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.twin import control
from pytest_cloudlab.twin.engine import containers, docker, require_engine
from pytest_cloudlab.twin.state import LABEL, TwinInfo

from .contract import Contract
from .pusher import Pusher

PROJECT = "sdd2526"
ZONE = "europe-west1-b"
COMPUTE = f"https://compute.googleapis.com/compute/v1/projects/{PROJECT}"


@pytest.fixture(scope="session")
def bucket_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bucket")
    for name, data in {
        "be/cat/1.gif": b"GIF89a",
        "be/cat/app.py": b"print(1)\n",
        "be/dog/1.gif": b"GIF87a",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


@pytest.fixture(scope="session")
def twin(tmp_path_factory: pytest.TempPathFactory, bucket_folder: Path) -> Iterator[TwinInfo]:
    try:
        require_engine()
    except UsageError as error:
        pytest.skip(error.message)
    state = tmp_path_factory.mktemp("twin") / "state"
    info = control.up(state, project=PROJECT, buckets={"course-bucket": bucket_folder}, bodies=True)
    yield info
    control.down(state)
    label = f"{LABEL}={info.id}"
    left = containers(label), docker("network", "ls", "--quiet", "--filter", f"label={label}"), state.exists()
    assert left == ({}, "", False)


@pytest.fixture
def through_twin(twin: TwinInfo, monkeypatch: pytest.MonkeyPatch) -> TwinInfo:
    """This process, and what it starts, talks to the twin."""
    for name, value in twin.environment().items():
        monkeypatch.setenv(name, value)
    return twin


@dataclass
class Api:
    """Google's JSON APIs over plain requests; every response is held against Google's description."""

    session: requests.Session
    contract: Contract

    def get(self, url: str, **options: Any) -> requests.Response:
        return self.session.get(url, timeout=30, **options)

    def post(self, url: str, body: Any = None, **options: Any) -> requests.Response:
        return self.session.post(url, json=body, timeout=130, **options)

    def delete(self, url: str) -> requests.Response:
        return self.session.delete(url, timeout=30)

    def done(self, operation: requests.Response) -> dict[str, Any]:
        """The operation that this response started, when it is done."""
        assert operation.ok, operation.text
        path = operation.json()["selfLink"].partition("/compute/v1/")[2]
        answer: dict[str, Any] = self.post(f"https://compute.googleapis.com/compute/v1/{path}/wait").json()
        assert answer["status"] == "DONE"
        return answer


@pytest.fixture
def api(through_twin: TwinInfo) -> Iterator[Api]:
    contract = Contract()
    with requests.Session() as session:
        token = Path(through_twin.environment()["CLOUDSDK_AUTH_ACCESS_TOKEN_FILE"]).read_text()
        session.headers["Authorization"] = f"Bearer {token}"
        yield Api(contract.hook(session), contract)
    assert contract.checked, "no response was held against Google's description"


@pytest.fixture
def pusher(through_twin: TwinInfo) -> Iterator[Pusher]:
    token = Path(through_twin.environment()["CLOUDSDK_AUTH_ACCESS_TOKEN_FILE"]).read_text()
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token}"
        yield Pusher(session, token)


def vm_body(name: str, /, **changes: Any) -> dict[str, Any]:
    """What `gcloud compute instances create` sends."""
    family = "projects/deeplearning-platform-release/global/images/family/common-cpu"
    parameters = {
        "sourceImage": family,
        "diskSizeGb": "50",
        "diskType": f"zones/{ZONE}/diskTypes/pd-standard",
    }
    body = {
        "name": name,
        "machineType": f"zones/{ZONE}/machineTypes/n1-standard-1",
        "disks": [{"boot": True, "autoDelete": True, "initializeParams": parameters}],
        "networkInterfaces": [{"accessConfigs": [{"name": "External NAT", "type": "ONE_TO_ONE_NAT"}]}],
        "serviceAccounts": [
            {"email": "default", "scopes": ["https://www.googleapis.com/auth/devstorage.read_write"]}
        ],
    }
    return body | changes


Create = Callable[..., dict[str, Any]]


@pytest.fixture
def create(api: Api) -> Iterator[Create]:
    """Makes a VM and returns its resource; it is deleted after the test."""
    made: list[str] = []

    def create(name: str, /, **changes: Any) -> dict[str, Any]:
        made.append(name)
        done = api.done(api.post(f"{COMPUTE}/zones/{ZONE}/instances", vm_body(name, **changes)))
        assert "error" not in done, done
        found: dict[str, Any] = api.get(f"{COMPUTE}/zones/{ZONE}/instances/{name}").json()
        return found

    yield create
    for name in made:
        answer = api.delete(f"{COMPUTE}/zones/{ZONE}/instances/{name}")
        if answer.ok:
            api.done(answer)


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("key") / "id"
    subprocess.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path), check=True)
    return path


@pytest.fixture
def ssh(key: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def ssh(address: str, command: str, user: str = "alice") -> subprocess.CompletedProcess[str]:
        options = (
            "-o",
            "BatchMode=yes",
            "-o",
            "StrictHostKeyChecking=no",
            "-o",
            "UserKnownHostsFile=/dev/null",
        )
        argv = ("ssh", "-q", "-i", str(key), *options, f"{user}@{address}", command)
        return subprocess.run(argv, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)

    return ssh


def ssh_keys(key: Path, user: str = "alice") -> dict[str, Any]:
    return {"items": [{"key": "ssh-keys", "value": f"{user}:{key.with_suffix('.pub').read_text().strip()}"}]}


def address(instance: dict[str, Any]) -> str:
    return str(instance["networkInterfaces"][0]["accessConfigs"][0]["natIP"])
