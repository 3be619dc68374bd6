"""The same checks, whichever way the codespace is entered: over SSH as gh sets it up, and from the inside."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.rehearsal import Stage
from tests.checks.codespaces.soloist import PATIENCE_S, Soloist
from tests.checks.verdicts import by_verdict

pytestmark = [
    pytest.mark.docker,
    pytest.mark.gh,
    pytest.mark.xdist_group("codespaces-attached"),  # its stage is its module's
]
ROOT = Path(__file__).parents[3]
INSTALL_S = 300


@pytest.fixture(scope="module")
def soloist(stage: Stage, tmp_path_factory: pytest.TempPathFactory, sessions: Sessions) -> Soloist:
    return Soloist(stage, tmp_path_factory.mktemp("soloist"), "1.1", sessions)


@pytest.fixture
def openssh(soloist: Soloist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What gh prints for OpenSSH is where ssh looks, as if it were in `~/.ssh/config`."""
    argv = ("gh", "codespace", "ssh", "--config")
    said = subprocess.run(
        argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=True
    )
    (tmp_path / "config").write_text(said.stdout)
    ssh = tmp_path / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {tmp_path / "config"} "$@"\n')
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", str(ssh.parent), prepend=os.pathsep)


def test_over_ssh(soloist: Soloist, openssh: None, data: Path) -> None:
    """A host that `gh codespace ssh --config` prints is a place in the roster."""
    (name,) = (one.name for one in soloist.stage.github.list())
    gh = soloist.alice.member.targets["codespace"]
    soloist.stage.work_on(soloist.alice, f"ssh://cs.{name}.main")
    try:
        assert by_verdict(soloist.judge(data, retry_s=PATIENCE_S))["passed"] == soloist.lasting
    finally:
        soloist.stage.work_on(soloist.alice, gh)


def test_by_the_repository_alone(soloist: Soloist, data: Path) -> None:
    """A roster that names no codespace means the one that this account has of the repository."""
    gh = soloist.alice.member.targets["codespace"]
    soloist.stage.work_on(soloist.alice, "")
    try:
        assert by_verdict(soloist.judge(data, retry_s=PATIENCE_S))["passed"] == soloist.lasting
    finally:
        soloist.stage.work_on(soloist.alice, gh)


def test_from_the_inside(soloist: Soloist, tmp_path: Path) -> None:
    """What a student does: install the package in the codespace, enrol, check."""
    wheel = build_wheel(tmp_path)
    codespace = soloist.walkthrough.codespace(soloist.alice)
    codespace.write(f"/root/{wheel.name}", wheel.read_bytes())
    codespace.check("python3 -m venv /root/cloudlab")
    codespace.check(
        "/root/cloudlab/bin/pip install --quiet --no-compile --disable-pip-version-check %s",
        f"/root/{wheel.name}",
        timeout_s=INSTALL_S,
    )
    workspace = soloist.walkthrough.workspace(soloist.alice)
    said = codespace.check(
        "cd %s && /root/cloudlab/bin/cloudlab init codespaces --name 'Alice Martin' --team rocket --yes 2>&1",
        workspace,
    )
    assert "you are Alice Martin (alice)" in said
    done = codespace.run(
        "cd %s && /root/cloudlab/bin/cloudlab check codespaces --step 1.1 --json /root/result.json 2>&1",
        workspace,
        timeout_s=120,
    )
    assert done.ok, done.text
    (card,) = json.loads(codespace.read("/root/result.json"))["cards"]
    assert {one["check"]: one["state"] for one in card["checks"]} == dict.fromkeys(soloist.lasting, "passed")
    settings = json.loads(codespace.read(f"{workspace}/.vscode/settings.json"))
    assert settings["python.testing.pytestEnabled"] is True


def build_wheel(folder: Path) -> Path:
    """From a copy: builds that share a source tree get in each other's way."""
    for name in ("pytest_cloudlab", "checks", "fixtures"):
        shutil.copytree(ROOT / name, folder / "source" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / "source")
    argv = (sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps")
    subprocess.run([*argv, "--wheel-dir", folder, folder / "source"], check=True, timeout=INSTALL_S)
    return next(folder.glob("*.whl"))
