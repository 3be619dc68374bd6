"""What a page tells students to type, in its order: in blocks, and in code within a sentence."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.markdown.branch import Branch, branch_at
from pytest_cloudlab.material.markdown.span import Span, spans_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.shell.command import Command
from pytest_cloudlab.material.shell.shell import commands_of

_PROGRAMS = """
    ansible apt apt-get aws az bash brew bundle bzip2 cargo cat cd chmod chown cmake code conda cp curl dbt
    deno docker docker-compose dotnet du dvc emacs export fastapi file find flask gcc gcloud gh git go
    gradle grep gsutil gunicorn gunzip head helm htop ipython java javac jupyter jupyter-lab
    jupyter-notebook k3d kill kind kubectl less ln ls make mamba micromamba minikube mkdir mkdocs mlflow
    mongosh more mount multipass mv mvn mysql nano nc netstat nginx node npm npx pip pip3 pipenv pipx pnpm
    podman poetry printenv psql pulumi pytest python python3 pwd R rm rsync ruby rustc scp screen sed
    service sh source spark-submit sqlite3 ssh ssh-add ssh-copy-id ssh-keygen streamlit sudo systemctl tail
    tar tee terraform tmux touch tree ufw uname unzip uv uvicorn vagrant vi vim virtualenv wget which yarn
    zip
"""
PROGRAMS = frozenset(_PROGRAMS.split())
"""Code within a sentence that begins with one of these, and goes on, is a command."""
_ASSIGNS = re.compile(r"(?:export )?[A-Za-z_]\w*=\S", re.ASCII)
_PROMPT = re.compile(r"\s*[$%#] ")
MAIN_LEVEL = 2
"""Headings of this level and above begin a part of a page."""


@dataclass(frozen=True)
class Typed:
    """A command, and where on the page it is typed."""

    command: Command
    block: Block
    """For code within a sentence, one made of it."""
    branch: Branch
    span: Span | None = None
    """The code within a sentence that it was read from."""

    @property
    def place(self) -> Place:
        return self.command.place

    @property
    def line(self) -> int:
        return self.command.place.line


@lru_cache(maxsize=2048)
def typed_on(page: Page) -> tuple[Typed, ...]:
    """In the order of the page. Commands within `$(…)` and loops stand where they begin."""
    found = [
        Typed(command, block, branch_at(page, command.place.line))
        for block in page.blocks
        for command in commands_of(block)
    ]
    for span in spans_of(page):
        if is_command(span.text):
            block = as_block(page, span)
            branch = branch_at(page, span.place.line)
            found += [Typed(command, block, branch, span) for command in commands_of(block)]
    return tuple(sorted(found, key=lambda each: (each.line, each.place.column)))


def is_command(text: str) -> bool:
    """Whether code within a sentence is a command, not only the name of one.

    >>> is_command("docker run web"), is_command("docker")
    (True, False)
    """
    if _ASSIGNS.match(text):
        return True
    program, _, rest = _PROMPT.sub("", text, count=1).partition(" ")
    return bool(rest.strip()) and (program in PROGRAMS or program.startswith("./"))


def as_block(page: Page, span: Span) -> Block:
    """Code within a sentence, as if it stood alone."""
    heading = page.heading_at(span.place.line)
    slug = heading.slug if heading else ""
    return Block(page.path, "html", "bash", "", span.text, span.place.line, span.place.column, slug, 0)


@lru_cache(maxsize=2048)
def _part_lines(page: Page, level: int) -> tuple[int, ...]:
    return tuple(heading.line for heading in page.headings if heading.level <= level)


def part_at(page: Page, line: int, level: int = MAIN_LEVEL) -> int:
    """Line of the heading of that level or above that the line is under; 0 before the first."""
    lines = _part_lines(page, level)
    above = bisect_right(lines, line)
    return lines[above - 1] if above else 0
