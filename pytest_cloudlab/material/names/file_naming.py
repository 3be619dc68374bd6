"""The files and folders that a page has students write, and those that it has them read."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pytest_cloudlab.material.languages.language import title_of
from pytest_cloudlab.material.markdown.branch import Branch, branch_at
from pytest_cloudlab.material.markdown.span import spans_of
from pytest_cloudlab.material.names.name import Name
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.shell.command import Command, Word
from pytest_cloudlab.material.shell.typed import Typed, typed_on

_FILE = re.compile(
    r"(?:[\w.~${}+-]*/)*[\w${}+-][\w.${}+-]*\.[A-Za-z][A-Za-z0-9]{0,8}(?:\.(?:gz|bz2|xz|zst))?"
)
_URL = re.compile(r"[a-z]{2,8}://")
_EDITORS = frozenset({"nano", "vim", "vi", "emacs", "code", "touch", "tee", "gedit", "micro", "notepad"})
_READERS = frozenset(
    {"cat", "less", "more", "head", "tail", "wc", "chmod", "unzip", "gunzip", "md5sum", "jq"}
)
_READING_OPTIONS = {
    "pip": ("-r", "--requirement"),
    "pip3": ("-r", "--requirement"),
    "kubectl": ("-f", "--filename"),
    "docker": ("-f", "--file", "--env-file"),
    "docker-compose": ("-f", "--file"),
    "conda": ("-f", "--file"),
    "ansible-playbook": ("-i",),
}
_PATH = re.compile(r"(?:~|/)[\w.${}/-]{1,200}")
_MOUNT = re.compile(r"([~/.$][^:\s]{1,200}):/")
_MAKES = re.compile(
    r"\b(?:creat(?:e|ing)|writ(?:e|ing)|sav(?:e|ing)(?: \w+){0,3} (?:as|to|in)|add"
    r"|put(?: \w+){0,3} in(?:to)?|call(?:ed)?"
    r"|named?|new|cr[ée]e[rz]?)\b[^.]{0,40}\Z",
    re.IGNORECASE,
)
_BOLD = re.compile(r"(?:\*\*|__)([\w./-]{1,80}\.[A-Za-z]\w{0,5})(?:\*\*|__)")


@dataclass(frozen=True)
class FileName:
    name: Name
    branch: Branch
    verb: str


@lru_cache(maxsize=2048)
def files_of(page: Page) -> tuple[FileName, ...]:
    found: list[FileName] = []
    for typed in typed_on(page):
        found += _of_command(typed)
    for block in page.blocks:
        title = title_of(block)
        if title:
            name = Name("file", posixpath.basename(title), block.at(1), made=True)
            found.append(FileName(name, Branch(), "title"))
    for span in spans_of(page):
        if _FILE.fullmatch(span.text):
            made = _MAKES.search(span.before[-60:]) is not None
            found.append(_told(span.text, span.place, made=made))
        elif _PATH.fullmatch(span.text):
            found += _parts(span.text, span.place, branch_at(page, span.place.line))
    for number, line in page.prose:
        if "**" in line or "__" in line:
            for match in _BOLD.finditer(line[:2000]):
                found.append(_told(match[1], page.at(number, match.start(1) + 1, len(match[1]))))
    return tuple(found)


def _told(text: str, place: Place, *, made: bool = False) -> FileName:
    """A file that the page's sentences name counts as made: whoever reads of it knows that it is there."""
    return FileName(Name("file", posixpath.basename(text), place, made=True, certain=made), Branch(), "")


def _parts(path: str, place: Place, branch: Branch) -> Iterator[FileName]:
    """Its folders, which are only looked at for capital letters."""
    column = place.column
    for part in path.split("/"):
        if part.isidentifier():
            at = Place(place.path, place.line, column, len(part))
            yield FileName(Name("folder", part, at, made=False, certain=False), branch, "")
        column += len(part) + 1


def _of_command(typed: Typed) -> Iterator[FileName]:
    command = typed.command
    for operator, word in command.redirects:
        if operator in (">", ">>", "&>", ">|", "<"):
            yield from _file(word, typed, made=operator != "<")
    for word in written_by(command):
        yield from _file(word, typed, made=True)
    for word in _read_by(command):
        yield from _file(word, typed, made=False)
    for word, made in folders_in(command):
        if re.fullmatch(r"[\w][\w.-]*", word.text) and not word.placeholder:
            yield FileName(Name("folder", word.text, word.place, made), typed.branch, command.program)
    if command.program in ("docker", "podman"):
        for word in command.words:
            if mount := _MOUNT.match(word.text):
                yield from _parts(mount[1], word.place, typed.branch)


