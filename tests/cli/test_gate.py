"""cloudlab gate: what it teaches, what it writes, and what its exit codes say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_cloudlab.cli.gate import gate
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.material import rule
from tests.material.gating import BUILD, RULES, SHIP, breaks, no_fish, rules_of

Gate = Callable[..., int]
SETTINGS = "[material]\nbaseline = 'known.toml'\n"


@pytest.fixture(autouse=True)
def nowhere_special(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a CI's environment nor the rules of others matter here."""
    for name in list(os.environ):
        if name.startswith("GITHUB_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr(rule, "load_rules", lambda: RULES)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "course"
    (root / "docs").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "mkdocs.yml").write_text("site_name: Course\n")
    (root / "docs" / "build.md").write_text(BUILD)
    (root / "docs" / "ship.md").write_text(SHIP)
    monkeypatch.chdir(root)
    return root


def run(*args: str | Path) -> int:
    status = gate.main([str(arg) for arg in args], standalone_mode=False)
    assert isinstance(status, int)
    return status


def test_errors_close_the_gate_and_are_shown_on_their_lines(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run() == 1
    said = capsys.readouterr().out
    assert "docs/build.md:6:6: error: This says oops. [no-oops]\n  6 | echo oops\n" in said
    assert said.endswith(
        "3 errors and 1 warning on 2 pages, 3 blocks. The warnings are shown with\n    --warnings.\n"
    )
    assert max(map(len, said.splitlines())) <= 80


def test_warnings_leave_it_open(
    course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule, "load_rules", lambda: rules_of(no_fish))
    assert run("--warnings") == 0
    assert "docs/build.md:3:5: warning: This is fishy." in capsys.readouterr().out


def test_a_rule_that_broke_is_neither(
    course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the others found is told all the same."""
    monkeypatch.setattr(rule, "load_rules", lambda: (*RULES, *rules_of(breaks)))
    assert run() == 2
    said = capsys.readouterr().out
    assert "could not look: the rule breaks could not look at docs/build.md" in said
    assert "This says oops." in said


@pytest.mark.parametrize(
    ("args", "count"),
    [
        ((), 3),
        (("docs",), 3),
        (("docs/ship.md",), 0),
        (("docs/build.md",), 3),
        (("--page", "ship*"), 0),
        (("--page", "docs/build.md", "--page", "ship.md"), 3),
        (("--only", "named-once"), 0),
        (("--only", "no-oops", "--only", "named-once"), 3),
    ],
)
def test_a_part_can_be_asked_about(
    course: Path, capsys: pytest.CaptureFixture[str], args: tuple[str, ...], count: int
) -> None:
    assert run(*args) == (1 if count else 0)
    assert capsys.readouterr().out.count(": error: ") == count


def test_from_above_the_way_to_the_course_is_shown(
    course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(course.parent)
    run("course")
    assert capsys.readouterr().out.startswith("course/docs/build.md:6:6: error:")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--only", "no-ops"), "there is no rule 'no-ops'. Did you mean 'no-oops'"),
        (("none",), "there is no such folder or page"),
        (("--page", "none.md"), "no page of the course"),
        (("--base", "nowhere"), "git knows no such commit"),
        (("--baseline", "none.toml"), "there is no such file"),
        (("--write-baseline",), "no file is named for the baseline"),
        (("--sarif", "docs/build.md/x"), "cannot be written"),
    ],
)
def test_what_is_wrong_with_the_call_is_told(course: Path, args: tuple[str, ...], told: str) -> None:
    with pytest.raises(UsageError, match=re.escape(told)):
        run(*args)


def test_reports_are_written_where_they_are_asked_for(course: Path, tmp_path: Path) -> None:
    run("--sarif", tmp_path / "g.sarif", "--junit", tmp_path / "g.xml", "--summary", tmp_path / "g.md")
    (sarif,) = json.loads((tmp_path / "g.sarif").read_text())["runs"]
    assert len(sarif["results"]) == 4
    assert (tmp_path / "g.xml").read_text().count("<failure") == 2
    assert (tmp_path / "g.md").read_text().startswith("## Course material")


class Actions:
    """GitHub Actions, as its runner calls a step."""

    def __init__(self, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.steps = workspace / "step.md"
        self._set = monkeypatch.setenv
        self.set(ACTIONS="true", WORKSPACE=str(workspace), STEP_SUMMARY=str(self.steps), EVENT_NAME="push")
        self.set(SERVER_URL="https://git.test", REPOSITORY="octo/course", SHA="abc")

    def set(self, **values: str) -> None:
        for name, value in values.items():
            self._set(f"GITHUB_{name}", value)


@pytest.fixture
def actions(course: Path, monkeypatch: pytest.MonkeyPatch) -> Actions:
    return Actions(course.parent, monkeypatch)


def test_in_actions_errors_stand_beside_the_change_and_in_the_summary(
    actions: Actions, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run() == 1
    said = capsys.readouterr().out
    assert said.count("::error file=course/docs/build.md,line=") == 3
    summary = actions.steps.read_text()
    assert "https://git.test/octo/course/blob/abc/course/docs/build.md?plain=1#L6" in summary
    run("--no-annotations")
    assert "::error" not in capsys.readouterr().out


def test_in_actions_a_page_s_lines_are_no_commands(
    course: Path, actions: Actions, capsys: pytest.CaptureFixture[str]
) -> None:
    """The runner is told to take none until a word that no page can know."""
    (course / "docs" / "build.md").write_text("```\n::add-mask::oops\n```\n")
    run("--no-annotations")
    first, *between, last = capsys.readouterr().out.splitlines()
    token = first.removeprefix("::stop-commands::")
    assert re.fullmatch("[0-9a-f]{32}", token)
    assert last == f"::{token}::"
    assert any("::add-mask::oops" in line for line in between)


@pytest.mark.parametrize(
    ("event", "args", "scheduled"),
    [("schedule", (), True), ("push", (), False), ("push", ("--scheduled",), True)],
)
def test_a_scheduled_run_is_one(
    actions: Actions, monkeypatch: pytest.MonkeyPatch, event: str, args: tuple[str, ...], scheduled: bool
) -> None:
    from pytest_cloudlab.material import reading

    seen: list[bool] = []
    read = reading.read_course

    def reading_course(*args: object, **options: object) -> object:
        seen.append(bool(options["scheduled"]))
        return read(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "read_course", reading_course)
    actions.set(EVENT_NAME=event)
    run(*args)
    assert seen == [scheduled]


def test_a_base_that_is_not_here_is_told_and_not_needed(
    actions: Actions, capsys: pytest.CaptureFixture[str]
) -> None:
    actions.set(BASE_REF="main")
    assert run() == 1
    assert "what the change touches is not known: git knows nothing of origin/main" in capsys.readouterr().err


def test_the_baseline_grows_by_what_is_found_and_wants_reasons(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Written once, refused until reasons stand there, then the gate is open; nothing written is lost."""
    (course / "cloudlab.toml").write_text(SETTINGS)
    known = course / "known.toml"
    assert run("--write-baseline") == 1
    assert "known.toml: 3 added. Give each a reason" in capsys.readouterr().out
    assert len(tomllib.loads(known.read_text())["finding"]) == 3
    assert run() == 1
    assert capsys.readouterr().out.count("gives no reason for accepting") == 3
    reasoned = known.read_text().replace('reason = ""', 'reason = "Oops is a command."')
    known.write_text(reasoned)
    assert run() == 0
    assert "Accepted in the baseline: 3." in capsys.readouterr().out
    assert run("--write-baseline") == 0
    assert known.read_text() == reasoned
    (course / "docs" / "build.md").write_text(BUILD.replace("echo oops", "echo fine"))
    assert run() == 1
    assert "known.toml:5:1: error: This entry matches nothing any more" in capsys.readouterr().out
    assert run("docs/ship.md") == 0
    assert run("--only", "named-once") == 0


def test_the_rules_can_be_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Anywhere: no course is needed."""
    assert run("--rules") == 0
    said = capsys.readouterr().out
    assert "no-oops  (error, looks at each block)\n    A block says oops.\n    Looks at every line.\n" in said
    assert said.index("named-once  (") < said.index("no-fish  (warning, looks at each page)")
    assert "named-once  (error, looks at the course)" in said


def test_progress_is_told_when_it_takes_long(
    course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from pytest_cloudlab.cli import gate as module

    run()
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(module, "SLOW_S", 0.0)
    run()
    assert "1 of 2 pages looked at" in capsys.readouterr().err


def test_a_library_that_is_missing_is_named(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules that cannot look must not look green."""
    from pytest_cloudlab.material import installation

    monkeypatch.setattr(installation, "LIBRARIES", ("json", "no_such_library"))
    with pytest.raises(UsageError, match="not installed: no_such_library") as raised:
        run()
    assert "pytest-cloudlab[gate]" in raised.value.remedy


def test_what_could_not_be_looked_at_is_told(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Green without a word would say too much."""
    monkeypatch.setattr("pytest_cloudlab.material.installation.unread_sql", lambda course, asked: "3 blocks")
    run("docs/ship.md")
    said = capsys.readouterr()
    assert "3 blocks of SQL not looked at, for want of sqlglot" in said.err + said.out


def test_the_command_itself_exits_so(course: Path) -> None:
    """As a shell calls it, with the rules that there are."""
    (course / "docs" / "build.md").write_text("# Build\n\n```python\nprint(\n```\n")

    def status(*args: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "pytest_cloudlab", "gate", *args]
        done = subprocess.run(command, cwd=course, capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout + done.stderr

    code, said = status()
    assert code == 1, said
    assert "docs/build.md:4:" in said
    assert "[python-syntax]" in said
    assert status("docs/ship.md")[0] == 0
    code, said = status("--only", "nonsense")
    assert (code, "Traceback" in said) == (2, False)


def test_help_imports_no_library_of_the_gate() -> None:
    """Nor does the plugin."""
    code = (
        "import sys, pytest_cloudlab.plugin\n"
        "from pytest_cloudlab.cli.command import cloudlab\n"
        "cloudlab.main(['gate', '--help'], standalone_mode=False)\n"
        "heavy = {'markdown', 'html5lib', 'tree_sitter', 'yaml', 'sqlglot', 'dockerfile', 'requests'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "Nothing on a page is executed" in " ".join(done.stdout.split())
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_fault_of_ours_is_no_red(
    course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python would end with 1, as if the course had errors."""

    def load_rules() -> None:
        raise ImportError("no such name")

    monkeypatch.setattr(rule, "load_rules", load_rules)
    assert run() == 2
    said = capsys.readouterr().err
    assert "ImportError: no such name" in said
    assert "A fault of ours, not of what was looked at" in said
