"""The real gh, and the stand-in for what goes through GitHub's relay, with codespaces that are containers."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from pytest_cloudlab.clouds.codespaces import Codespaces
from pytest_cloudlab.clouds.github_token import github_token
from pytest_cloudlab.errors import Unreachable
from pytest_cloudlab.providers import codespace
from pytest_cloudlab.providers.ledger import Ledger
from pytest_cloudlab.targets import open_target
from pytest_cloudlab.twin import control
from pytest_cloudlab.twin.engine import containers
from pytest_cloudlab.twin.faults import Fault, Faults
from pytest_cloudlab.twin.inventory import inventory
from pytest_cloudlab.twin.request_log import requests as logged
from pytest_cloudlab.twin.state import LABEL, Files, TwinInfo
from tests.conftest import NEWER_GH
from tests.twin.github.contract import Contract

REPOSITORY = "octo/course"
DEVCONTAINER = """// For the course.
{
  "features": {"ghcr.io/devcontainers/features/sshd:1": {}},
  "customizations": {"vscode": {"extensions": ["ms-python.python", "../../evil"]}},  /* and no more */
  "portsAttributes": {"8000": {"label": "a page // of mine"}},
  "postCreateCommand": "echo made > /root/post-create",
}
"""

pytestmark = [pytest.mark.docker, pytest.mark.gh]

Gh = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def info(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwinInfo]:
    folder = tmp_path_factory.mktemp("github")
    source = folder / "course"
    (source / ".devcontainer").mkdir(parents=True)
    (source / ".devcontainer" / "devcontainer.json").write_text(DEVCONTAINER)
    (source / "hello.py").write_text("print('hello')\n")
    made = control.up(folder / "state", repositories={REPOSITORY: source}, bodies=True)
    yield made
    control.down(folder / "state")
    assert containers(f"{LABEL}={made.id}") == {}


@pytest.fixture
def through(info: TwinInfo, monkeypatch: pytest.MonkeyPatch) -> TwinInfo:
    for name, value in info.environment().items():
        monkeypatch.setenv(name, value)
    return info


@pytest.fixture
def gh(through: TwinInfo) -> Gh:
    def gh(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            ("gh", *arguments), capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    return gh


@pytest.fixture
def github(through: TwinInfo) -> Iterator[Codespaces]:
    client = Codespaces(github_token(), deadline_s=5)
    yield client
    client.close()


@pytest.fixture(scope="module")
def name(info: TwinInfo) -> str:
    """A codespace that these tests share."""
    with pytest.MonkeyPatch.context() as patch:
        for key, value in info.environment().items():
            patch.setenv(key, value)
        client = Codespaces(github_token())
        made = client.create(REPOSITORY, idle_timeout_minutes=10, retention_period_minutes=60)
        try:
            return _available(client, made.name)
        finally:
            client.close()


def _available(github: Codespaces, name: str) -> str:
    for _ in range(300):
        if (state := github.get(name).state) == "Available":
            return name
        assert state in ("Queued", "Provisioning", "Starting")
        time.sleep(0.1)
    raise AssertionError(f"{name} does not come up")


def test_a_life_with_the_real_gh(gh: Gh, github: Codespaces, info: TwinInfo) -> None:
    """Created, listed, stopped with its files, started by being entered, deleted: and what gh asked for that
    was answered as GitHub describes it."""
    asked = ("--idle-timeout", "10m", "--retention-period", "1h")
    name = gh("codespace", "create", "-R", REPOSITORY, "-m", "basicLinux32gb", *asked).stdout.strip()
    _available(github, name)
    assert github.get(name).retention_period_minutes == 60
    gh("codespace", "ssh", "-c", name, "--", "echo kept > /root/file")
    gh("codespace", "stop", "-c", name)
    for _ in range(100):
        if github.get(name).state == "Shutdown":
            break
        time.sleep(0.1)
    listed = json.loads(gh("codespace", "list", "--json", "name,state,repository").stdout)
    assert {"name": name, "state": "Shutdown", "repository": REPOSITORY} in listed
    assert gh("codespace", "ssh", "-c", name, "--", "cat /root/file").stdout == "kept\n"
    gh("codespace", "delete", "-c", name, "--force")
    assert name not in [one.name for one in github.list()]
    contract = Contract()
    for call in logged(info.state):
        if call.service == "api.github.com" and call.client == "gh" and call.response_body is not None:
            contract.check(call.method, call.path, call.status, call.response_body)
    assert {"POST /user/codespaces", "DELETE /user/codespaces/{codespace_name}"} <= contract.checked


def test_what_a_codespace_is(gh: Gh, name: str) -> None:
    """Its environment says so in every kind of session, and the repository is there."""
    line = 'echo "$CODESPACES $CODESPACE_NAME $GITHUB_REPOSITORY"; cat /workspaces/course/hello.py'
    said = f"true {name} {REPOSITORY}\nprint('hello')\n"
    assert gh("codespace", "ssh", "-c", name, "--", line).stdout == said
    assert gh("codespace", "ssh", "-c", name, "--", f"sudo sh -c '{line}'").stdout == said


def test_its_dev_container_file_is_honoured(gh: Gh, name: str) -> None:
    """Comments and commas too many are no obstacle; a name that leads elsewhere is no extension."""
    lines = (
        "ls /root/.vscode-remote/extensions",
        "python3 -c 'import json; print(*json.load(open("
        '"/workspaces/.codespaces/shared/merged_devcontainer.json"))["features"])\'',
        "for i in 1 2 3 4 5 6 7 8 9; do [ -e /root/post-create ] && break; sleep 0.2; done",
        "cat /root/post-create",
    )
    said = gh("codespace", "ssh", "-c", name, "--", "; ".join(lines)).stdout
    assert said.split("\n")[:3] == [
        "ms-python.python-0.0.0",
        "ghcr.io/devcontainers/features/sshd:1",
        "made",
    ]


def test_exit_codes_and_quoting_are_sshs(gh: Gh, name: str) -> None:
    assert gh("codespace", "ssh", "-c", name, "--", "exit 7", check=False).returncode == 7
    assert gh("cs", "ssh", "-c", name, "--", "-q", "echo", "'a  b'").stdout == "a  b\n"


@pytest.mark.newer_gh
def test_a_newer_gh_shows_one(gh: Gh, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`gh codespace view` is a request for one codespace; Debian 12's gh cannot make it yet."""
    first, rest = os.environ["PATH"].split(os.pathsep, 1)
    monkeypatch.setenv("PATH", os.pathsep.join([first, str(NEWER_GH), rest]))
    assert gh("--version").stdout.startswith("gh version 2.46")
    fields = "name,repository,state,idleTimeoutMinutes,retentionPeriodDays,machineName"
    said = json.loads(gh("codespace", "view", "-c", name, "--json", fields).stdout)
    assert said["name"] == name
    assert said["repository"] == REPOSITORY
    assert said["state"] == "Available"
    assert said["idleTimeoutMinutes"] == 10
    assert said["machineName"] == "basicLinux32gb"
    assert name in gh("codespace", "list").stdout
    # What the stand-in serves, it serves beside this one too.
    assert gh("codespace", "ssh", "-c", name, "--", "echo $CODESPACE_NAME").stdout.strip() == name


