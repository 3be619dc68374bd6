"""What kubectl says when it opens no shell, and what that means: with stand-ins that say its words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.targets import Lost, open_target
from pytest_cloudlab.targets.kube import kube

NO_CONFIG = (
    'E1122 00:40:16.771346   32629 memcache.go:265] "Unhandled Error" err="couldn\'t get current server API '
    'group list: Get \\"http://localhost:8080/api?timeout=32s\\": dial tcp 127.0.0.1:8080: connect: '
    'connection refused"\n'
    "The connection to the server localhost:8080 was refused - did you specify the right host or port?"
)
NO_SHELL = (
    "error: Internal error occurred: error executing command in container: failed to exec in container: "
    'failed to start exec "93d6": OCI runtime exec failed: exec failed: unable to start container process: '
    'exec: "sh": executable file not found in $PATH: unknown'
)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ('Error from server (NotFound): pods "web" not found', "gone"),
        ('Error from server (NotFound): namespaces "runai-sdd" not found', "gone"),
        ("Error from server (BadRequest): container zzz is not valid for pod web", "gone"),
        ("error: cannot exec into a container in a completed pod; current phase is Succeeded", "stopped"),
        ('error: unable to upgrade connection: container not found ("main")', "stopped"),
        ('error: Internal error occurred: container not found ("main")', "stopped"),
        ("Error from server (BadRequest): pod web does not have a host assigned", "stopped"),
        (
            'Error from server (Forbidden): pods "web" is forbidden: User "a" cannot create "pods/exec"',
            "auth",
        ),
        ("error: You must be logged in to the server (Unauthorized)", "auth"),
        ("Unable to connect to the server: getting credentials: exec: executable aws failed", "auth"),
        ("The connection to the server 127.0.0.1:1 was refused - did you specify the right host?", "lost"),
        ("Unable to connect to the server: dial tcp: lookup kube.example.org: no such host", "dns"),
        ("Unable to connect to the server: dial tcp 10.0.0.1:443: i/o timeout", "lost"),
        (
            "Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by "
            "unknown authority",
            "host-key",
        ),
        ("Error from server (ServiceUnavailable): the server is currently unable to handle it", "lost"),
        (
            "Error from server: error dialing backend: dial tcp 10.0.0.2:10250: connect: no route to host",
            "lost",
        ),
        ("Error in configuration: context was not found for specified context: nope", "tools"),
        ('error: context "nope" does not exist', "tools"),
        ('error: error loading config file "/x": read /x: is a directory', "tools"),
        (NO_CONFIG, "tools"),
        (NO_SHELL, "tools"),
        ("something nobody has foreseen", "lost"),
    ],
)
def test_reasons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, reason: str) -> None:
    """Each is a reason of its own, with a remedy wherever one is known."""
    program = tmp_path / "kubectl"
    program.write_text(
        f"#!/bin/sh\ncat >&2 <<'X'\nDefaulted container \"a\" out of: a, b\n{said}\nX\nexit 1\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with kube("runai-sdd", "web") as target, pytest.raises(Lost) as caught:
        target.run("true")
    assert caught.value.reason == reason
    assert bool(caught.value.remedy) == ("foreseen" not in said)


def test_no_kubectl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with kube("runai-sdd", "web") as target, pytest.raises(Lost) as caught:
        target.run("true")
    assert caught.value.reason == "tools"


@pytest.mark.parametrize(
    ("address", "argv"),
    [
        ("kube://runai-sdd/web", "kubectl exec -i -n runai-sdd web -- sh"),
        ("kube://runai-sdd/web/main", "kubectl exec -i -n runai-sdd web -c main -- sh"),
        ("kube://a/web?context=x@y", "kubectl exec -i --context=x@y -n a web -- sh"),
        ("kube://runai-sdd/alice-vscode?via=runai", "runai exec alice-vscode -p sdd -i -- sh"),
        ("kube://runai-sdd/alice/main?via=runai", "runai exec alice -p sdd -c main -i -- sh"),
    ],
)
def test_the_words_that_open_it(address: str, argv: str) -> None:
    """The user's own kubectl, context and kubeconfig; nothing is quoted once more on the way."""
    target = open_target(address)
    assert target.argv == tuple(argv.split())
    assert target.address == address
    assert target.opening("echo", "a b")[-3:] == ("--", "echo", "a b")


@pytest.mark.parametrize(
    "address",
    [
        "kube://",
        "kube://runai-sdd",
        "kube://runai-sdd/-x",
        "kube://-n/web",
        "kube://runai-sdd/Web",
        "kube://runai-sdd/web/a/b",
        "kube://runai-sdd/web?context=-x",
        "kube://runai-sdd/web?via=ssh",
        "kube://runai-sdd/web?user=root",
        "kube://elsewhere/web?via=runai",
        "kube://runai-sdd/web?via=runai&context=x",
    ],
)
def test_what_is_no_pod(address: str) -> None:
    """Told before anything is started."""
    with pytest.raises(UsageError):
        open_target(address)
