"""The names on a page, with what is known of their variables, and what else the page shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.languages.script import script_of
from pytest_cloudlab.material.markdown.branch import Branch
from pytest_cloudlab.material.names.constant import constants_of, expanded
from pytest_cloudlab.material.names.container_naming import bare
from pytest_cloudlab.material.names.file_naming import files_of
from pytest_cloudlab.material.names.name import Name
from pytest_cloudlab.material.names.naming import names_in
from pytest_cloudlab.material.names.nearness import near
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.shell.shell import commands_of
from pytest_cloudlab.material.shell.typed import typed_on
from pytest_cloudlab.material.site.neighbours import neighbours_of

_OPEN = re.compile(r"\$\{[^}]*\}|\{\{[^}]*\}\}|\{[^{}]*\}|<[^<>]*>|\[[^\[\]]*\]|\.\.\.|…")
_SPEAKING = re.compile(r"YOUR|[Yy]our[-_]|[Mm]y[-_]|CHANGE|XXX|xxx|\b(?:NAME|ID|USER)\b")


@dataclass(frozen=True)
class UsedName:
    name: Name
    text: str
    """With variables put in that the page sets."""
    branch: Branch
    verb: str
    """The command that says it, for the message."""

    @property
    def place(self) -> Place:
        return self.name.place

    @property
    def open(self) -> bool:
        """Whether a part of it is for students to put in, or not known here."""
        return _OPEN.search(self.text) is not None


@lru_cache(maxsize=2048)
def names_of(page: Page) -> tuple[UsedName, ...]:
    constants = constants_of(page)
    found: list[UsedName] = []
    for typed in typed_on(page):
        words = typed.command.words
        verb = " ".join(word.text for word in words[:2] if word.text[:1].isalpha())
        for name in names_in(typed.command):
            found.append(UsedName(name, expanded(name.text, constants), typed.branch, verb))
    for typed_name in files_of(page):
        found.append(
            UsedName(
                typed_name.name, expanded(typed_name.name.text, constants), typed_name.branch, typed_name.verb
            )
        )
    return tuple(sorted(found, key=lambda each: each.place))


@lru_cache(maxsize=2048)
def shown_on(page: Page) -> frozenset[str]:
    """Words of what nobody types: the output of commands, files that the page shows."""
    words: set[str] = set()
    for block in page.blocks:
        output = script_of(block).output
        typed = bool(commands_of(block))
        for number, line in enumerate(block.code.split("\n"), 1):
            if not typed or number in output:
                words.update(re.split(r"[\s\"'`,;()\[\]{}<>|=]+", line[:2000]))
    return frozenset(word.strip(":") for word in words) | frozenset(words)


def alike(one: str, other: str) -> bool:
    """Whether one is a misspelling of the other, in what is written out of both."""
    open_one, open_other = _OPEN.findall(one), _OPEN.findall(other)
    if open_one != open_other:
        return False
    bare_one, bare_other = _OPEN.sub("\0", one), _OPEN.sub("\0", other)
    if _SPEAKING.search(bare_one) or _SPEAKING.search(bare_other):
        return False
    return near(bare_one, bare_other)


def comparable(used: UsedName) -> str:
    """What has to agree: of an image, its name without the tag."""
    return bare(used.text)[0] if used.name.kind == "image" else used.text


@lru_cache(maxsize=2048)
def made_on(page: Page) -> Mapping[str, Mapping[str, UsedName]]:
    """Names that the page makes, by kind and by what has to agree."""
    found: dict[str, dict[str, UsedName]] = {}
    for used in names_of(page):
        if used.name.made:
            known = found.setdefault(used.name.kind, {})
            text = comparable(used)
            if text not in known or (used.name.certain and not known[text].name.certain):
                known[text] = used
    return found


def locate(page: Page, used: UsedName, text: str) -> Place:
    """Where on its line the name itself stands."""
    place = used.place
    written = (
        bare(used.name.text)[0]
        if used.name.kind == "image" and bare(used.text)[0] == text
        else used.name.text
    )
    column = page.lines[place.line - 1].find(written, max(place.column - 1, 0))
    return page.at(place.line, column + 1, len(written)) if column >= 0 else place


def made_before(page: Page, course: Course) -> set[tuple[str, str]]:
    """Kinds and names of what earlier and linked pages make."""
    return {
        (used.name.kind, comparable(used))
        for each in neighbours_of(page, course)
        for used in names_of(each)
        if used.name.made
    }


def short(text: str) -> str:
    """For a message."""
    return text if len(text) <= 80 else text[:40] + "…" + text[-39:]
