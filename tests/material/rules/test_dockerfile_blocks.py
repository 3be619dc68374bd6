"""Dockerfiles that do not parse."""

from __future__ import annotations

import builtins
import sys
from typing import Any

import pytest

from pytest_cloudlab.material.rules.dockerfile_blocks import dockerfile_syntax
from tests.material.rules.judged import judge, places


@pytest.mark.parametrize(
    ("code", "place", "said"),
    [
        ("FROM python:3.12\nRUNN pip list", (2, 1), "`RUNN` is no instruction of a Dockerfile"),
        ("FROM a\nRUN pip install \\\n    flask\n    gunicorn", (4, 5), "`gunicorn` is no instruction"),
        ("FROM a\nCOPY app.py", (2, 1), "`COPY` has no destination, only `app.py`"),
        ("  FROM a\n  ADD app.py", (2, 3), "`ADD` has no destination"),
        ("FROM python 3.12", (1, 1), "`FROM` takes one image"),
        ("FROM python:3.12 as", (1, 1), "`FROM` takes one image"),
        ("FROM a\nCMD ['python', 'app.py']", (2, 1), "the list of `CMD` is no JSON"),
        ('FROM a\nENTRYPOINT ["python" "app.py"]', (2, 1), "the list of `ENTRYPOINT` is no JSON"),
        ("FROM a\nCMD [“python”, “app.py”]", (2, 1), "the list of `CMD` is no JSON"),
        ('FROM a\nCMD ["python", "app.py"', (2, 1), "the list of `CMD` is no JSON"),
        ("FROM a\nCMD [python, app.py]", (2, 1), "the list of `CMD` is no JSON"),
        ("FROM a\nRUN pip list \\\nCOPY . .", (2, 14), "this backslash makes `COPY` below a part of `RUN`"),
        ("FROM a\nENV PORT", (2, 1), "`ENV` needs a name and a value"),
        ("FROM a\nRUN <<EOF\nls", (2, 1), "the here-document that begins here never ends"),
        ("FROM python:3.12 # the base", (1, 18), "`FROM` takes the comment behind it for arguments"),
        ("FROM a\nCOPY . /app # all of it", (2, 13), "`COPY` takes the comment behind it for arguments"),
    ],
)
def test_what_docker_refuses_is_found_where_it_is_wrong(code: str, place: tuple[int, int], said: str) -> None:
    found = judge(dockerfile_syntax, code, "dockerfile")
    assert places(found) == [place]
    assert said in found[0].message


def test_the_instruction_that_was_meant_is_named() -> None:
    (one,) = judge(dockerfile_syntax, "FROM a\nWORKDIRR /app", "dockerfile")
    assert (one.place.length, one.remedy) == (8, "Write `WORKDIR`.")


@pytest.mark.parametrize(
    ("language", "options"),
    [("dockerfile", ""), ("docker", ""), ("", 'title="Dockerfile"'), ("text", 'title="app/Dockerfile.gpu"')],
)
def test_dockerfiles_are_known_by_name_and_by_title(language: str, options: str) -> None:
    assert places(judge(dockerfile_syntax, "FROM a\nRUNN ls", language, options)) == [(2, 1)]


@pytest.mark.parametrize(
    "code",
    [
        'FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip list\nCMD ["python", "app.py"]',
        "# syntax=docker/dockerfile:1\nARG VERSION=3.12\nFROM python:${VERSION} AS base\nFROM base",
        "COPY ./ /app/",
        "        FROM a\n\n        COPY . .\n      RUN ls",
        "FROM a\nRUN apt-get update && \\\n    # what we need\n\n    apt-get install -y git",
        "FROM a\nRUN ls \\ \n  -l",
        "FROM a\nCOPY <<EOF /a.txt\nnot an instruction\nEOF\nRUN <<EOF\nls\nEOF",
        'FROM a\nRUN [ -f x ] && ls\nRUN ["ls", "-l"]',
        'FROM a\nCMD ["python", "app.py"] # run it',
        "from a\nrun ls",
        "FROM --platform=linux/amd64 a AS b\nCOPY --from=b --chown=u:g /a /b",
        "FROM {your image}\nCOPY <source> <destination>\nUSER [YOUR_NAME]",
        "FROM a\n...\nRUN ls",
        "FROM a\nHEALTHCHECK --interval=5m \\\nCMD curl localhost",
        "FROM a\nRUN ls \\\n  && COPY=1 make",
        "FROM a\nCMD [ -f app.py ] && python app.py",
        "FROM a\n[...]\nCMD ls",
        "FROM a\n… and so on",
        "FROM a\n- RUN ls\n+ RUN ls -l",
        "FROM a # (1)!\nCOPY . . # (2)",
        "RUN\nCOPY\nCMD\nENV A=1",
        "docker build -t app .",
        "version: '3'\nservices:\n  web: {}",
        'FROM a\nLABEL org.a=b c="d e"\nONBUILD RUN ls\nHEALTHCHECK CMD curl x\nSHELL ["a"]',
        "FROM a\nENV A B C\nENV D=1 E=2",
        'FROM a\nCMD python app.py [x]\nCMD [ "$A" ]',
        "",
        "# nothing yet",
    ],
)
def test_what_docker_takes_and_parts_of_it_are_no_finding(code: str) -> None:
    assert judge(dockerfile_syntax, code, "dockerfile") == []


@pytest.mark.parametrize("language", ["", "text", "bash", "docker-compose", "yaml"])
def test_other_languages_are_not_judged(language: str) -> None:
    assert judge(dockerfile_syntax, "FROM a\nRUNN ls", language) == []


def test_without_the_parser_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *more: Any, **named: Any) -> Any:
        if name == "dockerfile":
            raise ImportError(name)
        return real(name, *more, **named)

    monkeypatch.delitem(sys.modules, "dockerfile", raising=False)
    monkeypatch.setattr(builtins, "__import__", missing)
    assert judge(dockerfile_syntax, "FROM a\nRUNN ls", "dockerfile") == []