def test_the_configuration_for_openssh(gh: Gh, name: str, tmp_path: Path) -> None:
    """Plain ssh gets in with what `--config` prints."""
    config = tmp_path / "config"
    config.write_text(gh("codespace", "ssh", "--config").stdout)
    argv = ("ssh", "-F", str(config), f"cs.{name}.main", "echo $CODESPACE_NAME")
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert done.stdout.strip() == name, done.stderr


@pytest.mark.parametrize("file", ["plain.bin", "a b'c.txt", "x[1]*?.txt"])
def test_files_go_there_and_come_back(gh: Gh, name: str, tmp_path: Path, file: str) -> None:
    """Their names mean themselves, whatever a shell would make of them."""
    data = bytes(range(256)) * 999
    (tmp_path / "there").write_bytes(data)
    gh("codespace", "cp", "-c", name, str(tmp_path / "there"), f"remote:/workspaces/course/{file}")
    gh("codespace", "cp", "-c", name, f"remote:/workspaces/course/{file}", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == data


def test_folders_and_patterns(gh: Gh, name: str, tmp_path: Path) -> None:
    """`-r` takes a folder, `-e` lets the far shell expand."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "one.txt").write_text("1")
    gh("codespace", "cp", "-r", "-c", name, str(tmp_path / "folder"), "remote:/workspaces/")
    gh("codespace", "cp", "-e", "-c", name, "remote:/workspaces/fold*/one.t?t", str(tmp_path / "got"))
    assert (tmp_path / "got").read_text() == "1"


@pytest.fixture
def page(gh: Gh, name: str) -> Iterator[int]:
    """A server on the codespace's own localhost only."""
    serve = "cd /workspaces/course; python3 -m http.server 8000 --bind 127.0.0.1 > /dev/null 2>&1 & echo $!"
    process = gh("codespace", "ssh", "-c", name, "--", serve).stdout.strip()
    yield 8000
    gh("codespace", "ssh", "-c", name, "--", f"kill {process}")


def test_ports(gh: Gh, through: TwinInfo, name: str, page: int) -> None:
    """Private until somebody says otherwise: then the preview answers everybody, not only the owner."""
    fields = "browseUrl,label,sourcePort,visibility"

    def listed() -> dict[str, object]:
        found = json.loads(gh("codespace", "ports", "-c", name, "--json", fields).stdout)
        ours: list[dict[str, object]] = [each for each in found if each["sourcePort"] == page]
        return ours[0]

    assert listed()["visibility"] == "private"
    assert listed()["label"] == "a page // of mine"
    url = f"{listed()['browseUrl']}/hello.py"
    assert requests.get(url, timeout=20, allow_redirects=False).status_code == 302
    opened = requests.get(url, timeout=20, headers={"X-Github-Token": github_token()})
    assert opened.text == "print('hello')\n"
    gh("codespace", "ports", "visibility", f"{page}:public", "-c", name)
    assert listed()["visibility"] == "public"
    assert requests.get(url, timeout=20).text == "print('hello')\n"
    gh("codespace", "ports", "visibility", f"{page}:private", "-c", name)
    assert requests.get(url, timeout=20, allow_redirects=False).status_code == 302


def test_a_forwarded_port(gh: Gh, name: str, page: int) -> None:
    """The local end leads to the codespace's own localhost."""
    local = 20_000 + page % 1000 + int(time.time()) % 10_000
    argv = ("gh", "codespace", "ports", "forward", f"{page}:{local}", "-c", name)
    with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE) as forward:
        try:
            for _ in range(100):
                try:
                    got = requests.get(f"http://127.0.0.1:{local}/hello.py", timeout=5).text
                    break
                except requests.ConnectionError:
                    time.sleep(0.1)
            assert got == "print('hello')\n"
        finally:
            forward.terminate()


