"""What is new in a workspace is told by git, and a terminal's PATH by a login shell."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.checks.codespaces.hello import candidates, letters, run_hello
from pytest_cloudlab.checks.codespaces.new_files import made_here, new_files, shown
from pytest_cloudlab.checks.codespaces.terminal import SYSTEM, terminal_path
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.targets import Target, open_target


@pytest.fixture(scope="module")
def here() -> Iterator[Target]:
    with open_target("local://") as target:
        yield target


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    subprocess.run(["git", "-C", folder, *who, *words], check=True, capture_output=True, timeout=30)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A clone of a repository with two files."""
    origin, clone = tmp_path / "origin", tmp_path / "work space"
    origin.mkdir()
    (origin / "README.md").write_text("# Course\n")
    (origin / ".gitignore").write_text("*.pt\n")
    git(origin, "init", "--quiet", "--initial-branch=main")
    git(origin, "add", ".")
    git(origin, "commit", "--quiet", "--message=1")
    git(tmp_path, "clone", "--quiet", str(origin), str(clone))
    return clone


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")


def test_untracked_staged_and_committed_files_are_new(here: Target, workspace: Path) -> None:
    """Changed ones, ignored ones, and what a library or another repository brought are not."""
    put(workspace, "a.csv", "it's/b %s.csv", "README.md", "model.pt", "env/pyvenv.cfg", "env/bin/activate")
    put(workspace, "node_modules/x/index.js", "lib/site-packages/x.py", "staged.csv", "committed.csv")
    put(workspace, "other/file.txt")
    git(workspace / "other", "init", "--quiet")
    git(workspace, "add", "committed.csv")
    git(workspace, "commit", "--quiet", "--message=2")
    git(workspace, "add", "staged.csv")
    found = new_files(here, str(workspace), "main")
    assert found == ["a.csv", "committed.csv", "it's/b %s.csv", "staged.csv"]


def test_what_the_course_removed_since_is_not_new(here: Target, workspace: Path) -> None:
    """Nor is what it has added; and without its branch, staged files are new at least."""
    origin = workspace.parent / "origin"
    (origin / "README.md").unlink()
    put(origin, "more.txt")
    git(origin, "add", "--all")
    git(origin, "commit", "--quiet", "--message=3")
    git(workspace, "fetch", "--quiet")
    assert new_files(here, str(workspace), "main") == []
    put(workspace, "staged.csv")
    git(workspace, "add", "staged.csv")
    assert new_files(here, str(workspace), "nowhere") == ["staged.csv"]


def test_names_are_any_bytes(here: Target, workspace: Path) -> None:
    """They lead to their files, and are shown without what no screen takes."""
    name = b"caf\xe9\n\x1b[31m.py"
    with open(os.path.join(os.fsencode(workspace), name), "wb") as file:
        file.write(b'print("HELLO ... world")')
    found = new_files(here, str(workspace), "main")
    assert candidates(here, str(workspace), found) == found
    assert run_hello(here, str(workspace), found[0], "Hello, World!") == ""
    assert shown(found[0]) == "caf\ufffd??[31m.py"
    assert not list(workspace.glob("__pycache__"))


def test_where_git_does_not_tell_nothing_is_known(here: Target, tmp_path: Path) -> None:
    with pytest.raises(CouldNotLook, match="not a git repository"):
        new_files(here, str(tmp_path), "main")


def test_candidates_are_few_short_and_likely(here: Target, workspace: Path) -> None:
    """Those named hello first; no link, no long one, none without a hello."""
    for name, text in [
        ("a.py", "# Hello"),
        ("deep/hello.py", "# HELLO"),
        ("long.py", "# hello" + " " * 9_000),
        ("other.py", "# bye"),
        ("hello.txt", "hello"),
    ]:
        put(workspace, name)
        (workspace / name).write_text(text)
    (workspace / "hello.py").symlink_to("a.py")
    found = new_files(here, str(workspace), "main")
    assert candidates(here, str(workspace), found) == ["deep/hello.py", "a.py"]


@pytest.mark.parametrize(
    ("path", "made"),
    [
        ("hello.py", True),
        ("Untitled.IPYNB", True),
        (".vscode/settings.json", True),
        ("src/__pycache__/x.pyc", True),
        ("data/MNIST/raw/train-images-idx3-ubyte", True),
        ("photo.jpg", False),
        ("py/data.csv", False),
    ],
)
def test_the_lab_knows_what_was_made_in_the_codespace(path: str, made: bool) -> None:
    """Whatever is made by following the page."""
    assert made_here(path, load_lab(find_lab("codespaces")).parameters.upload.made_here) is made


def test_letters_alone_count() -> None:
    assert letters("Hello, World! 1_2\n") == letters("HELLO world") == "helloworld"


def test_a_terminal_finds_what_a_login_adds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its files print; system commands are found too."""
    (tmp_path / ".profile").write_text("echo Welcome; PATH=/opt/mine/bin:$PATH\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    with open_target("local://") as target:
        path = terminal_path(target).split(":")
    assert path[0] == "/opt/mine/bin"
    assert set(SYSTEM.split(":")) <= set(path)
    assert len(path) == len(set(path))
