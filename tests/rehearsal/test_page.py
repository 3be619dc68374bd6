"""Scripts as a rehearsal runs them, on this machine in the place of a codespace."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.errors import TimedOut, UsageError
from pytest_cloudlab.model import Choice, Course, Lab, Member, Roster, Team
from pytest_cloudlab.rehearsal import page as page_module
from pytest_cloudlab.rehearsal.page import PageWalkthrough
from pytest_cloudlab.rehearsal.play import play
from pytest_cloudlab.rehearsal.scripts import read_page
from pytest_cloudlab.targets import CommandFailed, Target, open_target

HOSTILE = 'Zoë "$(id)" O\'Neil `id` {mascot} %s'


@pytest.fixture
def here() -> Iterator[Target]:
    with open_target("local://") as target:
        yield target


@pytest.fixture
def team() -> tuple[Assignment, ...]:
    choices = (Choice("mascot", ("cat", "dog")), Choice("runs", ("cat", "dog"), "mascot"))
    parameters = SimpleNamespace(
        names=SimpleNamespace(instance="vm-{team}-{member}"), ports=SimpleNamespace(web=80)
    )
    lab = Lab("hello", "Hello", "https://course.example", (), choices, parameters, "/nowhere")
    members = (
        Member("alice", "Alice", {"mascot": "cat", "runs": "dog"}, {}, "alice@example.com"),
        Member("zoe", HOSTILE, {"mascot": "dog", "runs": "cat"}, {}, "zoe@example.com"),
    )
    one = Team("rocket", members)
    roster = Roster(Course("p-1", "eu.gcr.io/p-1", "bucket"), (one,))
    return tuple(Assignment(lab, roster, one, member) for member in members)


class Walk:
    """Writes scripts, and plays them with this machine as everybody's codespace."""

    def __init__(self, folder: Path, here: Target, team: tuple[Assignment, ...]) -> None:
        self.folder = folder
        self.team = team
        self.said: list[str] = []
        self._stage: Any = SimpleNamespace(
            assignments=team, codespace=lambda one: here, set_up_project=lambda: None
        )

    def write(self, name: str, text: str) -> None:
        file = self.folder / "page" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def walkthrough(self) -> PageWalkthrough:
        return PageWalkthrough(self._stage, read_page(self.folder))

    def play(self) -> None:
        walkthrough = self.walkthrough()
        play(lambda one: walkthrough, walkthrough.scenes, self.team, self.said.append)

    def written(self, name: str) -> str:
        return (self.folder / name).read_text()


@pytest.fixture
def walk(tmp_path: Path, here: Target, team: tuple[Assignment, ...]) -> Walk:
    made = Walk(tmp_path, here, team)
    made.write("page.toml", f'[variables]\nFOLDER = "{tmp_path}"\nME = "{{member}}"\n')
    return made


def test_variables_are_what_the_member_has(walk: Walk) -> None:
    """Templates, parameters of the lab that are templates themselves, and names as they are written."""
    walk.write(
        "page.toml",
        '[variables]\nGROUPNAME = "{team}"\nINSTANCE_NAME = "{names.instance}"\nPORT = "{ports.web}"\n'
        'YOUR_NAME = "{name}"\nEMAIL = "{email}"\nTEAMMATES = "{teammates}"\nTHEIRS = "{runs}"\n',
    )
    walk.write("member/1.1-do.sh", "# Do\n")
    assert walk.walkthrough().variables(walk.team[1]) == {
        "GROUPNAME": "rocket",
        "INSTANCE_NAME": "vm-rocket-zoe",
        "PORT": "80",
        "YOUR_NAME": HOSTILE,
        "EMAIL": "zoe@example.com",
        "TEAMMATES": "alice@example.com",
        "THEIRS": "cat",
    }


@pytest.mark.parametrize(
    "template", ["{nonsense}", "{names.nonsense}", "{nonsense.image}", "{team", "{name}!"]
)
def test_a_template_that_cannot_be_filled_is_an_error(walk: Walk, template: str) -> None:
    walk.write("page.toml", f'[variables]\nX = "{template}"\n')
    walk.write("member/1.1-do.sh", "# Do\n")
    with pytest.raises(UsageError):
        walk.walkthrough().variables(walk.team[0])


def test_names_arrive_as_they_are_written(walk: Walk) -> None:
    """Whatever a shell would make of them."""
    walk.write(
        "page.toml", f'[variables]\nFOLDER = "{walk.folder}"\nME = "{{member}}"\nYOUR_NAME = "{{name}}"\n'
    )
    walk.write("member/1.1-do.sh", '# Do\nprintf %s "$YOUR_NAME" > "$FOLDER/$ME"\n')
    walk.play()
    assert walk.written("zoe") == HOSTILE


