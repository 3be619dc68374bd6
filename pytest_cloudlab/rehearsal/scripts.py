"""A lab's folder `page/`: the command lines of its page, as shell scripts that a rehearsal runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.files import convert, read_toml

FOLDER = "page"
START = "page.toml"
ROLES = ("leader", "member")
"""`leader`: once a team, by its first member. `member`: by every member, the leader too."""
MARKS = {
    "vm": "runs on the VM that $INSTANCE_NAME names",
    "curtain": "the checks judge right after it",
    "cleanup": "belongs to the end",
}
MAX_BYTES = 64 * 1024

_NAME = re.compile(
    r"(?P<step>[0-9]+(?:\.[0-9]+)*)-(?P<name>[a-z0-9]+(?:-[a-z0-9]+)*)(?P<marks>(?:\.\w+)*)\.sh"
)
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_PLACE = re.compile(r"~(?:/[\w-]+)+")


class StartTables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`page.toml`."""

    variables: dict[str, str] = {}
    files: dict[str, str] = {}


@dataclass(frozen=True)
class Script:
    """One file, e.g. `page/member/1.3.3-pull.vm.sh`; its first line is the comment `# Title`."""

    path: Path
    role: str
    step: str
    title: str
    marks: frozenset[str]
    text: str

    @property
    def name(self) -> str:
        """As a person names it: `member/1.3.3-pull.vm.sh`."""
        return f"{self.role}/{self.path.name}"

    @property
    def order(self) -> tuple[tuple[int, ...], int, str]:
        """By step; in a step the leader comes first, then the files by name."""
        return tuple(int(part) for part in self.step.split(".")), ROLES.index(self.role), self.path.name


@dataclass(frozen=True)
class PageFolder:
    """All scripts of a lab in the order they are played, and what its page has a student set."""

    scripts: tuple[Script, ...]
    variables: Mapping[str, str]
    """Variable -> the template of its value."""
    files: Mapping[str, Path]
    """Folder in the codespace -> the one whose files are copied there, as a student copies from the page."""


def read_page(lab_folder: Path, source: Path | None = None) -> PageFolder:
    """The folder `page/` of the lab in `lab_folder`; `source` has the files that it copies, if that is
    another folder: a variant of a lab has a page of its own.

    Raises `UsageError` naming the file: no such folder, a name or a mark that says nothing, no title.
    """
    folder = lab_folder / FOLDER
    if not folder.is_dir():
        raise UsageError(
            f"the lab {lab_folder.name!r} has no folder {FOLDER}/, so it cannot be rehearsed by page",
            remedy=f"Rehearse it with --by api, or write {folder}/member/1.1-do-it.sh.",
        )
    scripts = []
    for entry in sorted(folder.iterdir()):
        if entry.is_dir() and entry.name in ROLES:
            scripts += [_script(file, entry.name) for file in sorted(entry.iterdir())]
        elif entry.name != START:
            raise UsageError(
                f"{entry}: nobody knows what this is for",
                remedy=f"{folder} has the folders {' and '.join(ROLES)}, and {START}.",
            )
    if not any("cleanup" not in script.marks for script in scripts):
        raise UsageError(f"{folder}: there is no script", remedy="Write one: member/1.1-do-it.sh.")
    variables, files = _start(folder / START, source or lab_folder)
    return PageFolder(tuple(sorted(scripts, key=lambda script: script.order)), variables, files)


def _script(file: Path, role: str) -> Script:
    found = _NAME.fullmatch(file.name)
    if not found or not file.is_file():
        raise UsageError(
            f"{file}: expected a script named STEP-NAME.sh",
            remedy=f"Like 1.3.1-create-vm.sh; before .sh may stand {_known_marks()}.",
        )
    marks = found["marks"].split(".")[1:]
    for mark in marks:
        if mark not in MARKS or marks.count(mark) > 1:
            raise UsageError(f"{file}: .{mark} cannot stand there", remedy=f"There are {_known_marks()}.")
    if {"curtain", "cleanup"} <= set(marks):
        raise UsageError(f"{file}: the checks judge once the whole cleanup is done", remedy="Drop .curtain.")
    if file.stat().st_size > MAX_BYTES:
        raise UsageError(f"{file}: larger than {MAX_BYTES} bytes", remedy="Is it the right file?")
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: not UTF-8 at byte {error.start}", remedy="Save it as UTF-8.") from None
    first = text.partition("\n")[0]
    title = first.removeprefix("#").strip()
    if not first.startswith("#") or first.startswith("#!") or not title:
        raise UsageError(
            f"{file}: its first line has to be a title, found {first[:80]!r}",
            remedy="Begin with a comment such as `# Create a VM`.",
        )
    return Script(file, role, found["step"], title, frozenset(marks), text)


def _start(file: Path, source: Path) -> tuple[dict[str, str], dict[str, Path]]:
    """What `page.toml` says: variables and files."""
    if not file.exists():
        return {}, {}
    start = convert(read_toml(file), StartTables, file=file)
    for name in start.variables:
        if not _VARIABLE.fullmatch(name):
            raise UsageError(f"{file}: variables.{name}: no name of a variable", remedy="Like INSTANCE_NAME.")
    files = {}
    for place, folder in start.files.items():
        if not _PLACE.fullmatch(place):
            raise UsageError(
                f"{file}: files: {place!r} is no folder of a codespace", remedy='Like "~/first".'
            )
        files[place] = source / folder
        if not files[place].is_dir():
            raise UsageError(
                f"{file}: files: {files[place]} is not a folder", remedy="Name one of the lab's."
            )
    return start.variables, files


def _known_marks() -> str:
    return ", ".join(f".{mark} ({meaning})" for mark, meaning in MARKS.items())
