"""Folders as repositories that git clones."""

from __future__ import annotations

import asyncio
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from aiohttp import web

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.twin import control
from pytest_cloudlab.twin.git_host import GitHost
from pytest_cloudlab.twin.state import TwinInfo


def git(*args: str, cwd: Path | None = None, fails: bool = False, **variables: str) -> str:
    """What git says on stdout; on stderr when it `fails`."""
    environment = os.environ | {"GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_GLOBAL": os.devnull} | variables
    done = subprocess.run(
        ("git", *args), cwd=cwd, capture_output=True, text=True, timeout=60, env=environment
    )
    assert (done.returncode != 0) == fails, done.stderr
    return done.stderr if fails else done.stdout.strip()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "pages" / "__pycache__").mkdir(parents=True)
    (folder / "pages" / "__pycache__" / "app.pyc").write_bytes(b"\0")
    (folder / "pages" / "app.py").write_text("print(1)\n")
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    return folder


@pytest.fixture
def served(source: Path, tmp_path: Path) -> Iterator[str]:
    """The address of the host, over plain HTTP."""
    loop = asyncio.new_event_loop()
    host = GitHost({"Course/Demo.App": str(source)}, tmp_path / "repositories")
    host.make()

    async def start() -> web.AppRunner:
        app = web.Application()
        host.add_to(app)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner

    runner = loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.mark.parametrize("name", ["Course/Demo.App.git", "Course/Demo.App", "course/demo.app.git"])
@pytest.mark.parametrize("options", [(), ("--depth=1",), ("--filter=blob:none",)], ids=str)
@pytest.mark.parametrize("version", ["0", "2"])
def test_a_folder_is_cloned(
    served: str, source: Path, tmp_path: Path, name: str, options: tuple[str, ...], version: str
) -> None:
    """Under its name as GitHub takes it, whole or shallow, by the old protocol and the new."""
    protocol = ("-c", f"protocol.version={version}")
    git(*protocol, "clone", "--quiet", *options, f"{served}/{name}", str(tmp_path / "clone"))
    clone = tmp_path / "clone"
    assert (clone / "pages" / "app.py").read_text() == "print(1)\n"
    assert os.access(clone / "run.sh", os.X_OK)
    assert not (clone / "pages" / "__pycache__").exists()
    assert git("status", "--porcelain", cwd=clone) == ""
    assert git("branch", "--show-current", cwd=clone) == "main"
    assert not (source / ".git").exists()


def test_the_same_folder_has_the_same_commit_at_every_start(source: Path, tmp_path: Path) -> None:
    """Whatever the settings of git on this machine and whoever starts it."""
    hashes = set()
    for number, variables in enumerate(
        ({}, {"GIT_AUTHOR_NAME": "x", "GIT_DIR": "/nowhere", "TZ": "Asia/Tokyo"})
    ):
        with pytest.MonkeyPatch.context() as patch:
            for key, value in variables.items():
                patch.setenv(key, value)
            host = GitHost({"a/b": str(source)}, tmp_path / str(number))
            host.make()
            host.make()
        hashes.add(git("rev-parse", "main", cwd=tmp_path / str(number) / "a" / "b.git"))
    assert len(hashes) == 1
    assert git("log", "-1", "--format=%an %aI", "main", cwd=tmp_path / "0/a/b.git") == (
        "cloudlab 2026-01-01T00:00:00+00:00"
    )


def test_a_folder_with_a_repository_of_its_own_serves_its_files(source: Path, tmp_path: Path) -> None:
    git("init", "--quiet", cwd=source)
    GitHost({"a/b": str(source)}, tmp_path / "repositories").make()
    files = git("ls-tree", "-r", "--name-only", "main", cwd=tmp_path / "repositories/a/b.git")
    assert files.split() == ["pages/app.py", "run.sh"]


def test_an_empty_folder_is_a_repository(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    GitHost({"a/b": str(tmp_path / "empty")}, tmp_path / "repositories").make()
    assert git("ls-tree", "main", cwd=tmp_path / "repositories/a/b.git") == ""


@pytest.mark.parametrize(
    "name", ["course/other", "other/demo.app", "course/..%2Fdemo.app", "..%2f..%2fsource/x"]
)
def test_an_unknown_repository_is_404(served: str, name: str, tmp_path: Path) -> None:
    answer = requests.get(f"{served}/{name}.git/info/refs?service=git-upload-pack", timeout=10)
    assert answer.status_code == 404
    assert "not found" in git("clone", f"{served}/{name}.git", str(tmp_path / "clone"), fails=True)


def test_a_push_is_refused(served: str, tmp_path: Path) -> None:
    git("clone", "--quiet", f"{served}/course/demo.app", str(tmp_path / "clone"))
    before = requests.get(f"{served}/course/demo.app/info/refs?service=git-upload-pack", timeout=10).content
    assert "403" in git("push", "origin", "HEAD:refs/heads/other", cwd=tmp_path / "clone", fails=True)
    after = requests.get(f"{served}/course/demo.app/info/refs?service=git-upload-pack", timeout=10).content
    assert before == after


def test_what_is_too_long_to_be_a_question_is_refused(served: str) -> None:
    address = f"{served}/course/demo.app/git-upload-pack"
    assert requests.post(address, data=b"0" * 2_000_000, timeout=10).status_code == 413


def test_a_body_that_is_no_question_ends(served: str) -> None:
    """git says so and ends; the host serves on."""
    requests.post(f"{served}/course/demo.app/git-upload-pack", data=b"nonsense", timeout=10)
    answer = requests.get(f"{served}/course/demo.app/info/refs?service=git-upload-pack", timeout=10)
    assert answer.content.startswith(b"001e# service=git-upload-pack\n0000")


def test_a_machine_without_git_is_told_when_repositories_are_asked_for(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="git is not installed") as told:
        control.up(tmp_path / "state", repositories={"course/demo": source})
    assert told.value.remedy == "apt-get install git"
    assert not (tmp_path / "state").exists()
    with pytest.raises(UsageError) as other:
        control.up(tmp_path / "state")
    assert "git" not in other.value.message.split()


@pytest.mark.docker
def test_git_clones_from_github_through_the_twin(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the environment that `cloudlab twin env` prints; another repository is not there."""
    state = tmp_path / "state"
    info: TwinInfo = control.up(state, repositories={"course/demo": source})
    try:
        for name, value in info.environment().items():
            monkeypatch.setenv(name, value)
        git("clone", "--quiet", "https://github.com/course/demo.git", str(tmp_path / "clone"))
        assert (tmp_path / "clone" / "run.sh").exists()
        assert "not found" in git("ls-remote", "https://github.com/course/other.git", fails=True)
    finally:
        control.down(state)
