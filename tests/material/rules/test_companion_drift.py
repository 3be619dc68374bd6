"""Blocks that show a companion's file are compared with it; what students write themselves is not."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.companions.drift import drift
from pytest_cloudlab.material.rules.companion_drift import companion_drift
from tests.material.rules.companions import CLONED, FILES, TRAIN, found, quoted, typed

LINES = TRAIN.rstrip("\n").split("\n")
OPTIONS = "\n".join(LINES[4:10])
OLD = OPTIONS.replace("--epochs", "--rounds")
"""The first of six lines is no longer so."""
DOCKERFILE = "FROM python:3.13\nWORKDIR /srv\nCOPY app.py .\nEXPOSE 8000\nCMD python app.py\n"


def block(code: str, options: str = 'title="training/train.py"', language: str = "python") -> str:
    return f"```{language} {options}".rstrip() + f"\n{code}\n```\n"


@pytest.mark.parametrize(
    ("above", "options"),
    [
        ("", 'title="training/train.py"'),
        ("", 'title="train.py" linenums="1"'),
        ("`training/train.py`:\n\n", ""),
        ("**`train.py`**\n\n", ""),
        ("Open `training/train.py`:\n\n", ""),
        ("Have a look at the file `train.py`:\n\n", ""),
        ("The heart of `train.py` are its options:\n\n", ""),
        ("Here is the source code of `train.py`:\n\n", ""),
    ],
)
def test_blocks_that_claim_to_show_a_file(above: str, options: str) -> None:
    page = CLONED + above + block(OLD, options)
    line = 8 + above.count("\n") + 2
    assert quoted(companion_drift, page) == [f"{line} {OLD.split(chr(10))[1]}"]
    assert quoted(companion_drift, CLONED + above + block(OPTIONS, options)) == []


def test_what_is_said() -> None:
    """Where it first differs, and both lines."""
    page = CLONED + "- Look:\n\n" + "\n".join(f"    {line}" for line in block(OLD).split("\n"))
    (each,) = found(companion_drift, page)
    assert (each.place.line, each.place.column) == (12, 5)
    assert each.message == (
        "The block shows `training/train.py` of the companion repository, which has"
        ' `parser.add_argument("--epochs", type=int, default=1)` in the place of'
        ' `parser.add_argument("--rounds", type=int, default=1)`.'
    )


def test_a_first_line_that_names_the_file() -> None:
    page = CLONED + block("# training/train.py\n" + OLD, "")
    assert [each.split()[0] for each in quoted(companion_drift, page)] == ["11"]


def test_files_that_are_no_python() -> None:
    files = {**FILES, "docker/Dockerfile": DOCKERFILE}
    old = DOCKERFILE.replace("8000", "8080").rstrip()
    page = CLONED + block(old, 'title="Dockerfile"', "dockerfile")
    assert quoted(companion_drift, page, files) == ["12 EXPOSE 8080"]


@pytest.mark.parametrize(
    "code",
    [
        OPTIONS,
        "\n".join(LINES[4:6] + LINES[8:13]),
        "\n".join([*LINES[4:6], "...", *LINES[9:13]]),
        "\n".join([*LINES[4:8], "# ...", "# and so on", *LINES[9:13]]),
        "\n".join(f"    {line}" for line in LINES[4:10]),
        OPTIONS.replace('"', "'"),
        OPTIONS.replace(", default", ",  default"),
        OPTIONS + "  # (1)!",
        OPTIONS.replace("\n", "  # what it does\n"),
        OPTIONS.replace("(\"--epochs\", type", "(\n    \"--epochs\",\n    type"),
        OPTIONS.replace("default=1", "default=<rounds>"),
        OPTIONS.replace("default=1", "default=____"),
        "\n\n".join(LINES[4:10]),
    ],
)  # fmt: skip
def test_excerpts(code: str) -> None:
    """Left out lines, other comments, spaces, quotes and line breaks, placeholders."""
    assert quoted(companion_drift, CLONED + block(code)) == []


@pytest.mark.parametrize(
    "above",
    [
        "Create `training/train.py`:\n\n",
        "Now change `train.py` like this:\n\n",
        "Edit the file, so that it says:\n\n",
        "Replace the options of `train.py` by:\n\n",
        "Your `train.py` may look like:\n\n",
        "A first version:\n\n",
        "Write this file:\n\n",
        "Add a new file `train.py`. It holds the options.\n\nIts content:\n\n",
        "Exercise:\n\n",
        "If you rename the option:\n\n",
        "Save this:\n\n",
        "Something similar:\n\n",
    ],
)
def test_what_students_write_or_change(above: str) -> None:
    assert quoted(companion_drift, CLONED + above + block(OLD)) == []


@pytest.mark.parametrize(
    "page",
    [
        block(OLD, ""),
        "Options are read like this:\n\n" + block(OLD, ""),
        "As in `train.py`, options have defaults. Here are others:\n\n" + block(OLD, ""),
        block(OLD, 'title="elsewhere.py"'),
        block(OLD, 'title="training/train.py"', "diff"),
        block(OLD, "", "bash"),
        block("\n".join(LINES[4:6]) + "\nx = 1\ny = 2\nz = 3\nprint(x + y)"),
        block("\n".join(LINES[4:6]).replace("epochs", "rounds")),
        block(OLD) + "\nThen:\n\n" + block(OPTIONS),
        typed("cat > training/train.py <<'END'", "END") + block(OLD),
        block(OPTIONS + "\nprint(options)"),
    ],
)
def test_blocks_that_claim_nothing(page: str) -> None:
    """Others' files, code that is mostly another's, a file in several states, lines that come on top."""
    assert quoted(companion_drift, CLONED + page) == []


def test_two_excerpts_of_one_file() -> None:
    """They share no lines, so they are no states of it."""
    page = CLONED + block("\n".join(LINES[:4])) + "\n" + block(OLD)
    assert len(quoted(companion_drift, page)) == 1


def test_a_number_that_goes_on_is_another() -> None:
    file = "a = first(1)\nb = second(2)\nc = third(3)\nd = rounds(10)\ne = fifth(5)\n"
    code = "a = first(1)\nb = second(2)\nc = third(3)\nd = rounds(1)\ne = fifth(5)"
    found = drift(code, file)
    assert found is not None
    assert (found.line, found.here, found.there) == (4, "d = rounds(1)", "d = rounds(10)")


def test_long_files_are_left_alone() -> None:
    code = "\n".join(f"value_{number} = {number}" for number in range(5000))
    assert drift(code.replace("= 7\n", "= 8\n"), code) is None
