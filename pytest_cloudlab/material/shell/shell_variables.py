"""The shell variables of a page: which it sets, which it tells students to set, which it uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pytest_cloudlab.material.languages.language import language_of
from pytest_cloudlab.material.languages.script import script_of
from pytest_cloudlab.material.markdown.span import Span, spans_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.shell.command import Command, Word
from pytest_cloudlab.material.shell.shell import commands_of
from pytest_cloudlab.material.shell.typed import Typed, as_block, is_command, typed_on

MOST_LINES = 200
"""Of a word, in which the place of a variable is looked for."""
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_EXPANSION = re.compile(r"\$\{?[#!]?([A-Za-z_]\w*)", re.ASCII)
_ALONE = re.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})\Z", re.ASCII)
_PATTERN = re.compile(r"\$\{[A-Za-z_]\w*\}|\$[A-Za-z_]\w*", re.ASCII)
_BARE = re.compile(r"(?<![\w$])(?<!\$\{)(?<!\$\{[#!])([A-Z][A-Z0-9_]+)(?![\w])", re.ASCII)
_SETS_IN_CODE = re.compile(r"(?<![\w$])(?<!\$\{)([A-Za-z_]\w*)[ \t]*(?:=|:(?![-=?+]))", re.ASCII)
_TOLD_IN_CODE = re.compile(
    r"(?:\b(?:ENV|ARG|export|set|setx|read|env|unset)[ \t]+|-e[ \t]+|--env[ \t=]|--build-arg[ \t=])"
    r"([A-Za-z_]\w*)"
)
_TOLD_IN_PROSE = re.compile(
    r"\b(?:export|set|setx|variables?|define|d[ée]finir|replace|called|named)[ \t]+"
    r"[`\"'*]*\$?\{?([A-Za-z_]\w*)"
)
_PROSE_DOLLAR = re.compile(r"\$\{?([A-Z][A-Z0-9_]+)")
_READS = frozenset({"read", "mapfile", "readarray", "getopts", "select", "printf"})
_PRINTS = frozenset({"echo", "printf", "[", "[[", "test", "unset", "export", "declare", "readonly", "local"})
_OTHER_LANGUAGES = frozenset(
    {"awk", "gawk", "mawk", "perl", "php", "jq", "yq", "mongosh", "mongo", "envsubst", "psql"}
)
_HARMLESS = re.compile(
    r"activate|rc$|profile|conda\.sh|nvm\.sh|completion|setup\.(?:ba|z)?sh|/etc/os-release"
)
_HARMLESS_EVAL = re.compile(
    r"ssh-agent|conda|mamba|pyenv|brew|direnv|starship|zoxide|rbenv|register-python-argcomplete"
)
_FILE_ASSIGNS = re.compile(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=", re.ASCII | re.MULTILINE)
_SPAN = re.compile(r"`[^`]*`")


@dataclass(frozen=True)
class Use:
    """`$NAME` in a command, or in a pattern such as `registry/$TEAM-$NAME` within a sentence."""

    name: str
    place: Place
    typed: Typed | None
    """None for a pattern within a sentence."""
    beside: tuple[str, ...] = ()
    """The other variables of the same code, where it stands within a sentence."""
    default: str | None = None
    """What stands in `${NAME-default}`."""


@dataclass(frozen=True)
class Variables:
    set: Mapping[str, Place]
    """What commands on the page set, and where first."""
    told: frozenset[str]
    """What the page names in another way: students know that it is theirs to set."""
    uses: tuple[Use, ...]
    unknown_from: int
    """Line from which on a file that is not known here may have set anything."""
    sourced: tuple[str, ...]
    """Files that are read into the shell."""


@lru_cache(maxsize=2048)
def variables_of(page: Page) -> Variables:
    names: dict[str, Place] = {}
    uses: list[Use] = []
    sourced: list[str] = []
    unknown = len(page.lines) + 1
    for typed in typed_on(page):
        command = typed.command
        for assignment in command.assignments:
            if assignment.name:
                names.setdefault(assignment.name, command.place)
        if command.program in _READS:
            for word in command.words[1:]:
                if _NAME.fullmatch(word.text):
                    names.setdefault(word.text, word.place)
        if file := _sourced(command):
            sourced.append(file)
        if _sets_anything(command):
            unknown = min(unknown, command.place.line)
        uses += _uses(page, typed)
    for span in spans_of(page):
        if not is_command(span.text):
            uses += _pattern(page, span)
    uses.sort(key=lambda use: use.place)
    return Variables(names, _told(page), tuple(uses), unknown, tuple(sourced))


def _sourced(command: Command) -> str:
    if command.program in ("source", ".") and len(command.words) > 1:
        return command.words[1].text
    return ""


def _sets_anything(command: Command) -> bool:
    if command.program == "eval":
        return not any(_HARMLESS_EVAL.search(word.text) for word in command.words)
    if command.program not in ("export", "declare", "set"):
        return False
    return any("$(" in word.text or "`" in word.text for word in command.words[1:])


def read_elsewhere(file: str) -> bool:
    """Whether reading this file into the shell may set what a page uses."""
    return _HARMLESS.search(file) is None


def names_in(text: str) -> frozenset[str]:
    """What a shell that reads this file has set then."""
    return frozenset(_FILE_ASSIGNS.findall(text))


def _words(command: Command) -> Iterator[Word]:
    yield from command.words
    for assignment in command.assignments:
        yield assignment.value
    for _, word in command.redirects:
        yield word


def _uses(page: Page, typed: Typed) -> Iterator[Use]:
    command = typed.command
    if command.program in _OTHER_LANGUAGES or (command.program in _PRINTS and not _writes(command)):
        return
    beside: tuple[str, ...] = ()
    if typed.span:
        beside = tuple(dict.fromkeys(_EXPANSION.findall(typed.span.text)))
    for word in _words(command):
        for name in word.variables:
            guarded = re.search(r"\$\{" + re.escape(name) + r"(:?[-=+?])([^}]{0,80})", word.text)
            default = guarded[2] if guarded and guarded[1] == "-" else None
            if guarded and default is None:
                continue
            yield Use(name, _find(page, word, name), typed, beside, default)


def _writes(command: Command) -> bool:
    """Whether what it prints goes into a file."""
    return any(operator in (">", ">>") and word.text != "/dev/null" for operator, word in command.redirects)


def _find(page: Page, word: Word, name: str) -> Place:
    """Where the expansion stands; the word where that cannot be told."""
    bare = re.escape(name)
    pattern = re.compile(rf"\$\{{[#!]?{bare}(?!\w)[^}}\n]{{0,80}}\}}|\${bare}(?!\w)")
    column = word.place.column - 1
    last = min(word.place.line + word.text.count("\n") + 1, word.place.line + MOST_LINES, len(page.lines))
    for number in range(word.place.line, last + 1):
        if found := pattern.search(page.lines[number - 1], column):
            return page.at(number, found.start() + 1, len(found[0]))
        column = 0
    return word.place


def _pattern(page: Page, span: Span) -> Iterator[Use]:
    if _ALONE.match(span.text):
        return
    names = tuple(dict.fromkeys(_EXPANSION.findall(span.text)))
    if len(names) < 2:
        return
    for match in _PATTERN.finditer(span.text):
        name = match[0].strip("${}")
        place = page.at(span.place.line, span.place.column + match.start(), len(match[0]))
        yield Use(name, place, None, names)


def _told(page: Page) -> frozenset[str]:
    """Names that the page says in another way than by expanding them."""
    told: set[str] = set()
    for block in page.blocks:
        script = script_of(block)
        shell = bool(commands_of(block)) or language_of(block) in ("shell", "console")
        for number, line in enumerate(script.code.split("\n"), 1):
            if number in script.output or len(line) > 2000:
                continue
            told.update(_TOLD_IN_CODE.findall(line))
            if not shell:
                told.update(_SETS_IN_CODE.findall(line))
                told.update(_BARE.findall(line))
            elif line.lstrip().startswith("#"):
                told.update(name for name in _BARE.findall(line) if "_" in name)
                told.update(_PROSE_DOLLAR.findall(line))
                told.update(_SETS_IN_CODE.findall(line))
            else:
                told.update(_SETS_IN_CODE.findall(line))
    for span in spans_of(page):
        if alone := _ALONE.match(span.text):
            told.add(alone[1] or alone[2])
        elif not is_command(span.text):
            told.update(_BARE.findall(span.text))
            told.update(_SETS_IN_CODE.findall(span.text))
        else:
            for command in commands_of(as_block(page, span)):
                told.update(each.name for each in command.assignments)
            told.update(_TOLD_IN_CODE.findall(span.text))
    for _, line in page.prose:
        bare = _SPAN.sub(" ", line[:2000]) if "`" in line else line[:2000]
        told.update(_TOLD_IN_PROSE.findall(line[:2000]))
        told.update(name for name in _BARE.findall(bare) if "_" in name)
        if "$" in bare:
            told.update(_PROSE_DOLLAR.findall(bare))
    return frozenset(told)
