"""A cluster asked through kubectl: with stand-ins that say its words, and with the twin's."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pytest_cloudlab.clouds.kubernetes import Kubernetes
from pytest_cloudlab.errors import CouldNotLook, Forbidden, NotFound, TooMuch, Unreachable, UsageError

Says = Callable[..., None]

POD: dict[str, Any] = {
    "metadata": {
        "name": "alice-0",
        "namespace": "runai-sdd",
        "uid": "f00",
        "labels": {"release": "alice"},
        "creationTimestamp": "2026-01-05T08:00:00Z",
        "ownerReferences": [{"kind": "StatefulSet", "name": "alice", "uid": "1", "controller": True}],
    },
    "spec": {
        "nodeName": "n1",
        "hostNetwork": True,
        "containers": [
            {
                "name": "main",
                "image": "registry.example.org/sdd/vscode:1.0",
                "securityContext": {"privileged": True},
                "resources": {"requests": {"cpu": "2", "memory": "8Gi"}},
                "ports": [
                    {"containerPort": 8080, "protocol": "TCP"},
                    {"containerPort": 53, "protocol": "UDP"},
                ],
                "volumeMounts": [
                    {"name": "data", "mountPath": "/sdd-pvc"},
                    {"name": "engine", "mountPath": "/var/run/docker.sock", "readOnly": True},
                ],
            }
        ],
        "volumes": [
            {"name": "data", "persistentVolumeClaim": {"claimName": "sdd-pvc"}},
            {"name": "engine", "hostPath": {"path": "/var/run/docker.sock", "type": ""}},
        ],
    },
    "status": {
        "phase": "Running",
        "podIP": "10.0.0.2",
        "startTime": "2026-01-05T08:00:01Z",
        "conditions": [{"type": "Ready", "status": "True"}],
        "containerStatuses": [
            {
                "name": "main",
                "ready": True,
                "restartCount": 2,
                "imageID": "registry.example.org/sdd/vscode@sha256:00",
                "state": {"running": {"startedAt": "2026-01-05T08:00:02Z"}},
            }
        ],
    },
}


@pytest.fixture
def says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Says:
    """Put a kubectl there that says this, and notes how it was called."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def says(out: str = "", err: str = "", code: int = 0, *, namespace: str = "", last: str = "") -> None:
        """`namespace`: what it says on stderr, failing, when it is asked for one."""
        for name, text in (("out", out), ("err", err), ("namespace", namespace)):
            (tmp_path / name).write_text(text)
        program = folder / "kubectl"
        program.write_text(
            f'#!/bin/sh\ncd {tmp_path}\necho "$*" >> calls\n'
            'case "$*" in *"get namespace "*) cat namespace >&2; [ ! -s namespace ]; exit;; esac\n'
            f"cat err >&2\ncat out\n{last}\nexit {code}\n"
        )
        program.chmod(0o755)

    return says


def calls(tmp_path: Path) -> list[str]:
    return (tmp_path / "calls").read_text().splitlines()


def test_a_pod_is_told_of(says: Says, tmp_path: Path) -> None:
    """All that checks ask of one, in types of its own."""
    says(json.dumps(POD))
    pod = Kubernetes("course").pod("runai-sdd", "alice-0")
    assert (pod.phase, pod.ready, pod.runs, pod.restarts, pod.owner) == (
        "Running", True, True, 2, "StatefulSet/alice",
    )  # fmt: skip
    assert pod.images == ("registry.example.org/sdd/vscode:1.0",)
    assert pod.containers[0].requests == {"cpu": "2", "memory": "8Gi"}
    assert pod.containers[0].ports == (8080,)
    assert pod.claims == {"sdd-pvc": ("/sdd-pvc",)}
    assert (pod.privileged, pod.host_paths, pod.host_namespaces) == (
        True, ("/var/run/docker.sock",), ("network",),
    )  # fmt: skip
    assert pod.started == datetime(2026, 1, 5, 8, 0, 1, tzinfo=UTC)
    assert pod.containers[0].started == datetime(2026, 1, 5, 8, 0, 2, tzinfo=UTC)
    (call,) = calls(tmp_path)
    assert call.startswith("--context=course --request-timeout=")
    assert call.endswith("get --namespace=runai-sdd pod alice-0 --output=json")


def test_what_the_cluster_says_of_a_pod_is_told(says: Says) -> None:
    """Besides its phase: by the scheduler, and by its node."""
    unplaced = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
    says(json.dumps(POD | {"status": {"reason": "NodeLost", "conditions": [unplaced]}}))
    told = Kubernetes().conditions("runai-sdd", "alice-0")
    assert (told.reason, told.by_type) == ("NodeLost", {"PodScheduled": ("False", "Unschedulable")})
    says(json.dumps(POD | {"status": {"conditions": [{"type": "Ready"}]}}))
    with pytest.raises(CouldNotLook):
        Kubernetes().conditions("runai-sdd", "alice-0")


