"""Folders that students are told to enter although they are in them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from pytest_cloudlab.material.companions.companion import Companion
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule
from pytest_cloudlab.material.shell.command import Command
from pytest_cloudlab.material.shell.login import logs_in, logs_out
from pytest_cloudlab.material.shell.typed import Typed, part_at, typed_on

_LEAVES = re.compile(
    r"\b(?:(?:new|another|other|second|third|separate|different|fresh|each|nouveau|autre)"
    r" (?:terminal|tab|window|shell|session|prompt|console|machine)|terminals? \d|go(?:ing)? (?:back|up)"
    r"|come back|open (?:a|up|your|the)\b[^.]{0,20}\bterminal|return(?:ing)?|back (?:to|in|on|at)|leave"
    r"|exit|parent|previous|top(?:-| )level|(?:from|in|at|of) the (?:root|top|base|project|repo\w*|main|home)"
    r"|root (?:folder|directory|of)|working directory|current directory|home (?:folder|directory)"
    r"|reconnect|log ?in|log ?out|restart|reboot|reopen|next time|next day|tomorrow|locally|local machine"
    r"|on (?:your (?:laptop|machine|computer|host)|the (?:server|vm|host|instance|machine|cluster))"
    r"|inside the|whenever|every time|each time|retour|revenez|racine)\b",
    re.IGNORECASE,
)
_GOES = re.compile(
    r"\b(?:go|move|change|switch|navigate|cd|allez|placez)\b[^.]{0,60}"
    r"\b(?:folder|directory|dir|repo\w*|project|dossier|r[ée]pertoire)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"\W*(?:(?:step|part|task|exercise|[ée]tape|partie)\s+)?(?:\d+|[IVX]+)\b", re.IGNORECASE
)
MOST_FINDINGS = 20
DEEPEST = 50
_CLONES = frozenset({"git", "gh", "hub"})


@dataclass
class _Here:
    """Where the terminal is, as far as the page says."""

    entered: list[tuple[str, Typed]] = field(default_factory=list)
    """Folders below the one that the page began in, and the commands that entered them."""

    def names(self) -> list[str]:
        return [name for name, _ in self.entered]


@rule("entered-twice", severity=Severity.ERROR, scope="page")
def entered_twice(page: Page, course: Course) -> Iterator[Found]:
    """A folder is entered that the page is in already.

    Follows `cd` down a page, in one terminal. Left alone: a folder that may have one of the same name in it
    (made there, unpacked there, in the companion repository, or named like the package of a repository that
    was just cloned); whatever follows `cd ..`, a login, another terminal, tab, option or aside, or words
    that lead elsewhere ("go back", "from the root", "on your laptop"); parts of a page that do not build on
    each other.
    """
    here = _Here()
    last: Typed | None = None
    made: set[str] = set()
    most = MOST_FINDINGS
    for typed in typed_on(page):
        if not most or len(here.entered) > DEEPEST:
            return
        if last and _elsewhere(page, last, typed):
            here = _Here()
        last = typed
        command = typed.command
        if logs_in(command) or logs_out(command) or command.program in ("pushd", "popd", "tmux", "screen"):
            here = _Here()
        elif command.program == "cd":
            if found := _enter(page, course, here, typed, made):
                most -= 1
                yield found
        else:
            made.update(_made(command))
            made.update(_generated(command))
            _forget(here, command)


def _enter(page: Page, course: Course, here: _Here, typed: Typed, made: set[str]) -> Found | None:
    words = typed.command.words
    target = words[1] if len(words) == 2 else None
    if target is None or _in_subshell(typed, page) or target.text.startswith(("/", "~", "-", "$", "\\")):
        here.entered = []
        return None
    if typed.span and not _told_to(typed):
        here.entered = []
        return None
    found: Found | None = None
    for name in posixpath.normpath(target.text).split("/"):
        if name == "..":
            if here.entered:
                here.entered.pop()
            continue
        if name == ".":
            continue
        earlier = next((each for each in here.entered if each[0] == name), None)
        if earlier and not found and target.text.split("/")[0] == name and not target.placeholder:
            found = _found(page, course, here, earlier, typed, made)
            here.entered = here.entered[: here.entered.index(earlier) + 1]
        else:
            here.entered.append((name, typed))
    return found


def _found(
    page: Page, course: Course, here: _Here, earlier: tuple[str, Typed], typed: Typed, made: set[str]
) -> Found | None:
    name, entered = earlier
    if f"new:{name}" in made or _may_be_nested(name, course.companions) or entered.branch.apart(typed.branch):
        return None
    if _may_be_package(name, made) and part_at(page, entered.line, 6) == part_at(page, typed.line, 6):
        return None
    if part_at(page, entered.line) != part_at(page, typed.line) and not _goes_on(page, entered, typed):
        return None
    word = typed.command.words[1]
    return Found(
        word.place,
        f"`cd {word.text}` is typed in the folder `{'/'.join(here.names())}` already, which line"
        f" {entered.line}"
        " entered: there is no such folder in it.",
        "Leave it out, or go back up first.",
    )


def _elsewhere(page: Page, before: Typed, after: Typed) -> bool:
    """Whether what is said between two commands leads to another place or terminal."""
    if before.block is after.block and not after.span:
        return False
    if before.branch.excludes(after.branch):
        return True
    announced = _announced(page, after) if after.command.program == "cd" else after.line + 1
    for number in range(before.line, after.line + 1):
        line = page.lines[number - 1][:1000]
        if number in page.scanned.not_prose:
            if line.lstrip().startswith("#") and _LEAVES.search(line):
                return True
        elif _LEAVES.search(line) or (before.line < number < announced and _GOES.search(line)):
            return True
    return False


def _announced(page: Page, typed: Typed) -> int:
    """First line of the paragraph that leads up to a command: `Go into the folder:`."""
    number = typed.line if typed.span else typed.block.line - 1
    while number > 1 and (number in page.scanned.not_prose or not page.lines[number - 1].strip()):
        number -= 1
    while number > 1 and page.lines[number - 2].strip() and number - 1 not in page.scanned.not_prose:
        number -= 1
    return number


def _in_subshell(typed: Typed, page: Page) -> bool:
    """`(cd app && make)` comes back by itself."""
    if typed.span:
        return False
    column = typed.place.column - 2
    line = page.lines[typed.line - 1]
    return 0 <= column < len(line) and line[: column + 1].rstrip().endswith(("(", "`"))


def _told_to(typed: Typed) -> bool:
    """Whether code within a sentence is something to do, not something that is talked about."""
    before = typed.span.before if typed.span else ""
    return (
        re.search(r"\b(?:not|never|without|if|instead|would|after|before|did)\b|n't", before[-80:], re.I)
        is None
    )


def _made(command: Command) -> Iterator[str]:
    """Names of folders that it makes."""
    texts = [word.text for word in command.words[1:] if not word.text.startswith("-")]
    if command.program == "mkdir":
        yield from (posixpath.basename(text.rstrip("/")) for text in texts)
    elif command.program in _CLONES and "clone" in texts[:-1]:
        yield f"clone:{posixpath.basename(texts[-1].rstrip('/')).removesuffix('.git')}"


_GENERATES = re.compile(r"startproject|startapp|new|init|create|generate|scaffold|create-[\w-]+|cookiecutter")


def _generated(command: Command) -> Iterator[str]:
    """Names given to generators of projects, which make a folder within the folder of that name."""
    texts = [word.text for word in command.words]
    if any(_GENERATES.fullmatch(text) for text in texts[:4]):
        yield from (f"new:{text}" for text in texts[1:])


def _forget(here: _Here, command: Command) -> None:
    """A folder of the same name may be made in the one that the page is in."""
    names = {part for word in command.words[1:] for part in re.split(r"[/=:]", word.text)}
    names |= {name.removesuffix(suffix) for name in names for suffix in (".git", ".zip", ".tar.gz", ".tgz")}
    kept = [each for each in here.entered if each[0] not in names]
    if len(kept) != len(here.entered):
        here.entered = []


def _may_be_nested(name: str, companions: tuple[Companion, ...]) -> bool:
    """Whether a companion has a folder of that name below its top."""
    for companion in companions:
        tops = {posixpath.basename(each.rstrip("/")) for each in companion.checkout}
        for folder in companion.folders:
            parts = folder.split("/")
            if (name in tops and parts[0] == name) or any(a == b == name for a, b in pairwise(parts)):
                return True
    return False


def _may_be_package(name: str, made: set[str]) -> bool:
    """A repository often holds a package of its own name."""
    return f"clone:{name}" in made and name.isidentifier()


def _goes_on(page: Page, entered: Typed, typed: Typed) -> bool:
    """Whether the parts of the page are steps of one sequence.

    They are where they are numbered, and where a later one relies on the folder without entering it.
    """
    parts = [part_at(page, each.line) for each in (entered, typed)]
    first, second = (page.heading_at(part) for part in parts)
    if first and second and _NUMBERED.match(first.text) and _NUMBERED.match(second.text):
        return True
    return any(
        entered.line < each.line < typed.line
        and part_at(page, each.line) != parts[0]
        and not each.span
        and _relies_on_folder(each.command)
        for each in typed_on(page)
    )


def _relies_on_folder(command: Command) -> bool:
    texts = [word.text for word in command.words]
    if command.program in ("make", "dvc", "pytest") or (texts and texts[0].startswith("./")):
        return True
    if command.program in ("python", "python3", "streamlit", "bash", "sh"):
        return any(text.endswith((".py", ".sh")) and not text.startswith(("/", "~")) for text in texts[1:])
    return texts[:2] == ["docker", "build"] and texts[-1] == "."
