"""The cluster's API over plain requests, and the real kubectl; every answer is held against the models."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from pytest_cloudlab.twin.request_log import requests as logged
from pytest_cloudlab.twin.state import TwinInfo
from tests.twin.kubernetes.contract import Contract
from tests.twin.kubernetes.server import TOKEN, Server

IMAGE = "cloudlab/debian:bookworm"
NAMESPACE = "runai-sdd"


@dataclass
class Api:
    server: Server
    session: requests.Session

    def ask(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        return self.session.request(method, f"{self.server.url}{path}", json=body, timeout=20, **options)

    def get(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert answer.ok, answer.text
        return answer.json()

    def create(self, path: str, body: Any) -> Any:
        answer = self.ask("POST", path, body, params={"fieldValidation": "Strict"})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def reaches(self, path: str, what: str, wanted: str) -> Any:
        """That object, as soon as `what`, like `status.phase`, is `wanted`."""
        for _ in range(750):
            answer = self.ask("GET", path)
            found = answer.json()
            for key in what.split("."):
                found = found.get(key, {}) if isinstance(found, dict) else found
            if str(found) == wanted:
                return answer.json()
            time.sleep(0.02)
        raise AssertionError(f"{path}: {what} is {found}, not {wanted}")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path / "saved") as made:
        yield made


@pytest.fixture
def api(server: Server) -> Iterator[Api]:
    contract = Contract()
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {TOKEN}"
        yield Api(server, contract.hook(session))
    assert contract.checked, "no answer was held against the models"


@dataclass
class Kubectl:
    """The real one, in the environment of the twin."""

    environment: dict[str, str]

    def run(self, *args: str, stdin: bytes = b"", within_s: float = 60) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ("kubectl", *args),
            input=stdin,
            capture_output=True,
            timeout=within_s,
            env={**os.environ, **self.environment},
        )

    def say(self, *args: str, stdin: bytes = b"") -> str:
        """What it wrote to stdout; it has to succeed."""
        done = self.run(*args, stdin=stdin)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def fail(self, *args: str, stdin: bytes = b"") -> str:
        """What it wrote to stderr; it has to fail."""
        done = self.run(*args, stdin=stdin)
        assert done.returncode == 1, done
        return done.stderr.decode()

    def create(self, *objects: dict[str, Any]) -> None:
        for one in objects:
            self.say("create", "-f", "-", stdin=json.dumps(one).encode())

    def ready(self, pod: str, namespace: str = NAMESPACE) -> None:
        self.say("-n", namespace, "wait", "--for=condition=Ready", f"pod/{pod}", "--timeout=60s")


def pod(name: str, *command: str, namespace: str = NAMESPACE, **spec: Any) -> dict[str, Any]:
    container = {"name": "main", "image": IMAGE, "command": list(command or ("sleep", "600"))}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"terminationGracePeriodSeconds": 0, "containers": [container], **spec},
    }


def claim(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": "10Gi"}}},
    }


def workspace(name: str, claim: str) -> dict[str, Any]:
    """A pod that is made anew when it is deleted, as Run:ai's are."""
    spec = pod("x", "sh", "-c", "echo started; exec sleep 600")["spec"]
    spec["containers"][0]["securityContext"] = {"privileged": True}
    spec["containers"][0]["volumeMounts"] = [
        {"name": "data", "mountPath": f"/{claim}"},
        {"name": "engine", "mountPath": "/var/run/docker.sock"},
    ]
    spec["volumes"] = [
        {"name": "data", "persistentVolumeClaim": {"claimName": claim}},
        {"name": "engine", "hostPath": {"path": "/var/run/docker.sock"}},
    ]
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {
            "serviceName": name,
            "selector": {"matchLabels": {"release": name}},
            "template": {"metadata": {"labels": {"release": name}}, "spec": spec},
        },
    }


@pytest.fixture(scope="session")
def kubectl(twin: TwinInfo) -> Iterator[Kubectl]:
    made = Kubectl(twin.environment())
    made.say("create", "namespace", NAMESPACE)
    yield made
    contract = Contract()
    for call in logged(twin.state):
        if call.service == "kubernetes.cloudlab.test" and call.response_body is not None:
            contract.check(call.response_body)
    assert contract.checked, "no answer was held against the models"
    made.say("delete", "namespace", NAMESPACE, "--wait=false")