def test_the_leader_plays_once_and_members_each(walk: Walk) -> None:
    walk.write("leader/1.1-share.sh", '# Share\necho "$ME" >> "$FOLDER/leader"\n')
    walk.write("member/1.1-take.sh", '# Take\necho "$ME" > "$FOLDER/$ME"\n')
    walk.play()
    assert (walk.written("leader"), walk.written("alice"), walk.written("zoe")) == (
        "alice\n",
        "alice\n",
        "zoe\n",
    )
    assert [line for line in walk.said if "done" not in line] == [
        "1.1 Share (alice)",
        "1.1 Take (alice, zoe)",
    ]


def test_the_cleanup_is_no_part_of_the_work(walk: Walk) -> None:
    walk.write("member/1.1-take.curtain.sh", "# Take\n")
    walk.write("member/1.2-put.cleanup.sh", "# Put away\n")
    walkthrough = walk.walkthrough()
    assert [(one.title, one.step, one.curtain) for one in walkthrough.scenes] == [("Take", "1.1", True)]
    assert [one.title for one in walkthrough.cleanup] == ["Put away"]


def test_a_command_that_reads_its_input_leaves_the_script_alone(walk: Walk) -> None:
    """As ssh does; what comes after it runs."""
    walk.write("member/1.1-do.sh", '# Do\ncat\necho after > "$FOLDER/$ME"\n')
    walk.play()
    assert walk.written("alice") == "after\n"


def test_a_failing_script_says_which_whose_and_what_it_said_last(walk: Walk) -> None:
    """The end of both of its streams, with the line that bash names; nothing after the failing line runs."""
    walk.write(
        "member/1.1-do.sh",
        '# Do\n[ "$ME" = zoe ] || exit 0\nseq 100\nnonsense\ntouch "$FOLDER/after"\n',
    )
    with pytest.raises(CommandFailed) as error:
        walk.play()
    said = error.value.message
    assert said.startswith("member/1.1-do.sh (zoe): exit status 127\n")
    assert "member/1.1-do.sh: line 4: nonsense: command not found" in said
    assert "    100\n" in said
    assert "    50\n" not in said
    assert not (walk.folder / "after").exists()


@pytest.mark.parametrize("line", ['echo "$NOT_SET"', "false | true"])
def test_scripts_are_strict(walk: Walk, line: str) -> None:
    """A variable that the page does not set, and a pipe that fails in its middle, end them."""
    walk.write("member/1.1-do.sh", f"# Do\n{line}\n")
    with pytest.raises(CommandFailed, match=r"member/1\.1-do\.sh"):
        walk.play()


def test_a_script_without_end_is_stopped(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_module, "SCRIPT_S", 1)
    walk.write("member/1.1-do.sh", "# Do\nsleep 60\n")
    with pytest.raises(TimedOut, match=r"member/1\.1-do\.sh \(alice\): it took longer than 1 s"):
        walk.play()


def test_a_script_for_a_vm_goes_there_through_gcloud(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs with the member's variables on the VM that $INSTANCE_NAME names, as strict as here."""
    gcloud = walk.folder / "bin" / "gcloud"
    gcloud.parent.mkdir()
    gcloud.write_text(
        f'#!/bin/bash\necho "$1 $2 $3" > {walk.folder}/"$3"\n'
        'exec env -i "PATH=$PATH" sh -c "${4#--command=}"\n'
    )
    gcloud.chmod(0o755)
    walk.write(
        "page.toml",
        f'[variables]\nFOLDER = "{walk.folder}"\nINSTANCE_NAME = "vm-{{member}}"\nME = "{{name}}"\n',
    )
    walk.write(
        "member/1.1-pull.vm.sh", '# Pull\nprintf %s "$ME" > "$FOLDER/in-$INSTANCE_NAME"\nfalse | true\n'
    )
    monkeypatch.setenv("PATH", f"{gcloud.parent}:{os.environ['PATH']}")
    with pytest.raises(CommandFailed):
        walk.play()
    assert walk.written("vm-zoe") == "compute ssh vm-zoe\n"
    assert walk.written("in-vm-zoe") == HOSTILE


def test_a_script_for_a_vm_needs_its_name(walk: Walk) -> None:
    walk.write("member/1.1-pull.vm.sh", "# Pull\n")
    with pytest.raises(UsageError, match="INSTANCE_NAME"):
        walk.play()


def test_what_the_page_shows_is_copied_to_every_codespace(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of any kind, folders below too, before the first script."""
    home = walk.folder / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    (walk.folder / "shown" / "below").mkdir(parents=True)
    (walk.folder / "shown" / "app.py").write_text("print('hello')\n")
    (walk.folder / "shown" / "below" / "picture").write_bytes(bytes(range(256)))
    walk.write("page.toml", '[files]\n"~/own/app" = "shown"\n')
    walk.write("member/1.1-do.sh", "# Do\ncd ~/own/app\npython3 app.py > said\n")
    walk.play()
    assert (home / "own" / "app" / "said").read_text() == "hello\n"
    assert (home / "own" / "app" / "below" / "picture").read_bytes() == bytes(range(256))
