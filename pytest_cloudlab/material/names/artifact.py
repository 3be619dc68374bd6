"""Files that a page says are saved, and those that it fetches afterwards."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pytest_cloudlab.material.companions.saved_file import files_of_source
from pytest_cloudlab.material.languages.script import script_of
from pytest_cloudlab.material.markdown.branch import Branch, branch_at
from pytest_cloudlab.material.markdown.span import Span, spans_of
from pytest_cloudlab.material.names.family import family_of
from pytest_cloudlab.material.names.file_naming import unpacked_by, written_by
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.shell.command import Command, Word
from pytest_cloudlab.material.shell.typed import Typed, typed_on

Role = Literal["said to be saved", "saved", "fetched", "unpacked", "loaded"]

_NAME = re.compile(r"[\w./~:${}@+-]{1,200}\.[A-Za-z][A-Za-z0-9]{0,11}")
_SAVES = re.compile(
    r"\b(?:sav(?:e[sd]?|ing)|writ(?:es?|ten|ing)|produc(?:es?|ed|ing)|creat(?:es?|ed|ing)|generat(?:es?"
    r"|ed|ing)"
    r"|outputs?|stor(?:es?|ed|ing)|export(?:s|ed|ing)?|dumps?|new file|named|called|sauvegard\w+"
    r"|enregistr\w+|produit"
    r"|cr[ée]e\w*|g[ée]n[èe]re\w*)\b",
    re.IGNORECASE,
)
_FETCHES = re.compile(
    r"\b(?:(?:re-?|down|up)load(?:s|ed|ing)?|retriev(?:e|ing)|cop(?:y|ies|ying)|fetch(?:ing)?"
    r"|transfer(?:ring)?|pull(?:ing)?"
    r"|get(?:ting)?|right[- ]click(?:ing)?|import(?:ing)?|mov(?:e|ing)|t[ée]l[ée]charg\w+"
    r"|r[ée]cup[ée]r\w+|copi\w+)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://|\]\(")
_COPIERS = frozenset({"gsutil", "docker", "podman", "kubectl", "gcloud", "gh", "aws", "az"})


@dataclass(frozen=True)
class Artifact:
    """A mention of a file on a page."""

    name: str
    """Without its folder."""
    role: Role
    place: Place
    branch: Branch
    typed: Typed | None = None

    @property
    def family(self) -> str:
        return family_of(self.name)


@lru_cache(maxsize=2048)
def artifacts_of(page: Page) -> tuple[Artifact, ...]:
    """In the order of the page."""
    found = [each for typed in typed_on(page) for each in _of_command(page, typed)]
    found += [each for span in spans_of(page) for each in _of_span(page, span)]
    found += _of_python(page)
    return tuple(sorted(found, key=lambda each: each.place))


def _of_span(page: Page, span: Span) -> Iterator[Artifact]:
    if not _NAME.fullmatch(span.text) or not family_of(span.text) or _open(span.text):
        return
    before = span.before[-200:]
    saves, fetches = (_last(pattern, before) for pattern in (_SAVES, _FETCHES))
    if max(saves, fetches) < 0:
        return
    if fetches > saves and _ADDRESS.search(span.before + span.after):
        return
    role: Role = "said to be saved" if saves > fetches else "fetched"
    yield Artifact(posixpath.basename(span.text), role, span.place, branch_at(page, span.place.line))


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in pattern.finditer(text)), default=-1)


def _of_command(page: Page, typed: Typed) -> Iterator[Artifact]:
    command = typed.command
    for operator, word in command.redirects:
        if operator in (">", ">>", "&>", ">|"):
            yield from _artifact(page, typed, word, "saved")
    sources, target = copied_by(command)
    for word in sources:
        yield from _artifact(page, typed, word, "fetched")
    if target:
        bases = {posixpath.basename(word.text) for word in sources}
        if posixpath.basename(target.text) not in bases:
            yield from _artifact(page, typed, target, "saved")
    elif not sources:
        for word in written_by(command):
            yield from _artifact(page, typed, word, "saved")
        for word in unpacked_by(command):
            yield from _artifact(page, typed, word, "unpacked")
    if (
        command.program == "tar"
        and len(command.words) > 2
        and re.match(r"-?[a-zA-Z]*c", command.words[1].text)
    ):
        yield from _artifact(page, typed, command.words[2], "saved")
    if command.program == "zip":
        yield from _artifact(
            page,
            typed,
            next((each for each in command.words[1:] if each.text[:1] != "-"), command.words[0]),
            "saved",
        )


def copied_by(command: Command) -> tuple[tuple[Word, ...], Word | None]:
    """What it copies or moves, and where to: `scp`, `docker cp`, `gcloud storage cp`, `gh codespace cp`, …"""
    words = command.words[1:]
    texts = [word.text for word in words]
    if command.program in ("scp", "rsync", "cp", "mv"):
        rest = words
    elif command.program in _COPIERS and (verbs := {"cp", "scp"} & set(texts[:3])):
        rest = words[min(texts.index(each) for each in verbs) + 1 :]
    else:
        return (), None
    paths: list[Word] = []
    skip = False
    for word in rest:
        if skip:
            skip = False
        elif word.text.startswith("-"):
            skip = word.text in (
                "-P",
                "-i",
                "-F",
                "-o",
                "-c",
                "-e",
                "--codespace",
                "--zone",
                "--project",
                "-l",
                "--repo",
            )
        else:
            paths.append(word)
    return (tuple(paths[:-1]), paths[-1]) if len(paths) > 1 else ((), None)


def _artifact(page: Page, typed: Typed, word: Word, role: Role) -> Iterator[Artifact]:
    path = word.text.rpartition(":")[2] if "://" not in word.text else word.text
    name = posixpath.basename(path)
    if not name or _open(name) or not family_of(name) or not _NAME.fullmatch(name):
        return
    line = page.lines[word.place.line - 1]
    column = line.find(name, word.place.column - 1)
    place = page.at(word.place.line, column + 1, len(name)) if column >= 0 else word.place
    yield Artifact(name, role, place, typed.branch, typed)


def _open(name: str) -> bool:
    """Whether a part of the name is not known here."""
    return any(mark in name for mark in "*?{}<>[]$") or "..." in name


def _of_python(page: Page) -> Iterator[Artifact]:
    for block in page.blocks:
        script = script_of(block)
        if script.language != "python":
            continue
        files = files_of_source(script.code)
        for each in files.files if files else ():
            if not family_of(each.name) or _open(each.name):
                continue
            line = script.code.split("\n")[each.line - 1]
            place = script.at(each.line, line.find(each.name) + 1, len(each.name))
            yield Artifact(each.name, "saved" if each.saved else "loaded", place, branch_at(page, place.line))
