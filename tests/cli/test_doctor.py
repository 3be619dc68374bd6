"""`cloudlab doctor`: whom it examines, what it prints, how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from click.testing import CliRunner

from pytest_cloudlab.cli import doctor as command
from pytest_cloudlab.cli.progress import say_if_slow
from pytest_cloudlab.doctor.examination import Examination, Patient
from pytest_cloudlab.doctor.finding import Finding, State
from pytest_cloudlab.doctor.place import Place
from tests.clouds.conftest import authority, internet
from tests.clouds.internet import Internet
from tests.labs import LAB, write_lab, write_roster

__all__ = ["authority", "internet"]


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Patient]:
    """Who was examined; nothing is looked at."""
    seen: list[Patient] = []

    def examine(patient: Patient, *, offline: bool, progress: AbstractContextManager[None]) -> Examination:
        seen.append(patient)
        return Examination(patient.lab, Place((), False), (Finding("tools", "t", State.WRONG, "x"),), offline)

    monkeypatch.setattr(command, "examine", examine)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CLOUDLAB_ROSTER", raising=False)
    return seen


def run(*args: str) -> tuple[int, str]:
    done = CliRunner().invoke(command.doctor, list(args), standalone_mode=False)
    if done.exception:
        raise done.exception
    return done.return_value, done.output


def test_the_roster_here_says_which_lab_and_course(examined: list[Patient], tmp_path: Path) -> None:
    write_roster(tmp_path, write_lab(tmp_path, {}))
    code, _ = run()
    assert code == 1
    assert examined[0].lab is not None
    assert (examined[0].lab.id, examined[0].course.registry) == ("knots", "eu.gcr.io/harbour")
    assert examined[0].folder == tmp_path


def test_a_lab_before_there_is_a_roster(examined: list[Patient]) -> None:
    run("be", "--offline")
    assert examined[0].lab is not None
    assert examined[0].lab.id == "be"
    assert examined[0].course.project == ""


def test_another_lab_than_the_rosters(examined: list[Patient], tmp_path: Path) -> None:
    """The members have not chosen for it, and need not have."""
    write_roster(tmp_path, write_lab(tmp_path, {}))
    run("be")
    assert examined[0].lab is not None
    assert (examined[0].lab.id, examined[0].course.project) == ("be", "harbour")


def test_neither_lab_nor_roster(examined: list[Patient]) -> None:
    run()
    assert examined[0].lab is None


def test_as_json_nothing_else_is_said(examined: list[Patient]) -> None:
    _, output = run("be", "--json")
    told = json.loads(output)
    assert (told["lab"], told["exit_code"], told["findings"][0]["state"]) == ("be", 1, "wrong")


def real(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """As a user runs it; the metadata server is nobody."""
    env = {**os.environ, "CLOUDLAB_ROSTER": "", "GCE_METADATA_HOST": "127.0.0.1:1", "HOME": str(cwd)}
    argv = [sys.executable, "-m", "pytest_cloudlab", "doctor", *args]
    return subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, timeout=60)


NEEDS = """
[needs]
tools = ["sh-is-no-tool-of-this-name"]
hosts = ["storage.googleapis.com", "compute.googleapis.com"]
"""


def test_a_real_run(tmp_path: Path, internet: Internet) -> None:
    """One tool is missing and one host wants a sign-in; the table fits a log."""

    def script(asked: object) -> None:
        if asked.site == "storage.googleapis.com":  # type: ignore[attr-defined]
            asked.say(511)  # type: ignore[attr-defined]
        else:
            asked.say(401, {})  # type: ignore[attr-defined]

    internet.script = script
    write_roster(tmp_path, write_lab(tmp_path, {}, toml=LAB + NEEDS))
    done = real(cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert "\x1b" not in done.stdout
    assert "✗ sh-is-no-tool-of-this-name" in done.stdout
    assert "✗ storage.googleapis.com" in done.stdout
    assert "✓ compute.googleapis.com" in done.stdout
    assert "2 to mend." in done.stdout
    assert not (tmp_path / ".cloudlab").exists()


def test_a_real_run_offline(tmp_path: Path) -> None:
    """All that this lab needs is git, which the tests need too."""
    write_roster(tmp_path, write_lab(tmp_path, {}, toml=LAB + '\n[needs]\ntools = ["git"]\n'))
    done = real("--offline", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["offline"] is True


def test_a_roster_that_is_none_exits_2(tmp_path: Path) -> None:
    done = real("--roster", "none.toml", "--offline", cwd=tmp_path)
    assert (done.returncode, "there is no such file" in done.stderr) == (2, True)


def test_progress_is_said_only_where_it_is_slow(capsys: pytest.CaptureFixture[str]) -> None:
    with say_if_slow("asking", after_s=30):
        pass
    with say_if_slow("waiting", after_s=0.01):
        time.sleep(0.2)
    assert capsys.readouterr().err == "  … waiting\n"
