"""Makefiles that make would not read."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.rules.makefile_blocks import makefile_syntax
from tests.material.rules.judged import judge, places


@pytest.mark.parametrize(
    ("code", "place", "length"),
    [
        ("run:\n    python app.py", (2, 1), 4),
        (
            "# serve it\nrun-api: deps\n  uvicorn app:api --reload --port ${PORT}\n\ntest:\n  pytest",
            (3, 1),
            2,
        ),
        ("all: a b\n\tmake a\n    make b", (3, 1), 4),
        (".PHONY: run\nrun:\n\n        @echo hi", (4, 1), 8),
        ("a: b \\\n   c\n    ls", (3, 1), 4),
        ("A = 1\n\nrun:\n    docker run -p 80:80 $(A)", (4, 1), 4),
    ],
)
def test_a_recipe_that_begins_with_spaces_is_found(code: str, place: tuple[int, int], length: int) -> None:
    found = judge(makefile_syntax, code, "makefile")
    assert places(found) == [place]
    assert found[0].place.length == length
    assert "begins with spaces" in found[0].message
    assert "tab" in found[0].remedy


def test_a_line_that_is_nothing_is_found() -> None:
    found = judge(makefile_syntax, "run:\n\tls\npython app.py", "make")
    assert places(found) == [(3, 1)]
    assert "no tab before it, and no colon" in found[0].message


def test_a_target_without_its_colon_is_found() -> None:
    (one,) = judge(makefile_syntax, "all:\n\tls\n\nrun\n\tpython app.py", "make")
    assert places([one]) == [(4, 1)]
    assert one.remedy == "Write a colon behind the target."


def test_the_lines_below_are_counted_and_not_found_again() -> None:
    (one,) = judge(makefile_syntax, "a:\n  b\n  c\n  d", "makefile")
    assert "(so do 2 lines below)" in one.message


def test_a_makefile_is_known_by_its_title() -> None:
    assert places(judge(makefile_syntax, "a:\n  b", "", 'title="Makefile"')) == [(2, 1)]


@pytest.mark.parametrize(
    "code",
    [
        "run: deps\n\tpython app.py\n\ndeps:\n\tpip install -r requirements.txt",
        "A = 1\nB := $(shell ls)\nC ?= 2\nD += 3\nE != date\nexport F = 4\nrun:\n\tls",
        "all: a \\\n    b \\\n    c\n\tls",
        "run:\n\tdocker run \\\n    -p 80:80 \\\n    app",
        "ifeq ($(A),1)\n  B = 2\nelse\n  B = 3\nendif\nrun:\n\tls",
        "define TEXT\n  any text\nhere\nendef\nrun:\n\tls",
        "run:\n  # a comment\n\tls",
        "run:\n\tls\n    A = 1\n",
        "run: export A = 1\nrun:\n\tls",
        ".RECIPEPREFIX = >\nrun:\n> ls",
        "%.o: %.c\n\tgcc -c $< -o $@",
        "include more.mk\n-include local.mk\nrun: ; ls",
        "run:\n    ...",
        "run:\n\tls\n…",
        "\tls\nrun:\n\tls",
        "make run",
        "make run\ndocker run -p 80:80 app\nls -l",
        "curl http://localhost:8000\nls",
        "$(eval A := 1)\n$(info hi)\nrun:\n\tls",
        "a::\n\tls\na::\n\tls",
        "run:\n\tls\n\n  again:\n\tls",
        "",
    ],
)
def test_what_make_takes_is_no_finding(code: str) -> None:
    assert judge(makefile_syntax, code, "makefile") == []


@pytest.mark.parametrize("language", ["", "text", "yaml", "bash"])
def test_other_languages_are_not_judged(language: str) -> None:
    assert judge(makefile_syntax, "run:\n    ls", language) == []
