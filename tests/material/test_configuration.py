"""Where a course's settings stand, and what is wrong with them."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.material.configuration import read_configuration, require_rules, top_of
from pytest_cloudlab.material.reading import read_course

PYPROJECT = "[project]\nname = 'course'\n\n[tool.cloudlab.material]\n"


def course(tmp_path: Path, settings: str = "", name: str = "pyproject.toml") -> Path:
    root = tmp_path / "course"
    (root / "docs" / "part").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "docs" / "a.md").write_text("# A\n")
    (root / "docs" / "part" / "b.md").write_text("# B\n")
    if settings:
        (root / name).write_text(settings)
    return root


@pytest.mark.parametrize(("name", "head"), [("pyproject.toml", PYPROJECT), ("cloudlab.toml", "[material]\n")])
@pytest.mark.parametrize("start", [".", "docs", "docs/part", "docs/a.md"])
def test_settings_are_found_from_a_page_upwards(tmp_path: Path, name: str, head: str, start: str) -> None:
    """Of either file; the nearest folder that has them is the course's."""
    root = course(tmp_path, f"{head}site_url = 'https://a.test/'\nsession = 2026-03-02\n", name)
    found = read_configuration(root / start)
    assert (found.root, found.file) == (root, root / name)
    assert found.settings.site_url == "https://a.test/"
    assert found.settings.session == datetime.date(2026, 3, 2)


@pytest.mark.parametrize(
    ("start", "focus"),
    [(".", ""), ("docs", "docs"), ("docs/part", "docs/part"), ("docs/a.md", "docs/a.md")],
)
def test_the_path_that_is_asked_about_is_told(tmp_path: Path, start: str, focus: str) -> None:
    assert read_configuration(course(tmp_path, PYPROJECT) / start).focus == focus


def test_the_repository_s_top_is_where_looking_ends(tmp_path: Path) -> None:
    """What stands above it is somebody else's."""
    root = course(tmp_path)
    (tmp_path / "cloudlab.toml").write_text("[material]\ndocs = 'elsewhere'\n")
    assert read_configuration(root / "docs").file is None


def test_a_pyproject_without_the_table_is_passed_by(tmp_path: Path) -> None:
    """A nearer one may be that of a companion; a cloudlab.toml may be a roster alone."""
    root = course(tmp_path, PYPROJECT)
    (root / "docs" / "pyproject.toml").write_text("[project]\nname = 'app'\n")
    (root / "docs" / "cloudlab.toml").write_text("lab = 'be'\n")
    assert read_configuration(root / "docs").root == root


def test_two_tables_are_one_too_many(tmp_path: Path) -> None:
    root = course(tmp_path, PYPROJECT)
    (root / "cloudlab.toml").write_text("[material]\n")
    with pytest.raises(UsageError, match=r"in pyproject\.toml and in cloudlab\.toml, expected one"):
        read_configuration(root)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("doc = 'docs'", r"tool\.cloudlab\.material: .*unknown field doc, expected one of docs,"),
        ("docs = 7", r"tool\.cloudlab\.material\.docs: expected str, found 7"),
        ("decks = 'a.html'", r"tool\.cloudlab\.material\.decks: expected array, found 'a\.html'"),
        ("session = 'soon'", r"tool\.cloudlab\.material\.session: expected a day such as .*found 'soon'"),
        ("[[tool.cloudlab.material.companions]]\nurl = 'x'", r"companions\[0\].*path"),
        ("[[tool.cloudlab.material.disabled]]\nrule = 'x'", r"disabled\[0\].*reason"),
        ("[[tool.cloudlab.material.disabled]]\nrule = 'x'\nreason = ' '", r"disabled\[0\]\.reason: found"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_file_and_key(tmp_path: Path, settings: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        read_configuration(course(tmp_path, f"{PYPROJECT}{settings}\n"))


@pytest.mark.parametrize("settings", ["[tool.cloudlab.materials]\n", "[tool.cloudlab.matrial]\ndocs = 'x'\n"])
def test_a_table_of_almost_that_name_is_not_ignored(tmp_path: Path, settings: str) -> None:
    """Else the gate would look at other pages than the author thinks."""
    with pytest.raises(UsageError, match="expected 'material'"):
        read_configuration(course(tmp_path, settings))


def test_a_table_has_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected a table, found 'docs'"):
        read_configuration(course(tmp_path, "[tool.cloudlab]\nmaterial = 'docs'\n"))


def test_a_rule_that_is_disabled_has_to_exist(tmp_path: Path) -> None:
    """A misspelt one would stay enabled, and its author wonder."""
    text = PYPROJECT + "[[tool.cloudlab.material.disabled]]\nrule = 'shell-sintax'\nreason = 'Odd shell.'\n"
    configuration = read_configuration(course(tmp_path, text))
    with pytest.raises(
        UsageError, match=r"disabled\[0\]\.rule: .*'shell-sintax'. Did you mean 'shell-syntax'"
    ):
        require_rules(configuration, ["shell-syntax", "links"])
    require_rules(configuration, ["shell-sintax"])


def test_without_settings_mkdocs_tells_the_course(tmp_path: Path) -> None:
    root = course(tmp_path)
    inner = root / "sub"
    (inner / "docs").mkdir(parents=True)
    (inner / "mkdocs.yml").write_text("site_name: A\n")
    assert read_configuration(inner / "docs").root == inner
    (inner / "mkdocs.yml").rename(inner / "mkdocs.yaml")
    assert read_configuration(inner / "docs").settings.mkdocs == "mkdocs.yaml"


def test_without_anything_a_folder_of_pages_is_a_course(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.md").write_text("# A\n")
    for asked in (pages, pages / "a.md"):
        found = read_configuration(asked)
        assert found.root == pages
        course = read_course(found.root, found.settings, today=datetime.date(2026, 3, 1))
        assert list(course.pages) == ["a.md"]


def test_without_settings_a_folder_elsewhere_in_the_repository_holds_the_pages(tmp_path: Path) -> None:
    root = course(tmp_path)
    (root / "slides").mkdir()
    found = read_configuration(root / "slides")
    assert (found.root, found.settings.docs, found.focus) == (root, "slides", "slides")


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such folder or page"):
        read_configuration(tmp_path / "none")


def test_the_top_of_a_repository(tmp_path: Path) -> None:
    root = course(tmp_path)
    assert top_of(root / "docs" / "part") == root
    (tmp_path / "loose").mkdir()
    assert top_of(tmp_path / "loose") == tmp_path / "loose"
