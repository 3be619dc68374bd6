"""What is asked for a lab, and what this machine proposes."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.enrolment.interview import course_keys, interview
from pytest_cloudlab.enrolment.proposals import proposals
from pytest_cloudlab.enrolment.question import Question, slug
from pytest_cloudlab.lab import find_lab, load_lab
from tests.labs import write_lab

PLAIN = 'title = "T"\npage = "p"\n[[step]]\nnumber = "1"\ntitle = "One"\nsee = "#one"\n'


def asked_for(folder: Path) -> list[str]:
    """The options of all questions, each answered by its proposal."""
    asked: list[str] = []

    def ask(question: Question) -> str:
        asked.append(question.option)
        return question.proposal or (question.one_of[0] if question.one_of else "x")

    interview(load_lab(folder), "x", ask, proposed={}, in_codespace=True, mates=None, more_mates=None)
    return asked


def test_a_lab_without_choices_and_course_asks_who_you_are(tmp_path: Path) -> None:
    """No teammate, no project."""
    assert asked_for(write_lab(tmp_path, {}, toml=PLAIN)) == ["--name", "--id", "--email", "--team"]


def test_a_lab_asks_for_what_it_needs_of_the_course(tmp_path: Path) -> None:
    toml = PLAIN.replace("[[step]]", '[needs]\ncourse = ["bucket"]\n[[step]]')
    assert asked_for(write_lab(tmp_path, {}, toml=toml))[-1] == "--bucket"


def test_what_a_lab_does_not_say_is_told_by_its_templates(tmp_path: Path) -> None:
    assert course_keys(load_lab(write_lab(tmp_path, {}))) == ()
    parameters = (
        "import msgspec\n\n\nclass Names(msgspec.Struct):\n    image: str\n\n\n"
        "class Parameters(msgspec.Struct):\n    names: Names\n"
    )
    toml = PLAIN.replace("[[step]]", '[names]\nimage = "{registry}/{team}:1"\n[[step]]')
    (tmp_path / "b").mkdir()
    lab = load_lab(write_lab(tmp_path / "b", {"parameters.py": parameters}, toml=toml))
    assert course_keys(lab) == ("project", "registry")


def test_a_lab_with_teammates_asks_for_one() -> None:
    assert "--teammate" in asked_for(find_lab("be"))


def test_a_codespace_of_githubs_need_not_be_named() -> None:
    """The lab finds it by its repository; `local://` would be the laptop that is enrolled on."""
    asked: list[Question] = []

    def ask(question: Question) -> str:
        asked.append(question)
        return question.proposal or ("" if question.optional else "ada")

    lab = load_lab(find_lab("codespaces"))
    enrolment = interview(
        lab, "codespaces", ask, proposed={}, in_codespace=False, mates=None, more_mates=None
    )
    assert "--codespace" in [one.option for one in asked]
    assert enrolment.people[0].codespace == ""


CONFIG = "[core]\naccount = a@b.example\nproject = from-gcloud\n[compute]\nzone = z-1\n"


def test_gclouds_configuration_in_force_is_read(tmp_path: Path) -> None:
    folder = tmp_path / ".config" / "gcloud" / "configurations"
    folder.mkdir(parents=True)
    (folder / "config_course").write_text(CONFIG)
    (folder / "config_default").write_text("[core]\nproject = other\n")
    (folder.parent / "active_config").write_text("course\n")
    found = proposals({}, tmp_path)
    assert (found["project"], found["zones"], found["email"]) == ("from-gcloud", "z-1", "a@b.example")
    assert proposals({"CLOUDSDK_ACTIVE_CONFIG_NAME": "default"}, tmp_path)["project"] == "other"
    assert proposals({"GOOGLE_CLOUD_PROJECT": "set"}, tmp_path)["project"] == "set"


@pytest.mark.parametrize("text", ["no section", "[core", "\x00"])
def test_a_broken_configuration_proposes_nothing(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "configurations"
    folder.mkdir()
    (folder / "config_default").write_text(text)
    assert proposals({"CLOUDSDK_CONFIG": str(tmp_path)}, tmp_path)["project"] == ""


@pytest.mark.parametrize(
    ("text", "found"), [("Les Fusées!", "les-fusees"), ("陈美", ""), ("-a-" * 40, "-".join("a" * 20))]
)
def test_slugs(text: str, found: str) -> None:
    assert slug(text) == found
