"""The stand-in for gh: what it takes is what the real one takes, and what it does not serve goes there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from pytest_cloudlab.twin.github import stand_in

NEWER = {"-R", "--repo", "--repo-owner"}
"""Flags that gh has had since 2.24: taken by the stand-in, whichever gh is here."""
HIDDEN = {"--stdio"}
"""What the real one takes and does not show."""


@pytest.fixture(scope="module")
def program() -> ModuleType:
    loader = SourceFileLoader("stand_in_gh", str(stand_in.PROGRAM))
    spec = spec_from_loader(loader.name, loader)
    assert spec
    before = sys.dont_write_bytecode, list(sys.path)
    try:
        sys.dont_write_bytecode = True
        module = module_from_spec(spec)
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode, sys.path[:] = before
    return module


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH on which the stand-in is first, and a gh that prints what it is given second."""
    stand_in.put(tmp_path / "bin")
    other = tmp_path / "other"
    other.mkdir()
    program = other / "gh"
    program.write_text('#!/bin/sh\nprintf "%s|" real "$@"\ncat\nexit 9\n')
    program.chmod(0o755)
    return os.pathsep.join([str(tmp_path / "bin"), str(other), "/usr/bin", "/bin"])


def run(path: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["gh", *arguments], input="in", capture_output=True, text=True, timeout=30, env={"PATH": path}
    )


def flags_of_the_real(*words: str) -> set[str]:
    said = subprocess.run(
        ["gh", "codespace", *words, "--help"], capture_output=True, text=True, timeout=30, check=True
    )
    sections = re.split(r"^([A-Z ]+)$", said.stdout, flags=re.MULTILINE)
    told = dict(zip(sections[1::2], sections[2::2], strict=True))
    text = told.get("FLAGS", "") + told.get("INHERITED FLAGS", "")
    pairs = re.findall(r"^ +(?:(-\w), )? *(--[\w-]+)", text, re.MULTILINE)
    return {flag for pair in pairs for flag in pair if flag} - {"--help"}


@pytest.mark.gh
@pytest.mark.parametrize(
    "words", [("ssh",), ("cp",), ("ports",), ("ports", "forward"), ("ports", "visibility")]
)
def test_it_takes_the_flags_of_the_real_one(program: ModuleType, words: tuple[str, ...]) -> None:
    """No more, or a lab would need what gh has not; no fewer, or a page's line would fail."""
    own = set(program.parser(*words)._option_string_actions)
    real = flags_of_the_real(*words)
    assert "--codespace" in real
    assert own - NEWER - HIDDEN == real - NEWER


@pytest.mark.gh
def test_it_knows_the_fields_of_the_real_one(program: ModuleType) -> None:
    """gh lists them when `--json` names none."""
    asked = subprocess.run(["gh", "codespace", "ports", "--json"], capture_output=True, text=True, timeout=30)
    assert tuple(re.findall(r"^  (\w+)$", asked.stderr, re.MULTILINE)) == program.PORT_FIELDS


@pytest.mark.gh
def test_the_real_one_has_the_three_commands(program: ModuleType) -> None:
    said = subprocess.run(
        ["gh", "codespace", "--help"], capture_output=True, text=True, timeout=30, check=True
    )
    assert set(program.SERVED) <= set(re.findall(r"^  (\w+):", said.stdout, re.MULTILINE))


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("codespace",),
        ("codespace", "list", "--json", "name"),
        ("cs", "stop", "-c", "x"),
        ("codespace", "delete", "--all"),
        ("codespace", "ssh", "--help"),
        ("cs", "ports", "forward", "-h"),
        ("api", "/user"),
        ("auth", "status"),
        ("ssh",),
    ],
    ids=" ".join,
)
def test_all_else_goes_to_the_real_one(path: str, arguments: tuple[str, ...]) -> None:
    """With its words, its standard input and its exit code."""
    done = run(path, *arguments)
    assert done.stdout == "".join(f"{word}|" for word in ("real", *arguments)) + "in"
    assert done.returncode == 9


def test_stand_ins_do_not_call_each_other(path: str, tmp_path: Path) -> None:
    """One in the environment of another twin is no real gh either."""
    stand_in.put(tmp_path / "another")
    assert run(f"{tmp_path / 'another'}:{path}", "auth", "status").returncode == 9
    alone = run(f"{tmp_path / 'another'}:{tmp_path / 'bin'}:/nowhere", "auth", "status")
    assert alone.returncode != 9


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("cs", "ssh", "--no-such-flag"), "unrecognized arguments: --no-such-flag"),
        (("cs", "cp", "a"), "requires at least 2 arg"),
        (("cs", "cp", "a", "b"), "must have a 'remote:' prefix"),
        (("cs", "ports", "list"), "unknown command"),
        (("cs", "ports", "--json", "colour"), 'Unknown JSON field: "colour"'),
        (("cs", "ports", "--jq", "."), "without specifying `--json`"),
        (("cs", "ports", "forward"), "requires at least 1 arg"),
        (("cs", "ports", "forward", "80"), "not like 8888:8888"),
        (("cs", "ports", "visibility", "-c", "x", "80"), "not like 80:public"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_it_does_not_understand(path: str, arguments: tuple[str, ...], said: str) -> None:
    """Is said on stderr, with exit code 1, before anybody is asked."""
    done = run(path, *arguments)
    assert said in done.stderr
    assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize(
    ("words", "flags", "command"),
    [
        (["sh"], [], ["sh"]),
        (["-L", "80:localhost:80", "-N"], ["-L", "80:localhost:80", "-N"], []),
        (["-oBatchMode=yes", "-t", "ls", "-la"], ["-oBatchMode=yes", "-t"], ["ls", "-la"]),
        ([], [], []),
    ],
)
def test_ssh_flags_stand_before_the_command(
    program: ModuleType, words: list[str], flags: list[str], command: list[str]
) -> None:
    assert program.split_flags(words) == (flags, command)


def test_the_folder_of_the_image_holds_no_bytecode(path: str) -> None:
    """Its content names the image."""
    run(path, "auth", "status")
    assert not (stand_in.PROGRAM.parent / "__pycache__").exists()


def test_the_first_uses_at_once_share_one_key(
    program: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    key_pair = sys.modules[program.Way.__module__].key_pair
    with ThreadPoolExecutor(8) as several:
        keys = list(several.map(lambda _: key_pair().read_bytes(), range(8)))
    assert len(set(keys)) == 1
    assert (tmp_path / ".ssh" / "codespaces.auto.pub").exists()


def test_one_codespace_is_chosen_without_a_question(
    program: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where several are, and nobody can be asked, none is."""
    listed = tmp_path / "listed"
    real = tmp_path / "gh"
    real.write_text(f"#!/bin/sh\ncat {listed}\n")
    real.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    options, _ = program.parsed(("cp",), ["remote:a", "b"])
    listed.write_text(json.dumps([{"name": "fuzzy", "repository": "octo/course"}]))
    assert program.chosen(options) == "fuzzy"
    listed.write_text(json.dumps([{"name": name, "repository": f"octo/{name}"} for name in ("a", "b")]))
    with pytest.raises(program.Failure, match="several"):
        program.chosen(options)
    options, _ = program.parsed(("cp",), ["-R", "Octo/B", "remote:a", "b"])
    assert program.chosen(options) == "b"
