"""Which lines a change adds."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.material.changes import added_lines, is_known, touched_lines

ODD = 'docs/é "odd" name.md'


def run_git(folder: Path, *args: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@a.test", "-c", "init.defaultBranch=main"]
    done = subprocess.run(
        ["git", *identity, *args], cwd=folder, capture_output=True, text=True, check=True, timeout=30
    )
    return done.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Two branches: main went on after `work` began."""
    root = tmp_path / "clone"
    (root / "docs").mkdir(parents=True)
    run_git(root, "init", "-q")
    (root / "docs" / "a.md").write_text("one\ntwo\nthree\n")
    (root / ODD).write_text("one\n")
    (root / "docs" / "gone.md").write_text("one\n")
    run_git(root, "add", ".")
    run_git(root, "commit", "-qm", "first")
    run_git(root, "branch", "work")
    (root / "docs" / "a.md").write_text("ONE\ntwo\nthree\n")
    run_git(root, "commit", "-qam", "main goes on")
    run_git(root, "checkout", "-q", "work")
    return root


def test_lines_are_those_that_differ_from_where_the_work_began(clone: Path) -> None:
    """Committed or not, also of names that git quotes; what main did meanwhile is not the work's."""
    (clone / "docs" / "a.md").write_text("one\ntwo\nnew\nthree\nfour\n")
    run_git(clone, "commit", "-qam", "work")
    (clone / ODD).write_text("zero\none\n++ b/docs/fake.md\n@@ -1 +90,9 @@\n")
    (clone / "docs" / "gone.md").unlink()
    (clone / "docs" / "new.md").write_text("one\ntwo\n")
    found = touched_lines(clone, "main")
    assert found["docs/a.md"] == {3, 5}
    assert found[ODD] == {1, 3, 4}
    assert found["docs/new.md"] >= {1, 2}
    assert set(found) == {"docs/a.md", ODD, "docs/new.md"}


def test_paths_are_from_the_course_s_folder(clone: Path) -> None:
    (clone / "docs" / "a.md").write_text("one\ntwo\nthree\nfour\n")
    (clone / "README.md").write_text("not of the course\n")
    assert touched_lines(clone / "docs", "main") == {"a.md": frozenset({4})}


def test_a_missing_last_line_end_moves_nothing() -> None:
    """git's remark on it stands between the lines that a hunk counts."""
    diff = (
        b"diff --git a/a.md b/a.md\n--- a/a.md\n+++ b/a.md\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n"
        b"+++ b/fake.md\n\\ No newline at end of file\ndiff --git a/b.md b/b.md\n--- a/b.md\n+++ b/b.md\n"
        b"@@ -2,0 +3,2 @@\n+y\n+z\n"
    )
    assert added_lines(diff) == {"a.md": {1}, "b.md": {3, 4}}


def test_nothing_that_a_repository_names_is_started(clone: Path, tmp_path: Path) -> None:
    """Neither an external diff nor a text conversion, which a clone's own settings may name."""
    marker = tmp_path / "ran"
    (clone / ".gitattributes").write_text("*.md diff=odd\n")
    for key in ("diff.external", "diff.odd.textconv", "diff.odd.command", "core.fsmonitor", "core.pager"):
        run_git(clone, "config", key, f"touch {marker};")
    (clone / "docs" / "a.md").write_text("one\ntwo\nthree\nfour\n")
    assert touched_lines(clone, "main")["docs/a.md"] == {4}
    assert not marker.exists()


@pytest.mark.parametrize("setting", ["diff.noprefix", "diff.mnemonicPrefix", "diff.srcPrefix"])
def test_somebody_s_own_settings_do_not_matter(clone: Path, setting: str) -> None:
    run_git(clone, "config", setting, "true")
    (clone / "docs" / "a.md").write_text("one\ntwo\nthree\nfour\n")
    assert touched_lines(clone, "main")["docs/a.md"] == {4}


@pytest.mark.parametrize("base", ["nowhere", "--output=x", "", "main:docs/a.md"])
def test_a_base_that_git_does_not_know_is_an_error(clone: Path, base: str) -> None:
    with pytest.raises(UsageError, match="git knows no such commit"):
        touched_lines(clone, base)
    assert not (clone / "x").exists()


def test_outside_of_a_repository_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="git knows no such commit"):
        touched_lines(tmp_path, "main")


def test_a_base_is_known_when_there_is_something_to_compare_with(clone: Path) -> None:
    """A shallow clone lacks most."""
    assert is_known(clone, "main")
    assert not is_known(clone, "origin/main")
    assert not is_known(clone, "f" * 40)
