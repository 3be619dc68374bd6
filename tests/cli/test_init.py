"""`cloudlab init`: by options, by questions; never over a file, never half a file."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from pytest_cloudlab.cli import init as command
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.roster import load_roster

ALICE = ["--name", "Alice Martin", "--team", "rocket", "--mascot", "cat", "--project", "p", "--bucket", "b"]
BOB = ["--teammate", 'name="Bob Dupont", mascot="dog"']


@dataclass
class Said:
    out: str
    err: str


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, a home without a word about who works here, and nothing of the cloud's set."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("CODESPACES", "GOOGLE_CLOUD_PROJECT", "CLOUDSDK_CONFIG", "CLOUDSDK_COMPUTE_ZONE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("CLOUDSDK_CORE_PROJECT", "CLOUDSDK_CORE_ACCOUNT", "CLOUDSDK_ACTIVE_CONFIG_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pytest_cloudlab.enrolment.proposals._git_name", lambda: "")
    return folder


def init(*args: str, answers: str | None = None, monkeypatch: pytest.MonkeyPatch | None = None) -> Said:
    """With `answers`, at a terminal."""
    if answers is not None:
        assert monkeypatch
        monkeypatch.setattr(command, "at_a_terminal", lambda: True)
    done = CliRunner().invoke(command.init, ["be", *args], input=answers, standalone_mode=False)
    if done.exception:
        raise done.exception
    return Said(done.stdout, done.stderr)


@pytest.mark.parametrize(
    "name",
    ['Zoë "the cat" O\'Neil', "back\\slash \\u0041", "陈美", "a # b = [c]", "'''", "Ann 🚀"],
    ids=["quotes", "backslashes", "chinese", "toml", "apostrophes", "emoji"],
)
def test_any_name_is_written_and_read_back(elsewhere: Path, name: str) -> None:
    init(*ALICE, *BOB, "--name", name, "--yes")
    lab, roster = load_roster(elsewhere / "cloudlab.toml")
    _, me = roster.find(roster.me)
    assert (me.name, lab.id, dict(me.choices)) == (name, "be", {"mascot": "cat", "runs": "dog"})
    assert me.targets == {"codespace": "local://"}
    assert [mate.name for mate in roster.teams[0].teammates(me)] == ["Bob Dupont"]
    assert [path.name for path in elsewhere.iterdir()] == ["cloudlab.toml"]


def test_the_next_two_commands_are_told() -> None:
    said = init(*ALICE, *BOB, "--yes").out
    assert said.endswith("Next:\n  cloudlab doctor be\n  cloudlab check be\n")


def test_what_is_missing_without_a_terminal_is_one_error_that_names_the_options(elsewhere: Path) -> None:
    with pytest.raises(UsageError) as raised:
        init("--name", "Alice")
    for option in ("--team", "--mascot (cat|dog|owl|panda|yoda)", "--teammate", "--bucket", "--id"):
        assert option in raised.value.message
    assert "--name" not in raised.value.message
    assert "--yes" in raised.value.remedy
    assert not list(elsewhere.iterdir())


def test_yes_takes_what_is_proposed_and_names_the_rest() -> None:
    with pytest.raises(UsageError) as raised:
        init("--name", "Alice", "--yes", *BOB)
    assert "--id" not in raised.value.message
    assert "--registry" not in raised.value.message
    assert "--team (" in raised.value.message


@pytest.mark.parametrize("file", ["cloudlab.toml", "teams.toml"])
def test_a_roster_that_is_there_stays(elsewhere: Path, file: str) -> None:
    (elsewhere / file).write_text("mine")
    with pytest.raises(UsageError, match=f"{file} is there already") as raised:
        init(*ALICE, *BOB, "--yes")
    assert "mv " in raised.value.remedy
    assert (elsewhere / file).read_text() == "mine"
    assert len(list(elsewhere.iterdir())) == 1


def test_the_roster_that_is_there_is_described(elsewhere: Path) -> None:
    init(*ALICE, *BOB, "--yes")
    with pytest.raises(UsageError, match="for the lab be as alice, 2 in it"):
        init(*ALICE, *BOB, "--yes")


def test_a_dangling_link_is_a_file_that_is_there(elsewhere: Path) -> None:
    """Written through, it would be a file somewhere else."""
    (elsewhere / "cloudlab.toml").symlink_to(elsewhere / "nowhere")
    with pytest.raises(UsageError, match="is there already"):
        init(*ALICE, *BOB, "--yes")
    assert not (elsewhere / "nowhere").exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--mascot", "unicorn"], "--mascot unicorn: expected one of cat, dog"),
        (["--team", "Les Fusées"], "such as les-fusees"),
        (["--name", "a\nb"], "--name a b: expected one line"),
        (["--email", "alice"], "--email alice: expected one address"),
        (["--colour", "red"], "there is no option --colour"),
        (["--tunnel", "no"], "tunnel"),
        (["--tunnel", "70000"], "tunnel"),
        (["--runs", "owl"], "--runs owl: expected one of dog"),
        (["--teammate", 'name="Bob", mascot="unicorn"'], "--teammate: mascot: found 'unicorn'"),
        (["--teammate", "Bob"], "expected KEY="),
        (["--teammate", 'name="Bob", shoe="x"'], "there is no 'shoe'"),
        (["--teammate", 'name="B", mascot="owl", id="alice"'], "'alice' is given twice"),
        (["--teammate", 'name="B"}\nx={y="z"'], "expected KEY="),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_answer_that_cannot_be_leaves_nothing(elsewhere: Path, args: list[str], said: str) -> None:
    with pytest.raises(UsageError) as raised:
        init(*ALICE, *BOB, "--yes", *args)
    assert said in raised.value.message
    assert not list(elsewhere.iterdir())


def test_a_teammate_may_be_called_anything(elsewhere: Path) -> None:
    init(*ALICE, "--teammate", r'name="O\\\"Hara; = ,", mascot="dog"', "--yes")
    assert '"O\\\\\\"Hara; = ,"' in (elsewhere / "cloudlab.toml").read_text()


def test_three_run_around_the_circle(elsewhere: Path) -> None:
    """So that everybody's image is run once, where nobody says otherwise."""
    init(*ALICE, *BOB, "--teammate", 'name="Bob Other", mascot="owl"', "--yes")
    _, roster = load_roster(elsewhere / "cloudlab.toml")
    runs = {member.id: member.choices["runs"] for _, member in roster.everyone}
    assert runs == {"alice": "dog", "bob": "owl", "bob-2": "cat"}


