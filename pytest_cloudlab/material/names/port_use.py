"""All that a page says about ports, gathered once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.markdown.branch import Branch, branch_at
from pytest_cloudlab.material.names.port import Listener, PortMapping, listener_of, mappings_of, opened_by
from pytest_cloudlab.material.names.port_number import ADDRESS, NUMBER, in_companions, numbers_in
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.shell.command import Command
from pytest_cloudlab.material.shell.typed import Typed, typed_on
from pytest_cloudlab.material.site.neighbours import neighbours_of

_DIGITS = re.compile(r"\d\d")
_LOCAL = re.compile(r"localhost|127\.|0\.0\.0\.0|\[::1\]")
_VISITORS = frozenset({"curl", "wget", "http", "https", "xdg-open", "open", "hey", "ab", "wrk"})
_HARMLESS = """
    . [ [[ alias apt apt-get awk aws az brew cat cd chmod chown clear code conda cp deactivate df diff
    du echo exit export find gcloud git grep gsutil head hey history hostname htop jq kill less ls lsof
    mamba mkdir more mv nano netstat nproc ping pip pip3 pkill printf psql pwd pytest read rm rsync scp
    sed set sleep sort source ss ssh ssh-keygen tail tar test tmux top touch tree true ufw uname unset
    unzip uv vi vim virtualenv wc which whoami
"""
_BENIGN = frozenset(_HARMLESS.split()) | {""}
"""Programs that start no server."""
_BENIGN_MODULES = frozenset({"venv", "pip", "http.client", "json.tool"})
_DOCKER_VERBS = """
    attach build commit container cp create exec history image images info inspect kill load login logs
    network port ps pull push restart rm rmi run save search start stats stop system tag top version
    volume
"""
_QUIET_OF_DOCKER = frozenset(_DOCKER_VERBS.split())


@dataclass(frozen=True)
class Visit:
    """An address that students are told to open, or a command that asks it."""

    port: str
    place: Place
    branch: Branch
    outside: bool
    """Whether it is another machine's, as seen from the browser."""


@dataclass(frozen=True, eq=False)
class PortUse:
    listeners: tuple[tuple[Listener, Typed], ...]
    mappings: tuple[tuple[PortMapping, Typed], ...]
    opened: tuple[tuple[str, Place], ...]
    """Ports that a firewall lets through."""
    visits: tuple[Visit, ...]
    unknown: tuple[int, ...]
    """Lines of commands that may start anything on any port."""
    in_code: Mapping[str, int]
    """How often its code has a number, without addresses and the other ends of containers and tunnels."""
    in_prose: frozenset[str]
    """Numbers in its sentences, without addresses."""

    @property
    def here(self) -> frozenset[str]:
        """Ports that something answers on, on this side of containers and tunnels."""
        return frozenset(each.here for each, _ in self.sources)

    @cached_property
    def sources(self) -> tuple[tuple[Listener | PortMapping, Typed], ...]:
        """Mappings, then listeners."""
        return (*self.mappings, *self.listeners)


@lru_cache(maxsize=2048)
def ports_of(page: Page) -> PortUse:
    gathered = _Gathered()
    for typed in typed_on(page):
        command = typed.command
        mappings = list(mappings_of(command))
        listener = listener_of(command)
        gathered.mappings += [(mapping, typed) for mapping in mappings]
        if listener:
            gathered.listeners.append((listener, typed))
        elif not mappings and not _benign(command):
            gathered.unknown.append(typed.line)
        if opened := opened_by(command):
            gathered.opened.append(opened)
        if command.program in _VISITORS:
            gathered.visits += _visited(page, typed)
    for number, line in page.prose:
        _read_prose(page, number, line[:2000], gathered)
    for block in page.blocks:
        gathered.in_code.update(numbers_in(block))
    return PortUse(
        tuple(gathered.listeners),
        tuple(gathered.mappings),
        tuple(gathered.opened),
        tuple(sorted(gathered.visits, key=lambda each: each.place)),
        tuple(gathered.unknown),
        gathered.in_code,
        frozenset(gathered.in_prose),
    )


@dataclass
class _Gathered:
    listeners: list[tuple[Listener, Typed]] = field(default_factory=list)
    mappings: list[tuple[PortMapping, Typed]] = field(default_factory=list)
    opened: list[tuple[str, Place]] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    in_code: Counter[str] = field(default_factory=Counter)
    in_prose: set[str] = field(default_factory=set)


def _benign(command: Command) -> bool:
    texts = [word.text for word in command.words]
    program = command.program
    if program in ("docker", "podman"):
        if any(text in ("-P", "--publish-all", "--net=host", "--network=host", "host") for text in texts):
            return False
        return len(texts) < 2 or texts[1] in _QUIET_OF_DOCKER
    if program in ("python", "python3"):
        module = texts[2] if texts[1:2] == ["-m"] and len(texts) > 2 else ""
        return module in _BENIGN_MODULES or texts[1:2] in (["--version"], ["-V"], ["-c"])
    return program in _BENIGN or program in _VISITORS or texts[-1:] in (["--version"], ["--help"])


def _visited(page: Page, typed: Typed) -> Iterator[Visit]:
    for word in typed.command.words[1:]:
        if match := ADDRESS.search(word.text):
            line = page.lines[word.place.line - 1]
            column = line.find(match[0], max(word.place.column - 1, 0))
            place = page.at(word.place.line, column + 1, len(match[0])) if column >= 0 else word.place
            yield Visit(match[1], place, typed.branch, _outside(match[0]))


def _outside(address: str) -> bool:
    return _LOCAL.search(address) is None


def _read_prose(page: Page, number: int, line: str, gathered: _Gathered) -> None:
    if not _DIGITS.search(line):
        return
    for match in ADDRESS.finditer(line):
        place = page.at(number, match.start() + 1, len(match[0]))
        gathered.visits.append(Visit(match[1], place, branch_at(page, number), _outside(match[0])))
    gathered.in_prose.update(NUMBER.findall(ADDRESS.sub(" ", line)))


def known_elsewhere(port: str, page: Page, course: Course) -> bool:
    """Whether a companion's file, or a page before this one, has to do with the port."""
    before = (ports_of(each) for each in neighbours_of(page, course))
    return any(port in each.here | each.in_code.keys() for each in before) or in_companions(port, course)