def _file(word: Word, typed: Typed, *, made: bool) -> Iterator[FileName]:
    text = word.text
    if not _FILE.fullmatch(text) or word.placeholder or len(text) > 200:
        return
    base = posixpath.basename(text)
    at = word.place
    place = (
        Place(at.path, at.line, at.column + len(text) - len(base), len(base))
        if at.length == len(text)
        else at
    )
    yield FileName(Name("file", base, place, made), typed.branch, typed.command.program)


def written_by(command: Command) -> Iterator[Word]:
    """Files that it writes, by the names that they get here."""
    words = command.words[1:]
    if command.program in _EDITORS:
        yield from (word for word in words if not word.text.startswith("-"))
    elif command.program in ("cp", "mv", "scp", "ln"):
        yield from words[-1:]
    elif command.program in ("curl", "wget"):
        yield from _downloaded(command)
    else:
        for name in ("-o", "--output", "--out", "-O"):
            if word := command.option(name):
                yield word


def _downloaded(command: Command) -> Iterator[Word]:
    given = [word.text for word in command.words]
    named = (
        command.option("-o", "--output")
        if command.program == "curl"
        else command.option("-O", "--output-document")
    )
    if named:
        yield named
        return
    kept = (
        command.program == "wget"
        or "--remote-name" in given
        or any(re.fullmatch(r"-[a-zA-Z]*O[a-zA-Z]*", text) for text in given)
    )
    for word in command.words[1:] if kept else ():
        if _URL.match(word.text) and "?" not in word.text:
            yield Word(word.text.rsplit("/", 1)[-1], word.place, word.variables, word.dynamic)


def _read_by(command: Command) -> Iterator[Word]:
    words = [word for word in command.words[1:] if not word.text.startswith("-")]
    if command.program in ("python", "python3", "bash", "sh", "node", "Rscript", "source", "."):
        yield from words[:1]
    elif command.program == "streamlit":
        yield from words[1:2]
    elif command.program in _READERS:
        yield from words
    elif command.program == "tar":
        yield from unpacked_by(command)
    for name in _READING_OPTIONS.get(command.program, ()):
        if word := command.option(name):
            yield word


def unpacked_by(command: Command) -> Iterator[Word]:
    """Archives that it unpacks."""
    words = command.words[1:]
    if command.program in ("unzip", "gunzip", "bunzip2"):
        yield from (word for word in words[:2] if not word.text.startswith("-"))
    elif command.program == "dpkg":
        yield from (word for word in words if word.text.endswith(".deb"))
    elif command.program == "tar" and words:
        mode = words[0].text
        if re.match(r"-?[a-zA-Z]*[xt]", mode) or "--extract" in mode:
            yield from (word for word in words[1:] if re.search(r"\.(?:tar|tgz|gz|bz2|xz)\b", word.text))


def folders_in(command: Command) -> Iterator[tuple[Word, bool]]:
    """Folders that it makes or enters, and whether it makes them."""
    words = [word for word in command.words[1:] if not word.text.startswith("-")]
    if command.program == "mkdir":
        for word in words:
            for part in word.text.split("/"):
                yield Word(part, word.place, placeholder=word.placeholder), True
    elif command.program == "git" and [word.text for word in words[:1]] == ["clone"] and len(words) > 1:
        name = posixpath.basename(words[-1].text.rstrip("/")).removesuffix(".git")
        yield Word(name, words[-1].place), True
    elif command.program == "cd" and len(words) == 1:
        yield _first(words[0]), False


def _first(word: Word) -> Word:
    """The first folder of a path from here or from home."""
    text = word.text.removeprefix("./").removeprefix("~/")
    if text.startswith(("/", "~", "$", "..")):
        return Word("", word.place)
    at = word.place
    name = text.split("/")[0]
    skipped = word.text.find(name) if name else 0
    return Word(name, Place(at.path, at.line, at.column + skipped, len(name)), placeholder=word.placeholder)
