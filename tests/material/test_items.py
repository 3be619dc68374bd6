"""pytest --material, as its users meet it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pytest_cloudlab.material import items
from pytest_cloudlab.material.testing import course_of
from tests.material.gating import RULES, breaks, rules_of

PLUGIN = """
from pytest_cloudlab.material import rule
from tests.material import gating
rule.load_rules = lambda: gating.RULES
"""
"""Rules of the tests' own, so that what others find does not matter here; for workers, which import it."""
BUILD = "# Build\n\n```bash\necho oops\n```\n\n```bash\necho fine\n```\n"


@pytest.fixture(scope="module", autouse=True)
def libraries() -> None:
    """What a run inside of this process imports is forgotten after it, unless it was there before."""
    course_of({"docs/a.md": "# A\n", "mkdocs.yml": "site_name: A\n"}).pages["docs/a.md"].rendered  # noqa: B018


@pytest.fixture
def course(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = pytester.path / "course"
    (folder / "docs" / "build").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "mkdocs.yml").write_text("site_name: Course\n")
    (folder / "docs" / "index.md").write_text("# Index\n\n    indented\n\n```text\nfine\n```\n")
    (folder / "docs" / "build" / "a.md").write_text(BUILD)
    (folder / "test_own.py").write_text("def test_own(): pass\n")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(items, "load_rules", lambda: RULES)
    return folder


def run(pytester: pytest.Pytester, *args: str) -> pytest.RunResult:
    others = ("cacheprovider", "playwright", "hypothesispytest", "testinfra")
    without = [f"-pno:{plugin}" for plugin in others]
    return pytester.runpytest_inprocess(*without, "-W", "error", *args)


def ids(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if "::" in line and " " not in line]


ALL = [
    "docs/build/a.md::page",
    "docs/build/a.md::build::1",
    "docs/build/a.md::build::2",
    "docs/index.md::page",
    "docs/index.md::index::1",
    "docs/index.md::index::2",
    "mkdocs.yml::course",
]


def test_items_are_named_by_page_heading_and_ordinal(pytester: pytest.Pytester, course: Path) -> None:
    """Of all pages, also in folders that pytest passes by; the user's own tests are not meant."""
    result = run(pytester, "--material", "docs", "--collect-only", "-q")
    assert sorted(ids(result)) == sorted(ALL)
    assert ids(result)[-1] == "mkdocs.yml::course"
    assert result.ret == 0


def test_a_name_stays_when_lines_are_added_above(pytester: pytest.Pytester, course: Path) -> None:
    (course / "docs" / "build" / "a.md").write_text("Words.\n\n" * 9 + BUILD)
    result = run(pytester, "--material", "docs", "--collect-only", "-q")
    assert sorted(ids(result)) == sorted(ALL)


def test_failures_show_what_the_command_shows(pytester: pytest.Pytester, course: Path) -> None:
    result = run(pytester, "--material", "docs")
    result.assert_outcomes(failed=1, passed=6)
    result.stdout.fnmatch_lines(
        [
            "docs/build/a.md:4:6: error: This says oops. [[]no-oops[]]",
            "  4 | echo oops",
            "    |      ^^^^",
            "    → Say something else.",
        ],
        consecutive=True,
    )
    assert "Traceback" not in result.stdout.str()
    assert result.ret == 1


def test_the_course_s_rules_fail_the_page_or_the_course(pytester: pytest.Pytester, course: Path) -> None:
    (course / "docs" / "index.md").write_text("# Build\n")
    (course / "mkdocs.yml").write_text("theme: material\n")
    result = run(pytester, "--material", "docs", "-rf", "-k", "page or course")
    result.assert_outcomes(failed=2, passed=1, deselected=2)
    result.stdout.fnmatch_lines(["mkdocs.yml:1:1: error: The site has no name.*", "  1 | theme: *"])
    result.stdout.fnmatch_lines(["FAILED docs/index.md::page*", "FAILED mkdocs.yml::course*"])


def test_warnings_pass_and_have_a_section(pytester: pytest.Pytester, course: Path) -> None:
    (course / "docs" / "index.md").write_text("This is fishy.\n")
    result = run(pytester, "--material", "docs", "-k", "index")
    result.assert_outcomes(passed=1, deselected=4)
    result.stdout.fnmatch_lines(
        ["*warnings about the material: 1*", "docs/index.md:1:9: warning: This is fishy.*"]
    )


