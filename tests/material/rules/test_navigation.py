"""The navigation of mkdocs.yml, and pages that are in none."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from pytest_cloudlab.material.rules.navigation import navigation_file, navigation_twice, not_in_navigation
from pytest_cloudlab.material.testing import course_of
from tests.material.rules.told import PNG, ask, site_of, told

PAGES: dict[str, str | bytes] = {
    "docs/index.md": "# Home\n",
    "docs/set-up.md": "# Set up\n",
    "docs/part/one.md": "# One\n",
    "docs/files/data.csv": "a\n",
    "docs/slides/talk.html": "<html></html>",
}
ALL = "[index.md, set-up.md, part/one.md]"


def named(entry: str, mkdocs: str = "", **more: str | bytes) -> list[str]:
    """What is said of `entry` on line 6."""
    nav = f"nav:\n  - index.md\n  - Part:\n      - {entry}\n"
    return told(navigation_file, site_of({**PAGES, **more}, nav + mkdocs))


@pytest.mark.parametrize(
    ("entry", "says", "remedy"),
    [
        ("gone.md", "names gone.md, and there is no docs/gone.md.", "Mend it, or add the file."),
        ("Title: gone.md", "names gone.md, and there is no docs/gone.md.", "Mend it, or add the file."),
        ("setup.md", "names setup.md, and there is no docs/setup.md.", "Did you mean set-up.md?"),
        ("Title: one.md", "names one.md, and there is no docs/one.md.", "Did you mean part/one.md?"),
        ("Set-Up.md", "names Set-Up.md, and there is no docs/Set-Up.md.", "Did you mean set-up.md?"),
        ("Title: setup/", "names setup, and there is no docs/setup.", "Did you mean set-up.md?"),
        (
            "Title: files/gone.csv",
            "names files/gone.csv, and there is no docs/files/gone.csv.",
            "Mend it, or add the file.",
        ),
        (
            "Title: docs/set-up.md",
            "names docs/set-up.md, and there is no docs/docs/set-up.md.",
            "Did you mean set-up.md?",
        ),
        (
            "Title: https://octo.github.io/course/gone/",
            "leads to https://octo.github.io/course/",
            "Mend it or drop it.",
        ),
        (
            "Title: https://octo.github.io/course/set-up.html",
            "leads to https://octo.github.io/course/",
            "Did you mean https://octo.github.io/course/set-up/?",
        ),
    ],
)
def test_an_entry_that_leads_nowhere(entry: str, says: str, remedy: str) -> None:
    (found,) = named(entry)
    assert found.startswith(f"mkdocs.yml:6:1 The navigation {says}")
    assert found.endswith(f" | {remedy}")


@pytest.mark.parametrize(
    "entry",
    [
        "set-up.md",
        "./set-up.md",
        "Title: part/one.md",
        "Title: files/data.csv",
        "Title: slides/talk.html",
        "Title: set-up",
        "Title: set-up/",
        "Title: https://example.org/gone.md",
        "Title: https://octo.github.io/course/set-up/",
        "Title: https://octo.github.io/other/",
        "Title: /other-course/",
        "Title: mailto:a@b.example",
        "Title: '#'",
        "Title: ../other-course/",
        "Title: '*.md'",
        "Title: '!include part/mkdocs.yml'",
        "... | flat | part/*.md",
        "Title: []",
    ],
)
def test_an_entry_that_leads_somewhere(entry: str) -> None:
    assert named(entry) == []


@pytest.mark.parametrize(
    ("mkdocs", "more"),
    [
        ("plugins: [gen-files]\n", {}),
        ("plugins: [made-up]\n", {}),
        ("hooks: [hooks.py]\n", {"hooks.py": "def on_files(files, config): ...\n"}),
        ("", {"Makefile": "docs/made.md: made.py\n"}),
        ("", {"docs/made.md": b"#"}),
    ],
)
def test_a_page_that_the_build_may_make(mkdocs: str, more: Mapping[str, str | bytes]) -> None:
    assert named("made.md", mkdocs, **more) == []


def test_folders_are_for_a_plugin_to_read() -> None:
    assert named("Title: gone/", "plugins: [literate-nav]\n") == []
    assert len(named("Title: gone/", "plugins: [search]\n")) == 1


def test_a_page_that_git_lacks(tmp_path: Path) -> None:
    nav = "site_name: A\nnav:\n  - index.md\n  - new.md\n"
    course_of({"mkdocs.yml": nav, "docs/index.md": "# A\n"}, root=tmp_path)
    for argv in (["git", "init", "-q"], ["git", "add", "."]):
        subprocess.run(argv, cwd=tmp_path, check=True)
    assert told(navigation_file, course_of({"docs/new.md": "# New\n"}, root=tmp_path)) == [
        "mkdocs.yml:4:1 The navigation names new.md, which is on this disk and not in git:"
        " the site will lack it. | Run: git add docs/new.md (with -f where .gitignore names it)."
    ]


def test_a_page_that_is_in_it_twice() -> None:
    nav = "nav:\n  - index.md\n  - Part:\n      - set-up.md\n      - Again: ./set-up.md\n  - Home: index.md\n"
    assert told(navigation_twice, site_of(PAGES, nav)) == [
        "mkdocs.yml:7:1 set-up.md is in the navigation twice, first on line 6. | Keep one of the two.",
        "mkdocs.yml:8:1 index.md is in the navigation twice, first on line 4. | Keep one of the two.",
    ]


@pytest.mark.parametrize(
    "nav",
    [
        f"nav: {ALL}\n",
        "nav:\n  - index.md\n  - part/index.md\n",
        "nav:\n  - A: https://example.org/\n  - B: https://example.org/\n",
        "nav:\n  - A: files/data.csv\n  - B: files/data.csv\n",
        "",
    ],
)
def test_what_is_in_it_once(nav: str) -> None:
    """Addresses of other sites and files may stand in several places."""
    assert told(navigation_twice, site_of(PAGES, nav)) == []


def test_a_page_that_is_in_none() -> None:
    nav = "nav:\n  - index.md\n  - Part:\n      - part/one.md\n      - part/three.md\n  - set-up.md\n"
    files = {**PAGES, "docs/part/two.md": "", "docs/part/three.md": "", "docs/new/a.md": "", "docs/b.md": ""}
    remedy = "Add it to nav in mkdocs.yml, or name it under not_in_nav."
    assert told(not_in_navigation, site_of(files, nav)) == [
        f"docs/b.md:1:1 The page b.md is in no navigation. | {remedy}",
        f"docs/new/a.md:1:1 The page new/a.md is in no navigation. | {remedy}",
        f"docs/part/two.md:1:1 The page part/two.md is in no navigation. | {remedy}",
    ]


@pytest.mark.parametrize(
    ("path", "mkdocs"),
    [
        ("docs/new.md", "not_in_nav: |\n  new.md\n"),
        ("docs/deep/new.md", "not_in_nav: |\n  /deep/\n"),
        ("docs/new.md", "exclude_docs: |\n  new.md\n"),
        ("docs/new.md", "draft_docs: |\n  new.md\n"),
        ("docs/.hidden/new.md", ""),
        ("docs/templates/new.md", ""),
        ("docs/404.md", ""),
        ("docs/README.md", ""),
        ("docs/includes/new.md", ""),
        ("docs/part/_new.md", ""),
        ("docs/_part/new.md", ""),
        ("docs/set-up.fr.md", ""),
        ("docs/blog/posts/new.md", "plugins: [blog]\n"),
        ("docs/news/posts/new.md", "plugins:\n  - material/blog:\n      blog_dir: news\n"),
        ("docs/tags.md", "plugins: [tags]\n"),
        ("docs/new.md", "plugins: [awesome-pages]\n"),
        ("docs/new.md", "plugins: [literate-nav]\n"),
        ("docs/new.md", "plugins: [made-up]\n"),
        ("docs/new.txt", ""),
        ("other/new.md", ""),
        ("README.md", ""),
    ],
)
def test_a_page_that_is_in_none_on_purpose(path: str, mkdocs: str) -> None:
    assert told(not_in_navigation, site_of({**PAGES, path: "# New\n"}, f"nav: {ALL}\n{mkdocs}")) == []


def test_a_deck_needs_no_navigation() -> None:
    deck = "---\nseparator: '---'\n---\n# One\n"
    assert told(not_in_navigation, site_of({**PAGES, "docs/slides/talk.md": deck}, f"nav: {ALL}\n")) == []


def test_without_a_navigation_all_pages_are_in_it() -> None:
    assert told(not_in_navigation, site_of(PAGES)) == []
    assert told(not_in_navigation, course_of({"docs/a.md": "", "docs/b.png": PNG})) == []


def test_a_page_that_is_added_is_a_finding_more() -> None:
    """No rule would say less with more pages."""
    one = ask(not_in_navigation, site_of({**PAGES, "docs/new.md": ""}, f"nav: {ALL}\n"))
    assert [each.place.path for each in one] == ["docs/new.md"]