def test_a_members_parameter_is_written_where_it_differs(elsewhere: Path) -> None:
    init(*ALICE, *BOB, "--tunnel", "9081", "--yes")
    assert load_roster(elsewhere / "cloudlab.toml")[1].find("alice")[1].own == {"tunnel": 9081}


def test_the_labs_own_parameter_is_not_written(elsewhere: Path) -> None:
    init(*ALICE, *BOB, "--tunnel", "8081", "--yes")
    assert "tunnel" not in (elsewhere / "cloudlab.toml").read_text()


def test_questions_are_asked_until_they_are_answered(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOUDSDK_CORE_PROJECT", "proj")
    answers = ["Alice Martin", "", "", "Les Fusées", "rocket", "unicorn", "cat", "Bob", "", "dog", "",
               "", "9081", "", "", "", "", "buck", "b-1, b-2", "", ""]  # fmt: skip
    said = init(answers="\n".join(answers) + "\n", monkeypatch=monkeypatch)
    assert "such as les-fusees" in said.err
    assert "expected one of cat, dog" in said.err
    tables = tomllib.loads((elsewhere / "cloudlab.toml").read_text())
    assert tables["team"][0]["id"] == "rocket"
    assert tables["course"]["project"] == "proj"
    assert tables["course"]["zones"] == ["b-1", "b-2"]
    assert [one["id"] for one in tables["team"][0]["member"]] == ["alice", "bob"]


def test_in_a_codespace_it_is_known_where(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODESPACES", "true")
    said = init(*ALICE, *BOB, "--yes").out
    assert "targets" not in (elsewhere / "cloudlab.toml").read_text()
    assert "Testing panel lists the checks" in said
    assert (elsewhere / ".vscode" / "settings.json").exists()


def test_elsewhere_no_settings_are_written(elsewhere: Path) -> None:
    init(*ALICE, *BOB, "--yes")
    assert not (elsewhere / ".vscode").exists()


def test_settings_with_comments_are_left_and_told(elsewhere: Path) -> None:
    file = elsewhere / ".vscode" / "settings.json"
    file.parent.mkdir()
    file.write_text('{\n  // mine\n  "a": 1,\n}\n')
    said = init(*ALICE, *BOB, "--yes").out
    assert "is left as it is" in said
    assert '  "python.testing.pytestEnabled": true,' in said
    assert file.read_text() == '{\n  // mine\n  "a": 1,\n}\n'


def test_a_real_run(elsewhere: Path) -> None:
    """The errors of the command itself: one sentence, exit code 2."""
    argv = [sys.executable, "-m", "pytest_cloudlab", "init", "be"]
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr.startswith("cloudlab: nobody can be asked here")
    done = subprocess.run([*argv, *ALICE, *BOB, "--yes"], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert (elsewhere / "cloudlab.toml").is_file()
