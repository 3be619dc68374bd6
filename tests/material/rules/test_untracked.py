"""Files that are on this disk and not in git."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.rules.images import missing_image
from pytest_cloudlab.material.rules.links import broken_link
from pytest_cloudlab.material.rules.untracked import untracked_file
from pytest_cloudlab.material.testing import course_of
from tests.material.rules.told import MKDOCS, PNG, told

PAGE = """\
![x](img/shot.png)
[x](new.md)
[x](new.md#a)
[x](../new/)
<img src="../img/shot.png">
[x](kept.md)
"""


def clone_of(
    root: Path, tracked: Mapping[str, str | bytes], untracked: Mapping[str, str | bytes], mkdocs: str = MKDOCS
) -> Course:
    course_of({"mkdocs.yml": mkdocs, **tracked}, root=root)
    for argv in (["git", "init", "-q"], ["git", "add", "."]):
        subprocess.run(argv, cwd=root, check=True)
    return course_of(untracked, root=root)


def test_files_that_git_lacks(tmp_path: Path) -> None:
    """Ignored or forgotten; each once a page. They are no broken links."""
    tracked = {"docs/a.md": PAGE, "docs/kept.md": "", ".gitignore": "*.png\n"}
    course = clone_of(tmp_path, tracked, {"docs/img/shot.png": PNG, "docs/new.md": ""})
    lacked = "which is on this disk and not in git: the site will lack it."
    assert told(untracked_file, course) == [
        f"docs/a.md:1:6 The picture leads to docs/img/shot.png, {lacked}"
        " | Run: git add docs/img/shot.png (with -f where .gitignore names it).",
        f"docs/a.md:2:5 The link leads to docs/new.md, {lacked}"
        " | Run: git add docs/new.md (with -f where .gitignore names it).",
    ]
    assert told(broken_link, course) == told(missing_image, course) == []


def test_a_tracked_file_that_is_gone_is_missing(tmp_path: Path) -> None:
    course = clone_of(
        tmp_path, {"docs/a.md": "[x](b.md) ![x](b.png)\n", "docs/b.md": "", "docs/b.png": PNG}, {}
    )
    assert told(broken_link, course) == told(missing_image, course) == []
    (tmp_path / "docs/b.md").unlink()
    (tmp_path / "docs/b.png").unlink()
    course = course_of({}, root=tmp_path)
    assert [each.split()[0] for each in told(broken_link, course)] == ["docs/a.md:1:5"]
    assert [each.split()[0] for each in told(missing_image, course)] == ["docs/a.md:1:16"]
    assert told(untracked_file, course) == []


@pytest.mark.parametrize(
    "target", ["kept.md", "img/kept.png", "https://example.org/shot.png", "#a", "gone.png"]
)
def test_files_that_git_has(tmp_path: Path, target: str) -> None:
    """Or that nobody has."""
    tracked: dict[str, str | bytes] = {
        "docs/a.md": f"[x]({target})\n",
        "docs/kept.md": "",
        "docs/img/kept.png": PNG,
    }
    assert told(untracked_file, clone_of(tmp_path, tracked, {"docs/other.md": ""})) == []


def test_what_a_workflow_makes_is_not_missing_there(tmp_path: Path) -> None:
    tracked: dict[str, str | bytes] = {
        "docs/a.md": "[x](slides/talk.html) [x](out/deep/report.csv) [x](other/report.csv)\n",
        ".github/workflows/site.yml": "run: reveal-md slides/talk.md; ./make docs/out/\n",
        "slides/talk.md": "---\nseparator: x\n---\n",
    }
    made = {f"docs/{name}": b"x" for name in ("slides/talk.html", "out/deep/report.csv", "other/report.csv")}
    course = clone_of(tmp_path, tracked, made)
    assert [each.split()[0] for each in told(untracked_file, course)] == ["docs/a.md:1:52"]


def test_a_link_into_another_folder_is_followed(tmp_path: Path) -> None:
    """Git tracks the symbolic link, and what it leads to elsewhere."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/slides").symlink_to("../slides")
    course = clone_of(tmp_path, {"docs/a.md": "[x](slides/talk.html)\n", "slides/talk.html": ""}, {})
    assert told(untracked_file, course) == told(broken_link, course) == []


def test_a_repository_within_is_not_looked_into(tmp_path: Path) -> None:
    inner = tmp_path / "docs/app"
    course_of({"docs/page.md": ""}, root=inner)
    who = ["-c", "user.name=a", "-c", "user.email=a@b.example"]
    for argv in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "x"]):
        subprocess.run(["git", *argv], cwd=inner, check=True)
    course = clone_of(tmp_path, {"docs/a.md": "[x](app/docs/page.md) [x](app/gone.md)\n"}, {})
    assert told(untracked_file, course) == told(broken_link, course) == []


def test_the_companion_has_its_own_repository(tmp_path: Path) -> None:
    tracked = {"docs/a.md": "[x](../companion/README.md)\n"}
    clone_of(tmp_path, tracked, {}, mkdocs="site_name: A\n")
    (tmp_path / "mkdocs.yml").unlink()
    course = course_of({}, companion={"README.md": ""}, root=tmp_path)
    assert told(untracked_file, course) == told(broken_link, course) == []


def test_a_folder_that_is_no_clone_has_all_its_files() -> None:
    files: dict[str, str | bytes] = {
        "docs/a.md": PAGE,
        "docs/img/shot.png": PNG,
        "docs/new.md": "",
        "docs/kept.md": "",
    }
    assert told(untracked_file, course_of(files)) == []


def test_drafts_may_have_files_of_their_own(tmp_path: Path) -> None:
    mkdocs = MKDOCS + "draft_docs: |\n  a.md\n"
    course = clone_of(tmp_path, {"docs/a.md": PAGE}, {"docs/img/shot.png": PNG}, mkdocs)
    assert told(untracked_file, course) == []