def test_as_a_target(name: str, through: TwinInfo, page: int) -> None:
    """What a check reaches into; a port of it too."""
    with open_target(f"gh://{name}") as target:
        assert target.run("echo $CODESPACE_NAME").text == name
        with target.forward(page) as url:
            assert requests.get(f"{url}/hello.py", timeout=20).text == "print('hello')\n"


def test_a_provisioned_one_is_released(github: Codespaces, tmp_path: Path, through: TwinInfo) -> None:
    with codespace.provision(
        github, REPOSITORY, ledger=Ledger(tmp_path / "ledger"), idle_timeout_minutes=5
    ) as made:
        assert made.target.run("cat /workspaces/course/hello.py").text == "print('hello')"
    assert made.name not in [one.name for one in github.list()]


def test_the_twin_tells_of_it(info: TwinInfo, name: str) -> None:
    """`cloudlab twin status` shows it beside the VMs."""
    found = inventory(info)
    assert (name, REPOSITORY, "Available") in [
        (one.name, one.repository, one.state) for one in found.codespaces
    ]
    assert "codespace" in found.summary


def test_faults_are_githubs(gh: Gh, github: Codespaces, through: TwinInfo, name: str) -> None:
    """A check that meets a 503 could not look; gh says the status."""
    faults = Faults(Files(through.state).faults)
    faults.add(Fault("status", "github", "503", datetime.now(UTC) + timedelta(minutes=1)))
    try:
        with pytest.raises(Unreachable):
            github.get(name)
        assert "503" in gh("codespace", "list", check=False).stderr
    finally:
        faults.clear()
    assert github.get(name).name == name


def test_a_restart_keeps_them(through: TwinInfo, github: Codespaces, name: str) -> None:
    """With their files, and they can be entered."""
    with open_target(f"gh://{name}") as target:
        target.write("/root/before", b"restart")
    before = github.get(name)
    control.restart(through.state)
    _available(github, name)
    after = github.get(name)
    assert (after.created, after.machine, after.owner) == (before.created, before.machine, before.owner)
    with open_target(f"gh://{name}") as target:
        assert target.read("/root/before") == b"restart"
