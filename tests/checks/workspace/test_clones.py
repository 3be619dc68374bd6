"""Which clones are found in a folder, and where their remotes lead."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from pytest_cloudlab.checks.workspace.clones import Remote, clones
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.redaction import redact
from pytest_cloudlab.targets.local import local
from tests.checks.workspace.stubs import Machine, said

URL = "https://git.example/team/project"
TOKEN = "ghp_" + "0123456789abcdefABCDEF"
RANDOM = "5k9dPq02" * 5


@pytest.mark.parametrize(
    ("remote", "over_ssh", "has_secret"),
    [
        (URL, False, False),
        (f"{URL}.git", False, False),
        ("https://alice@git.example/team/project", False, False),
        ("https://alice-martin-of-the-rocket-team-2026@git.example/team/project", False, False),
        ("https://alice:s3cret@git.example/team/project.git", False, True),
        (f"https://{TOKEN}@git.example/team/project", False, True),
        (f"https://{TOKEN}:x-oauth-basic@git.example/team/project", False, True),
        ("https://glpat-s3cret_s3cret-s3cret@git.example/team/project", False, True),
        (f"https://{RANDOM}@git.example/team/project", False, True),
        ("git@git.example:team/project.git", True, False),
        ("ssh://git@git.example:22/team/project", True, False),
    ],
)
def test_a_remote_tells_how_the_repository_is_reached(remote: str, over_ssh: bool, has_secret: bool) -> None:
    """And shows nobody who signs in: a token may stand in the place of a name."""
    one = Remote(remote)
    assert one.same_repository(URL)
    assert (one.over_ssh, bool(one.secrets)) == (over_ssh, has_secret)
    assert one.over_https is not over_ssh
    for word in ("s3cret", TOKEN, RANDOM, "alice"):
        assert word not in one.shown
    assert "git.example" in one.shown


@pytest.mark.parametrize(
    "remote",
    ["", "https://git.example/team/other", "https://[", "git@other.example:team/project", "../project"],
)
def test_another_repository_is_another(remote: str) -> None:
    assert not Remote(remote).same_repository(URL)


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True)


def clone(folder: Path, url: str = URL) -> Path:
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    git(folder, "remote", "add", "origin", url)
    return folder


def test_clones_are_found_up_to_a_depth(tmp_path: Path) -> None:
    """With what their own settings say, not what the user's make of it."""
    for folder in ("one", "deep/er/two", "much/too/deep/three"):
        clone(tmp_path / folder, f"{URL}-{folder[:3]}")
    with local() as here:
        found = clones(here, str(tmp_path), 3)
    assert [(one.folder, [each.url for each in one.remotes]) for one in found] == [
        ("deep/er/two", [f"{URL}-dee"]),
        ("one", [f"{URL}-one"]),
    ]


def test_each_remote_is_found_with_where_it_pushes_to(tmp_path: Path) -> None:
    """A clone over HTTPS may push over SSH."""
    folder = clone(tmp_path / "one")
    git(folder, "remote", "set-url", "--push", "origin", "git@git.example:team/project")
    git(folder, "remote", "add", "fork", f"https://{TOKEN}@git.example/team/fork")
    with local() as here:
        (found,) = clones(here, str(tmp_path), 3)
    assert found.is_of(URL)
    assert [(one.name, one.over_ssh, bool(one.secrets)) for one in found.remotes] == [
        ("origin", False, False),
        ("origin", True, False),
        ("fork", False, True),
    ]


def test_a_secret_of_an_address_is_shown_nowhere(tmp_path: Path) -> None:
    clone(tmp_path / "one", f"https://{RANDOM}@git.example/team/project")
    with local() as here:
        clones(here, str(tmp_path), 3)
    assert RANDOM not in redact(f"it said {RANDOM}")


def test_a_folder_that_is_a_clone_itself_is_found(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    with local() as here:
        assert [(one.folder, one.read) for one in clones(here, str(tmp_path), 3)] == [(".", True)]


def test_settings_that_are_no_file_hold_nobody_up(tmp_path: Path) -> None:
    """A pipe is not waited for, and nothing is said about the clone."""
    for name in ("one", "two", "three"):
        (tmp_path / name / ".git").mkdir(parents=True)
        os.mkfifo(tmp_path / name / ".git" / "config")
    (tmp_path / "two" / ".git" / "config").unlink()
    (tmp_path / "two" / ".git" / "config").write_text("[remote")
    with local() as here:
        assert [one.read for one in clones(here, str(tmp_path), 3)] == [False, False, False]


def test_a_workspace_without_git_says_nothing() -> None:
    with pytest.raises(CouldNotLook, match="no git"):
        clones(Machine(said("./one/.git"), said("", 127)), "/pvc/workspaces/alice", 3)
