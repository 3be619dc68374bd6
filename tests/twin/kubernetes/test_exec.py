"""`kubectl exec` into the twin's pods, by websocket."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
import struct
import subprocess
import termios
from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_cloudlab.twin.engine import docker
from tests.twin.kubernetes.conftest import NAMESPACE, Kubectl, pod

pytestmark = [pytest.mark.docker, pytest.mark.kubectl]

IN = ("-n", NAMESPACE)


@pytest.fixture(scope="module")
def web(kubectl: Kubectl) -> str:
    kubectl.create(pod("web"))
    kubectl.ready("web")
    return "web"


@pytest.mark.parametrize("code", [0, 1, 7, 137, 255])
def test_the_exit_code_is_the_commands_own(kubectl: Kubectl, web: str, code: int) -> None:
    """With both streams apart."""
    line = f"echo out; echo err >&2; exit {code}"
    done = kubectl.run(*IN, "exec", web, "--", "sh", "-c", line)
    assert (done.returncode, done.stdout, done.stderr.splitlines()[0]) == (code, b"out\n", b"err")


def test_stdin_arrives_with_its_end(kubectl: Kubectl, web: str) -> None:
    """20 MB of any bytes, both ways at once."""
    data = secrets.token_bytes(20_000_000)
    done = kubectl.run(*IN, "exec", "-i", web, "--", "cat", stdin=data)
    assert (done.returncode, hashlib.sha256(done.stdout).digest()) == (0, hashlib.sha256(data).digest())


def test_without_stdin_the_command_finds_it_empty(kubectl: Kubectl, web: str) -> None:
    """What is not asked for is not waited for."""
    assert kubectl.say(*IN, "exec", web, "--", "cat") == ""


def test_much_comes_on_both_streams(kubectl: Kubectl, web: str) -> None:
    """30 MB each."""
    line = "head -c 30000000 /dev/zero & head -c 30000000 /dev/zero >&2; wait"
    done = kubectl.run(*IN, "exec", web, "--", "sh", "-c", line)
    assert (done.returncode, len(done.stdout), len(done.stderr)) == (0, 30_000_000, 30_000_000)


def test_many_at_once(kubectl: Kubectl, web: str) -> None:
    """Each has its own answer."""
    with ThreadPoolExecutor(10) as pool:
        answers = pool.map(lambda number: kubectl.say(*IN, "exec", web, "--", "echo", str(number)), range(20))
    assert [answer.strip() for answer in answers] == [str(number) for number in range(20)]


def test_a_command_that_is_not_there(kubectl: Kubectl, web: str) -> None:
    """An error that says so, in the engine's own words, and nothing on stdout."""
    done = kubectl.run(*IN, "exec", web, "--", "no-such-command")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b'exec: "no-such-command": executable file not found' in done.stderr


def test_a_command_may_speak_like_docker(kubectl: Kubectl, web: str) -> None:
    """What it says is its own, where its exit code is."""
    line = "echo 'OCI runtime exec failed: so I say'; sleep 0.3; echo more; exit 5"
    done = kubectl.run(*IN, "exec", web, "--", "sh", "-c", line)
    assert (done.returncode, done.stdout) == (5, b"OCI runtime exec failed: so I say\nmore\n")
    assert kubectl.say(*IN, "exec", web, "--", "echo", "Error response from daemon: no") != ""


def test_a_terminal(kubectl: Kubectl, web: str) -> None:
    """What is typed arrives and is shown; the command finds a terminal of the client's size."""
    here, there = os.openpty()
    fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 99, 0, 0))
    running = subprocess.Popen(
        (
            "kubectl",
            *IN,
            "exec",
            "-it",
            web,
            "--",
            "sh",
            "-c",
            "read -r word; sleep 1; tty; stty size; exit 6",
        ),
        stdin=there,
        stdout=there,
        stderr=there,
        env={**os.environ, **kubectl.environment},
        start_new_session=True,
    )
    os.close(there)
    os.write(here, b"typed\n")
    seen = b""
    with contextlib.suppress(OSError):  # a terminal that nobody holds any more cannot be read
        while data := os.read(here, 1000):
            seen += data
    os.close(here)
    assert running.wait(20) == 6
    assert b"typed" in seen
    assert b"/dev/pts/" in seen
    assert b"33 99" in seen


@pytest.mark.parametrize("how", ["kill", "delete"])
def test_a_pod_that_goes_ends_its_commands_with_an_error(kubectl: Kubectl, how: str) -> None:
    """Never with a clean exit: half an answer is none."""
    name = f"doomed-{how}"
    kubectl.create(pod(name, restartPolicy="Never"))
    kubectl.ready(name)
    running = subprocess.Popen(
        ("kubectl", *IN, "exec", name, "--", "sh", "-c", "echo begun; exec sleep 60"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **kubectl.environment},
    )
    assert running.stdout is not None
    assert running.stdout.readline() == b"begun\n"
    if how == "kill":
        path = "{.status.containerStatuses[0].containerID}"
        docker("kill", kubectl.say(*IN, "get", "pod", name, "-o", f"jsonpath={path}")[9:])
    else:
        kubectl.say(*IN, "delete", "pod", name)
    _, said = running.communicate(timeout=20)
    assert running.returncode != 0
    assert said