NOT_FOUND = 'Error from server (NotFound): pods "alice-0" not found'
NAMESPACE_MISSING = 'Error from server (NotFound): namespaces "runai-sdd" not found'
NAMESPACE_FORBIDDEN = (
    'Error from server (Forbidden): namespaces "runai-sdd" is forbidden: User "a" cannot get resource'
)


@pytest.mark.parametrize("namespace", ["", NAMESPACE_FORBIDDEN])
def test_a_pod_that_is_not_there_is_not_found(says: Says, namespace: str) -> None:
    """In a namespace that is there, or that this account may not ask for."""
    says(err=NOT_FOUND, code=1, namespace=namespace)
    with pytest.raises(NotFound):
        Kubernetes().pod("runai-sdd", "alice-0")


def test_another_cluster_says_nothing(says: Says) -> None:
    """A cluster without the namespace is the wrong one: nobody's pod is missing for that."""
    says(err=NAMESPACE_MISSING, code=1, namespace=NAMESPACE_MISSING)
    with pytest.raises(CouldNotLook, match="has no namespace runai-sdd"):
        Kubernetes().pod("runai-sdd", "alice-0")
    says(json.dumps({"items": []}), namespace=NAMESPACE_MISSING)
    with pytest.raises(CouldNotLook, match="has no namespace runai-sdd"):
        Kubernetes().pods("runai-sdd")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ('Error from server (Forbidden): pods "alice-0" is forbidden: User "a" cannot get', Forbidden),
        ("error: You must be logged in to the server (Unauthorized)", Forbidden),
        ("Unable to connect to the server: getting credentials: exec: exit status 1", Forbidden),
        ("Error from server (ServiceUnavailable): the server is currently unable", Unreachable),
        ('Error from server (BadRequest): container "c" in pod "p" is waiting to start', Unreachable),
        ("Error from server (TooManyRequests): slow down", Unreachable),
        ("Error from server (NotFound): the server could not find the requested resource", Unreachable),
        ("Unable to connect to the server: dial tcp: lookup x: no such host", Unreachable),
        ("Unable to connect to the server: net/http: TLS handshake timeout", Unreachable),
        ("The connection to the server localhost:8080 was refused", CouldNotLook),
        ("Error in configuration: context was not found for specified context: x", CouldNotLook),
        ('error: context "x" does not exist', CouldNotLook),
        ("", Unreachable),
    ],
)
def test_trouble_is_never_a_missing_pod(says: Says, said: str, kind: type[CouldNotLook]) -> None:
    """Each has its kind; all say that nobody could look."""
    says(err=said, code=1)
    with pytest.raises(CouldNotLook) as caught:
        Kubernetes(deadline_s=0.4).pod("runai-sdd", "alice-0")
    assert type(caught.value) is kind


def test_it_is_asked_again_while_the_deadline_lasts(says: Says, tmp_path: Path) -> None:
    """An error of the server may be over the next time."""
    says(err="Error from server (ServiceUnavailable): no", code=1)
    with pytest.raises(Unreachable, match="tries"):
        Kubernetes(deadline_s=2.5).pod("runai-sdd", "alice-0")
    assert len(calls(tmp_path)) > 1


def test_one_that_hangs_is_ended(says: Says) -> None:
    """At the deadline."""
    says(last="exec sleep 30")
    started = time.monotonic()
    with pytest.raises(Unreachable, match="timed out"):
        Kubernetes(deadline_s=1).pod("runai-sdd", "alice-0")
    assert time.monotonic() - started < 5


def test_endless_output_is_too_much(says: Says) -> None:
    """kubectl's own limit is not relied on."""
    says(last="exec yes")
    with pytest.raises(TooMuch):
        Kubernetes().logs("runai-sdd", "alice-0", max_bytes=1000)


@pytest.mark.parametrize(
    "out", ["", "no json", "[]", "{}", '{"metadata": {"name": 1}, "spec": {}}', "[" * 9999]
)
def test_what_is_no_pod_is_no_answer(says: Says, out: str) -> None:
    """Neither a crash nor a missing pod."""
    says(out)
    with pytest.raises(CouldNotLook):
        Kubernetes().pod("runai-sdd", "alice-0")


def test_without_kubectl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CouldNotLook, match="no kubectl"):
        Kubernetes().pod("runai-sdd", "alice-0")


@pytest.mark.parametrize("name", ["", "-x", "a b", "A", "a/b", "--all"])
def test_what_is_no_name_is_not_asked_for(says: Says, name: str) -> None:
    """Not as an option either."""
    says(json.dumps(POD))
    kubernetes = Kubernetes()
    for asked in (lambda: kubernetes.pod("a", name), lambda: kubernetes.delete_pod(name, "a")):
        with pytest.raises(UsageError):
            asked()
    with pytest.raises(UsageError):
        kubernetes.pods("a", labels="x --all-namespaces;")
