"""The examples of the pages do what the pages say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_cloudlab import fixtures
from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.rehearsal import PageWalkthrough, play, read_page
from pytest_cloudlab.reports import MARKS
from pytest_cloudlab.roster import load_roster
from pytest_cloudlab.targets import open_target
from tests.docs.markdown import PAGES, Block, page

LAB_PAGE = page("docs/writing-a-lab.md")
STUDENT_PAGE = page("docs/student.md")


def blocks(language: str) -> list[object]:
    return [
        pytest.param(block, id=f"{one.name}:{block.line}")
        for one in PAGES
        for block in one.blocks
        if block.language == language
    ]


def block_with(text: str) -> Block:
    (found,) = (block for block in LAB_PAGE.blocks if text in block.text)
    return found


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The smallest lab, written to the files that the page names."""
    written = [block for block in LAB_PAGE.blocks if block.file]
    assert {block.file for block in written} == {
        "hello/lab.toml",
        "hello/conftest.py",
        "hello/test_hello.py",
        "cloudlab.toml",
        "hello/page/page.toml",
        "hello/page/member/1-write-the-file.sh",
    }
    for block in written:
        file = tmp_path / "class" / block.file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text, encoding="utf-8")
    (tmp_path / "home").mkdir()
    return tmp_path


def check(example: Path) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLOUDLAB_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest_cloudlab", "check"],
        cwd=example / "class",
        env={**kept, "HOME": str(example / "home"), "COLUMNS": "80"},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_smallest_lab_fails_then_passes(example: Path) -> None:
    """Its check asks for a file in the home directory: red without it, green with it, each time in words."""
    before = check(example)
    assert before.returncode == 1, before.stderr
    assert "✗ Your file says hello" in before.stdout
    assert '→ Write "hello, " and your name into hello.txt' in before.stdout
    assert "0 / 2" in before.stdout

    hello = example / "home" / "hello.txt"
    hello.write_bytes(b"\xff good-bye")
    wrong = check(example)
    assert (wrong.returncode, "good-bye" in wrong.stdout) == (1, True), wrong.stdout

    hello.write_text("hello, Alice Martin\n")
    after = check(example)
    assert after.returncode == 0, after.stdout + after.stderr
    assert "✓ Your file says hello" in after.stdout
    assert "2 / 2" in after.stdout


def test_the_page_of_the_smallest_lab_achieves_its_outcome(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its script, run as a rehearsal runs it, does what the check asks for."""
    lab, roster = load_roster(example / "class" / "cloudlab.toml")
    ((team, member),) = roster.everyone
    one = Assignment(lab, roster, team, member)
    monkeypatch.setenv("HOME", str(example / "home"))
    with open_target("local://") as here:
        stage: Any = SimpleNamespace(
            assignments=(one,), codespace=lambda one: here, set_up_project=lambda: None
        )
        walkthrough = PageWalkthrough(stage, read_page(Path(lab.folder)))
        play(lambda one: walkthrough, walkthrough.scenes, (one,), lambda said: None)
    after = check(example)
    assert after.returncode == 0, after.stdout + after.stderr


def test_the_card_that_students_are_shown_is_the_real_one(example: Path) -> None:
    """Line by line, but for how long it took and where the home directory is."""

    def comparable(card: str) -> list[str]:
        lines = re.sub(r"\d+\.\d s$", "0.0 s", card, flags=re.MULTILINE).splitlines()
        return [line for line in lines if line.strip() and line.strip()[0] in "✗→SN01h"]

    (shown,) = (block.text for block in STUDENT_PAGE.blocks if block.text.startswith("Say hello"))
    assert len(comparable(shown)) >= 6
    assert comparable(shown) == comparable(check(example).stdout)


def test_the_students_file_is_a_roster_of_the_lab(tmp_path: Path) -> None:
    """It names the lab `be`, its choices and whose it is."""
    (text,) = (block.text for block in STUDENT_PAGE.blocks if block.language == "toml")
    file = tmp_path / "cloudlab.toml"
    file.write_text(text, encoding="utf-8")
    lab, roster = load_roster(file)
    assert (lab.id, roster.me) == ("be", "alice")
    assert roster.course.registry == "eu.gcr.io/our-project"


def test_parameters_and_choices_work_as_shown(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A roster changes what `parameters.py` declares, and is asked for the choices of its members."""
    folder = example / "class"
    lab, roster_file = folder / "hello" / "lab.toml", folder / "cloudlab.toml"
    (folder / "hello" / "parameters.py").write_text(block_with("class Parameters").text)
    lab.write_text(
        'title = "Hello"\npage = "https://course.example"\n[names]\nimage = "theirs"\n'
        + block_with("[member.mascot]").text
        + lab.read_text()[lab.read_text().index("[[step]]") :]
    )
    members = "".join(
        f'[[team.member]]\nid = "{one}"\nname = "{one}"\nmascot = "{own}"\nruns = "{other}"\n'
        for one, own, other in (("alice", "cat", "dog"), ("bob", "dog", "cat"))
    )
    changed = block_with("[parameters.names]").text
    roster_file.write_text(f'lab = "hello"\n{changed}\n[[team]]\nid = "solo"\n{members}')
    monkeypatch.chdir(folder)
    loaded, _ = load_roster(roster_file)
    assert loaded.parameters.names.image == tomllib.loads(changed)["parameters"]["names"]["image"]


def test_a_variant_works_as_shown(tmp_path: Path) -> None:
    """The base's checks but for those left out, and the parameters that it changes."""
    folder = tmp_path / "be_newer"
    folder.mkdir()
    (folder / "lab.toml").write_text(block_with('base = "be"').text)
    lab, base = load_lab(folder), load_lab(find_lab("be"))
    assert (lab.id, lab.parameters.run.on, lab.parameters.ports.jupyter) == ("be-newer", "codespace", 8080)
    left = {check.name for check in read_checks(base)} - {check.name for check in read_checks(lab)}
    assert {"test_vm_exists", "test_tunnel_ends_at_your_vm", "test_no_vm_is_left"} <= left
    ((key, table),) = tomllib.loads(block_with("[member.tunnel]").text)["member"].items()
    assert lab.own == {key: table["parameter"]}


def test_every_fixture_is_in_the_table() -> None:
    """Those that labs get, and no other."""
    rows = re.findall(r"^\| (`[^|]+) \|", LAB_PAGE.source.partition("## Fixtures")[2], re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == set(fixtures.__all__)


def test_every_mark_of_a_card_is_explained() -> None:
    table = STUDENT_PAGE.source.partition("| mark |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| ([^|\s-]) \|", table, re.MULTILINE)
    assert set(rows) == set(MARKS.values())


@pytest.mark.parametrize("block", blocks("toml"))
def test_toml_parses(block: Block) -> None:
    assert tomllib.loads(block.text)


@pytest.mark.parametrize("block", blocks("python"))
def test_python_compiles(block: Block) -> None:
    compile(block.text, block.file or "example", "exec")


@pytest.mark.parametrize("block", blocks("json"))
def test_json_parses(block: Block) -> None:
    assert json.loads(block.text)
