"""What a Dockerfile says about the port of its container."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache

from pytest_cloudlab.material.names.port import Listener, listens
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.shell.command import Command, Word

_EXPOSE = re.compile(r"[ \t]*EXPOSE[ \t]+(\d{2,5})(?:/tcp)?[ \t]*(?:#.*)?$", re.IGNORECASE)
_EXPOSES = re.compile(r"[ \t]*EXPOSE\b", re.IGNORECASE)
_STARTS = re.compile(r"[ \t]*(?:CMD|ENTRYPOINT)[ \t]+(.*)$", re.IGNORECASE)
_STAGE = re.compile(r"[ \t]*FROM\b", re.IGNORECASE)
_SETS_PORT = re.compile(r"[ \t]*(?:ENV|ARG)\b.*PORT", re.IGNORECASE)


@dataclass(frozen=True)
class Recipe:
    exposed: str = ""
    """The one port that it exposes; empty where there are none or several."""
    exposed_line: int = 0
    listens: str = ""
    """The port of the server that it starts, where that is told."""
    listens_line: int = 0
    program: str = ""
    given: bool = False
    """Whether the port is written in the command, and not the program's default."""


@lru_cache(maxsize=2048)
def recipe_of(text: str) -> Recipe:
    """Of the last stage."""
    exposed: list[tuple[str, int]] = []
    started: tuple[Listener, int] | None = None
    several = sets = False
    for number, line in enumerate(text.split("\n"), 1):
        line = line[:2000]
        if _STAGE.match(line):
            exposed, started, several, sets = [], None, False, False
        elif match := _EXPOSE.match(line):
            exposed.append((match[1], number))
        elif _EXPOSES.match(line):
            several = True
        elif _SETS_PORT.match(line):
            sets = True
        elif match := _STARTS.match(line):
            words = _words(match[1])
            found = listens(words) or _told(words)
            started = (found, number) if found and found.port.isdigit() else None
    port, line_of_port = exposed[0] if len(exposed) == 1 and not several else ("", 0)
    if started is None:
        return Recipe(port, line_of_port)
    listener, at = started
    given = listener.place.column > 0
    if sets and not given:
        return Recipe(port, line_of_port)
    return Recipe(port, line_of_port, listener.port, at, listener.program, given)


def _told(words: tuple[Word, ...]) -> Listener | None:
    """A program of the course's own that is told its port."""
    port = Command(words, (), (), Place("", 1), "").option("--port")
    return Listener(port.text, words[0].text, port.place) if port else None


def _words(rest: str) -> tuple[Word, ...]:
    """Of `["uvicorn", "app:app"]` and of `uvicorn app:app`; the program's own has column 0."""
    texts: list[str] = []
    if rest.lstrip().startswith("["):
        try:
            found = json.loads(rest)
        except (ValueError, RecursionError):
            return ()
        texts = [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
    else:
        texts = rest.replace('"', " ").split()
    if texts[:1] == ["exec"]:
        texts = texts[1:]
    if len(texts) > 2 and re.fullmatch(r"python[\d.]*", texts[0]) and texts[1] == "-m":
        texts = texts[2:]
    if texts[:2] in (["poetry", "run"], ["uv", "run"], ["pipenv", "run"]):
        texts = texts[2:]
    return tuple(Word(text, Place("", 1, index)) for index, text in enumerate(texts))