def test_a_rule_that_raises_is_an_error_beside_what_was_found(
    pytester: pytest.Pytester, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items, "load_rules", lambda: (*RULES, *rules_of(breaks)))
    (course / "docs" / "index.md").write_text("# Index\n\nThis is fishy.\n\n```text\noops\n```\n")
    result = run(pytester, "--material", "docs", "-k", "index")
    result.assert_outcomes(failed=2, errors=1, deselected=4)
    result.stdout.fnmatch_lines(["*the rule breaks could not look at docs/index.md: KeyError: 'scales' *"])
    result.stdout.fnmatch_lines(["docs/index.md:1:1: error: Found before it broke.*"])


@pytest.mark.parametrize(
    ("args", "passed", "failed"),
    [
        (["-k", "build and not page"], 1, 1),
        (["docs/build/a.md::build::2"], 1, 0),
        (["docs/build/a.md::build"], 1, 1),
        (["docs/build/a.md"], 2, 1),
        (["mkdocs.yml::course"], 1, 0),
        (["docs"], 5, 1),
        (["."], 7, 1),
        (["test_own.py"], 7, 1),
        (["--deselect", "docs/build/a.md::build::1"], 6, 0),
    ],
)
def test_pytest_chooses_as_always(
    pytester: pytest.Pytester, course: Path, args: list[str], passed: int, failed: int
) -> None:
    """By keyword, by name, by path, over workers; a path elsewhere leaves the material in."""
    outcomes = run(pytester, "--material", "docs", *args).parseoutcomes()
    assert (outcomes.get("passed", 0), outcomes.get("failed", 0)) == (passed, failed)
    assert "errors" not in outcomes


def test_workers_share_the_items(
    pytester: pytest.Pytester, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same names in the same order in each, and warnings come back from them."""
    (pytester.path / "material_rules_plugin.py").write_text(PLUGIN)
    monkeypatch.setenv("PYTHONPATH", f"{pytester.path}:{Path(__file__).parents[2]}")
    (course / "docs" / "index.md").write_text("This is fishy.\n")
    plugins = ["-p", "material_rules_plugin", "-p", "no:cacheprovider"]
    result = pytester.run(sys.executable, "-m", "pytest", *plugins, "--material", "docs", "-n", "2", "-rf")
    result.assert_outcomes(failed=1, passed=4)
    result.stdout.fnmatch_lines(["*warnings about the material: 1*", "*FAILED docs/build/a.md::build::1*"])


def test_one_page_is_asked_about(pytester: pytest.Pytester, course: Path) -> None:
    result = run(pytester, "--material", "docs/index.md", "--collect-only", "-q")
    assert {name.split("::")[0] for name in ids(result)} == {"docs/index.md", "mkdocs.yml"}


def test_the_baseline_is_the_course_s(pytester: pytest.Pytester, course: Path) -> None:
    """What it accepts passes; an entry that matches nothing fails the course's item."""
    (course / "cloudlab.toml").write_text("[material]\nbaseline = 'known.toml'\n")
    (course / "known.toml").write_text(
        "[[finding]]\nfingerprint = 'abc'\nrule = 'no-oops'\npage = 'docs/index.md'\nreason = 'So.'\n"
    )
    result = run(pytester, "--material", "docs", "-rf")
    result.assert_outcomes(failed=2, passed=5)
    result.stdout.fnmatch_lines(
        ["FAILED mkdocs.yml::course - known.toml:2:1: error: This entry matches nothing*"]
    )


def test_what_is_wrong_with_the_settings_is_a_usage_error(pytester: pytest.Pytester, course: Path) -> None:
    (course / "cloudlab.toml").write_text("[material]\ndoc = 'docs'\n")
    result = run(pytester, "--material", "docs")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *cloudlab.toml: material: *unknown field doc*"])


def test_without_the_option_nothing_of_the_gate_is_imported(pytester: pytest.Pytester, course: Path) -> None:
    (course / "test_own.py").write_text(
        "import sys\n"
        "def test_nothing_is_loaded():\n"
        "    assert not [name for name in sys.modules if name.startswith('pytest_cloudlab.material')]\n"
        "    assert not {'markdown', 'html5lib', 'tree_sitter', 'yaml', 'sqlglot'} & set(sys.modules)\n"
    )
    result = pytester.run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_own.py")
    result.assert_outcomes(passed=1)
