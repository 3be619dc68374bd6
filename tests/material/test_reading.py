"""A course is read from its folder."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.material.settings import Settings
from pytest_cloudlab.material.testing import TODAY, course_of

NAV = "nav:\n  - b.md\n  - Part: [c/d.md, https://a.test/]\n  - gone.md\n"


def test_pages_come_in_the_order_of_the_navigation_then_by_name() -> None:
    """Those that the navigation leaves out are pages as well."""
    course = course_of(
        {"mkdocs.yml": NAV, "docs/a.md": "", "docs/b.md": "", "docs/c/d.md": "", "docs/x.png": b""}
    )
    assert list(course.pages) == ["docs/b.md", "docs/c/d.md", "docs/a.md"]
    assert course.site.files == {"docs/a.md", "docs/b.md", "docs/c/d.md", "docs/x.png"}
    assert course.today == TODAY


def test_a_course_without_mkdocs() -> None:
    """All Markdown in `docs`, or in the folder itself when there is none."""
    assert list(course_of({"docs/a.md": "", "README.md": ""}).pages) == ["docs/a.md"]
    assert list(course_of({"b/c.md": "", "README.md": ""}).pages) == ["README.md", "b/c.md"]
    assert list(course_of({"b/c.md": "", "README.md": ""}, docs="b").pages) == ["b/c.md"]


def test_what_a_page_is_made_of() -> None:
    """UTF-8 with or without its mark, any line ends; bytes that are none are U+FFFD."""
    course = course_of({"docs/a.md": b"\xef\xbb\xbfa\r\nb\rc\nd\xff"})
    assert course.pages["docs/a.md"].lines == ("a", "b", "c", "d�")


def test_decks_are_pages_of_another_kind() -> None:
    """Those that the settings name, HTML too, and Markdown that says so itself."""
    course = course_of(
        {
            "docs/a.md": "# A",
            "docs/b.md": "---\nseparator: <!--s-->\n---\n# B",
            "docs/slides/c.md": "# C",
            "docs/slides/d.html": "<section><h2>D</h2></section>",
            "talks/e.md": "# E",
        },
        decks=["docs/slides/*", "talks/**/*.md"],
    )
    kinds = {path: page.kind for path, page in course.pages.items()}
    assert kinds == {
        "docs/a.md": "page",
        "docs/b.md": "deck",
        "docs/slides/c.md": "deck",
        "docs/slides/d.html": "deck",
        "talks/e.md": "deck",
    }


def test_companions_are_the_folders_that_settings_name() -> None:
    """With what students call them: as settings say, as the repository's address ends, as the folder is."""
    files = {"docs/a.md": "", "x/app/train.py": "pass", "x/app/data/a.csv": "1"}
    table = {"path": "x/app", "url": "https://github.com/octo/tide-app.git"}
    (companion,) = course_of(files, companions=[table]).companions
    assert companion.checkout == ("tide-app",)
    assert companion.files == {"train.py", "data/a.csv"}
    assert companion.text("train.py") == "pass"
    (companion,) = course_of(files, companions=[{"path": "x/app"}]).companions
    assert (companion.checkout, companion.url) == (("app",), "")
    (companion,) = course_of(
        files, companions=[{"path": "x/app", "checkout": ["/workspaces/app"]}]
    ).companions
    assert companion.checkout == ("/workspaces/app",)


def test_a_companions_files_are_not_the_courses() -> None:
    """Though they may lie in its folder."""
    course = course_of({"docs/a.md": ""}, companion={"train.py": ""})
    assert course.files == {"docs/a.md"}
    assert course.companions[0].checkout == ("app",)


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@b.test"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def test_in_a_clone_files_are_those_that_git_tracks(tmp_path: Path) -> None:
    """Pages that it does not track are pages: mkdocs publishes them."""
    (tmp_path / "docs").mkdir()
    for name in ("a.md", "b.md", "é.md"):
        (tmp_path / "docs" / name).write_text("# A\n", encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "docs/a.md", "docs/é.md")
    course = course_of({}, root=tmp_path)
    assert course.files == {"docs/a.md", "docs/é.md"}
    assert list(course.pages) == ["docs/a.md", "docs/b.md", "docs/é.md"]
    below = course_of({}, root=tmp_path / "docs")
    assert below.files == {"a.md", "é.md"}


def test_git_starts_nothing_that_a_clone_names(tmp_path: Path) -> None:
    """Programs in the clone's own configuration are not run."""
    (tmp_path / "a.md").write_text("# A\n", encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "a.md")
    trap = tmp_path / ".git" / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n", encoding="utf-8")
    trap.chmod(0o755)
    git(tmp_path, "config", "core.fsmonitor", str(trap))
    course = course_of({}, root=tmp_path)
    assert course.files == {"a.md"}
    assert not (tmp_path / "sprung").exists()


def test_what_leads_out_of_the_course_is_not_read(tmp_path: Path) -> None:
    """Links to files elsewhere, broken ones, devices."""
    root = tmp_path / "course"
    (root / "docs").mkdir(parents=True)
    (tmp_path / "secret.md").write_text("secret", encoding="utf-8")
    (root / "docs" / "a.md").symlink_to(tmp_path / "secret.md")
    (root / "docs" / "b.md").symlink_to("/dev/zero")
    (root / "docs" / "c.md").symlink_to("nowhere")
    os.mkfifo(root / "docs" / "d.md")
    (root / "docs" / "e.md").write_text("# E", encoding="utf-8")
    (root / "docs" / "f.md").symlink_to("e.md")
    assert list(course_of({}, root=root).pages) == ["docs/e.md", "docs/f.md"]


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no such folder of pages": ({"docs": "pages"}, "docs: pages: there is no such folder"),
    "no such companion": (
        {"companions": [{"path": "../gone"}]},
        r"companions: \.\./gone: there is no such folder",
    ),
    "no such decks": ({"decks": ["slides/*.html"]}, "decks: 'slides/\\*.html' matches no file"),
    "decks from the root": ({"decks": ["/etc/*"]}, "decks: '/etc/\\*' is no pattern"),
    "decks elsewhere": ({"decks": ["../*"]}, "decks: '../\\*' matches no file"),
    "no decks": ({"decks": [""]}, "decks: '' is no pattern"),
}


@pytest.mark.parametrize(("settings", "message"), BAD.values(), ids=BAD.keys())
def test_settings_that_name_what_is_not_there(settings: dict[str, Any], message: str) -> None:
    """Each is one clear error with its remedy."""
    with pytest.raises(UsageError, match=message) as caught:
        course_of({"docs/a.md": ""}, **settings)
    assert caught.value.remedy


def test_a_page_that_is_too_large_to_be_one() -> None:
    """Is an error that names it."""
    with pytest.raises(UsageError, match=r"docs/a\.md: larger than"):
        course_of({"docs/a.md": b"x" * (2 << 20) + b"x"})


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    """Is an error, too."""
    with pytest.raises(UsageError, match="there is no such folder"):
        course_of({}, root=tmp_path / "gone", docs=Settings().docs)
