"""A machine in the twin to work in: kept, entered again, with the twin's environment in every shell."""

from __future__ import annotations

import os
import pty
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.twin import shell
from pytest_cloudlab.twin.engine import containers, docker
from pytest_cloudlab.twin.machine import sdk_folder
from pytest_cloudlab.twin.state import LABEL, TwinInfo

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def name(twin: TwinInfo) -> Iterator[str]:
    """Of a shell that this module's tests share."""
    name = f"shell-{secrets.token_hex(3)}"
    yield name
    docker("rm", "--force", "--volumes", shell.opened(twin, name).container)


def command(twin: TwinInfo, name: str, *inside: str) -> list[str]:
    own = [sys.executable, "-m", "pytest_cloudlab", "twin", "shell", "--state", str(twin.state)]
    return [*own, "--name", name, *(["--", *inside] if inside else [])]


def run(twin: TwinInfo, name: str, *inside: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command(twin, name, *inside), input=stdin, capture_output=True, timeout=120)


def test_what_is_piped_gets_in_and_output_and_exit_code_come_out(twin: TwinInfo, name: str) -> None:
    done = run(twin, name, "sh", "-c", "cat; echo aside >&2; exit 7", stdin=b"\x00piped")
    assert (done.stdout, done.returncode) == (b"\x00piped", 7)
    assert done.stderr.endswith(b"aside\n")


def test_words_arrive_as_they_were_given(twin: TwinInfo, name: str) -> None:
    """No shell in between takes them apart."""
    assert run(twin, name, "printf", "%s|", "a  b", "$HOME", "", "'").stdout == b"a  b|$HOME||'|"


def test_its_files_are_there_the_next_time_and_after_it_was_stopped(twin: TwinInfo, name: str) -> None:
    assert run(twin, name, "sh", "-c", "echo mine > ~/file").returncode == 0
    assert run(twin, name, "cat", "/root/file").stdout == b"mine\n"
    docker("stop", "--time=0", shell.opened(twin, name).container)
    done = run(twin, name, "cat", "/root/file")
    assert (done.stdout, b"again" in done.stderr) == (b"mine\n", True)
    assert run(twin, name, "docker", "ps", "--quiet").returncode == 0


def test_two_names_are_two_machines_and_down_finds_them(twin: TwinInfo, name: str) -> None:
    one, other = shell.opened(twin, name), shell.opened(twin, f"{name}-2")
    try:
        assert run(twin, other.name, "test", "-e", "/root/file").returncode == 1
        assert {one.container, other.container} <= set(containers(f"{LABEL}={twin.id}"))
        assert run(twin, other.name, "hostname").stdout.decode().strip() == other.name
    finally:
        docker("rm", "--force", "--volumes", other.container)


@pytest.mark.parametrize("how", ["sh -c", "bash -c", "bash -lc", "bash -ic", "sudo sh -c"])
def test_every_kind_of_shell_has_the_clouds_environment(twin: TwinInfo, name: str, how: str) -> None:
    words = "echo $CLOUDSDK_CORE_PROJECT $HTTPS_PROXY; command -v docker"
    said = run(twin, name, *how.split(), words).stdout.decode().split()
    assert said == [twin.project, f"http://{twin.gateway}:{twin.port}", "/usr/bin/docker"]


def test_a_session_does_not_show_what_only_the_boot_needs(twin: TwinInfo, name: str) -> None:
    variables = run(twin, name, "env").stdout.decode()
    assert "CLOUDSDK_CORE_PROJECT=" in variables
    assert "CLOUDLAB_" not in variables


def test_pip_installs_as_printed_and_a_build_has_the_proxy(twin: TwinInfo, name: str) -> None:
    """Debian's pip refuses to install into the system, a codespace's does not."""
    dockerfile = 'FROM python:3.10\nRUN pip install --no-index flask && test -n "$HTTPS_PROXY"\n'
    assert run(twin, name, "pip", "install", "--no-index", "wheel").returncode == 0
    done = run(twin, name, "docker", "build", "--quiet", "-", stdin=dockerfile.encode())
    assert done.stdout.startswith(b"sha256:"), done.stderr.decode()


def test_on_a_terminal_it_says_what_it_is_and_its_prompt_too(twin: TwinInfo, name: str) -> None:
    ours, theirs = pty.openpty()
    entered = subprocess.Popen(
        command(twin, name), stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True
    )
    os.close(theirs)
    said = b""
    typed = False
    until = time.monotonic() + 60
    try:
        while time.monotonic() < until:
            try:
                said += os.read(ours, 4096)
            except OSError:
                break
            if not typed and b"~#" in said:
                os.write(ours, b"tty; exit 3\n")
                typed = True
        assert entered.wait(20) == 3
    finally:
        entered.kill()
        entered.wait()
        os.close(ours)
    text = said.decode(errors="replace")
    assert f"You are on {name}, a machine in the twin" in text
    assert "Leave it with `exit`" in text
    assert f"(twin)root@{name}:~#" in text
    assert "/dev/pts/" in text


def test_without_the_sdk_it_says_so_and_goes_on(twin: TwinInfo, tmp_path: Path) -> None:
    docker_command = shutil.which("docker")
    assert docker_command
    (tmp_path / "docker").symlink_to(docker_command)
    name = f"bare-{secrets.token_hex(3)}"
    try:
        done = subprocess.run(
            command(twin, name, "sh", "-c", "! command -v gcloud && docker version && python3 -V"),
            env={**os.environ, "PATH": str(tmp_path)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr.count("No Google Cloud SDK here") == 1
    finally:
        docker("rm", "--force", "--volumes", f"cloudlab-shell-{twin.id}-{name}")


@pytest.mark.gcloud
def test_with_the_sdk_gcloud_works_in_there(twin: TwinInfo, name: str) -> None:
    assert sdk_folder() is not None
    done = run(
        twin, name, "bash", "-lc", "gcloud config get-value project; gsutil version -l | grep boto.cfg"
    )
    assert done.stdout.decode().splitlines()[0] == twin.project
    assert b"/etc/boto.cfg" in done.stdout


@pytest.mark.parametrize("name", ["Two Words", "-x", "a/b", "", "x" * 41], ids=lambda name: name[:9])
def test_a_name_that_is_none_is_refused(twin: TwinInfo, name: str) -> None:
    with pytest.raises(UsageError, match="no name for a shell"):
        shell.opened(twin, name)


def test_without_a_twin_it_says_how_to_start_one(tmp_path: Path) -> None:
    words = ["twin", "shell", "--state", str(tmp_path / "none"), "--", "true"]
    argv = [sys.executable, "-m", "pytest_cloudlab", *words]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "cloudlab twin up" in done.stderr
