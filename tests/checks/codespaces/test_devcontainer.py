"""devcontainer.json is read as VS Code writes it, whatever a student has made of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.checks.codespaces.devcontainer import (
    MAX_BYTES,
    DevContainer,
    not_installed,
    parse,
    plain,
    read_devcontainer,
    without_version,
)
from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.targets import Target, open_target

REPOSITORIES = Path(__file__).parents[3] / "checks" / "codespaces" / "repositories"
SHIPPED = REPOSITORIES / "fchouteau/isae-cloud-computing-codespace/.devcontainer/devcontainer.json"


@pytest.fixture(scope="module")
def here() -> Iterator[Target]:
    with open_target("local://") as target:
        yield target


def test_that_of_the_lab_is_read() -> None:
    """It has comments, and commas too many."""
    assert parse(SHIPPED.read_text(encoding="utf-8"), "x") == DevContainer(
        ("ms-python.python", "ms-toolsai.jupyter"),
        (
            "ghcr.io/devcontainers/features/docker-in-docker",
            "ghcr.io/devcontainers/features/github-cli",
            "ghcr.io/devcontainers/features/sshd",
        ),
    )


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "// no comment", "b": "/* nor this */ \\" // ,]", "c": "http://x,}"}',
        "[1, 2,\n // three\n ]",
        "/* a\n * b **/ [1, /* , */ ] // end",
        '{"a": [{},],}',
        '["\\\\", ]//"',
    ],
)
def test_comments_and_commas_go_and_strings_stay(text: str) -> None:
    """Nothing moves: lines and columns are those of the file."""
    made = plain(text)
    json.loads(made)
    assert len(made) == len(text)
    assert [len(line) for line in made.split("\n")] == [len(line) for line in text.split("\n")]
    if text.startswith('{"a": "'):
        assert made == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{\n  "a": 1 // one\n  "b": 2\n}', r"x is no JSON: Expecting ',' delimiter \(line 3, column 3\)\."),
        ("", "is no JSON"),
        ("[1,,]", "is no JSON"),
        ("{'a': 1}", "is no JSON"),
        ('{"a": "', "is no JSON"),
        ("{} /* for ever", "passes"),
        ("[]", "The file in x has to be an object"),
        ('{"features": ["git"]}', "features in x has to be an object"),
        ('{"customizations": null}', "customizations in x has to be an object"),
        ('{"customizations": {"vscode": {"extensions": "a.b"}}}', "has to be a list"),
        ('{"customizations": {"vscode": {"extensions": ["a.b", 7]}}}', "has to be a string"),
        ("[" * 60_000, "nested too deep"),
        ('{"a":' * 10_000 + "1" + "}" * 10_000, "nested too deep"),
        ("9" * 60_000, "a number too long"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, said: str) -> None:
    """In one plain sentence that names the file, and the place where there is one."""
    if said == "passes":
        assert parse(text, "x") == DevContainer((), ())
        return
    with pytest.raises(NotFound, match=said) as raised:
        parse(text, "x")
    assert len(raised.value.message) < 120


@pytest.mark.parametrize(
    "piece", ["/*", '"', '\\"', "//", ",", ", ", "/* * ", '"\\', "*/", "/*/", " "], ids=repr
)
def test_hostile_text_costs_no_time(piece: str) -> None:
    """Nothing that is left open is looked for again and again."""
    started = time.monotonic()
    for start in ("", '"', "/*", ","):
        plain(start + piece * (MAX_BYTES // len(piece)))
    assert time.monotonic() - started < 20


def test_extensions_are_told_apart() -> None:
    """By name, without regard to case or version; a minus takes one off; a path is no name."""
    named = [
        "GitHub.Copilot",
        "ms-python.python@2024.1.0",
        "-github.copilot",
        "b.c",
        "B.C",
        "/opt/x-1.0.vsix",
    ]
    found = parse(json.dumps({"customizations": {"vscode": {"extensions": named}}}), "x")
    assert found.extensions == ("ms-python.python", "b.c")
    assert found.unknown == ("/opt/x-1.0.vsix",)


def test_an_extension_s_folder_ends_with_its_version() -> None:
    folders = [
        "ms-python.python-2024.1.0-linux-x64",
        "ms-toolsai.jupyter-keymap-1.1.2",
        "A.B-2d-1.0",
        "extensions.json",
    ]
    wanted = ("ms-python.python", "ms-toolsai.jupyter", "a.b-2d", "a.c")
    assert not_installed(wanted, folders) == ["ms-toolsai.jupyter", "a.c"]


@pytest.mark.parametrize(
    ("feature", "name"),
    [
        ("ghcr.io/devcontainers/features/git:1.2.3", "ghcr.io/devcontainers/features/git"),
        ("ghcr.io/devcontainers/features/git@sha256:abc", "ghcr.io/devcontainers/features/git"),
        ("localhost:5000/features/git", "localhost:5000/features/git"),
        ("git", "git"),
        ("./local", "./local"),
    ],
)
def test_a_feature_is_known_without_its_version(feature: str, name: str) -> None:
    assert without_version(feature) == name


def test_it_is_looked_for_in_both_places(here: Target, tmp_path: Path) -> None:
    """The folder's goes first; one that has none, or one too long, says so."""
    with pytest.raises(NotFound, match=r"There is no .*devcontainer\.json and no "):
        read_devcontainer(here, str(tmp_path))
    (tmp_path / ".devcontainer.json").write_text('\ufeff{"features": {"a": {}}}', encoding="utf-8")
    assert read_devcontainer(here, str(tmp_path)).features == ("a",)
    (tmp_path / ".devcontainer").mkdir()
    nearer = tmp_path / ".devcontainer" / "devcontainer.json"
    nearer.write_text('{"features": {"b": {}}}', encoding="utf-8")
    assert read_devcontainer(here, str(tmp_path)).features == ("b",)
    nearer.write_text(" " * (MAX_BYTES + 1), encoding="utf-8")
    with pytest.raises(NotFound, match="more than 65536 bytes"):
        read_devcontainer(here, str(tmp_path))
