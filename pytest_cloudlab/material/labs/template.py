"""Texts with holes: a lab's `{registry}/app:{team}`, a page's `eu.gcr.io/$PROJECT/app:<your team>`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pytest_cloudlab.material.languages.placeholder import fill, speaks

MAX_LENGTH = 300
_OURS = re.compile(r"\{([a-z_]+)\}|(\*)")
_VARIABLE = re.compile(r"\$(?:\{(\w+)[^{}]*\}|(\w+)|\([^()]*\))|`[^`]*`")
_SPEAKING = re.compile(r"(?:your|my|YOUR|MY)[-_]\w+(?:-\w+)*|XX+|xxx+")
_WIDE = re.compile(r"regist|repo|image|path|dir|folder|ur[il]|prefix", re.IGNORECASE)


@dataclass(frozen=True)
class Hole:
    """What is filled in: one or more characters; of a wide one, `/` and `:` too."""

    name: str
    wide: bool = False

    @property
    def symbol(self) -> str:
        """The same for `{team}`, `$TEAM` and `<Team>`."""
        return re.sub(r"[^a-z0-9]", "", self.name.lower())

    def takes(self, atom: str) -> bool:
        return not atom.isspace() and (self.wide or atom not in "/:@")


Atoms = tuple[str | Hole, ...]
"""Single characters and holes."""


def template(text: str) -> Atoms:
    """Of a lab's parameter, or a shape: `{name}` is a hole, `*` is a wide one."""
    return tuple(_atoms(text, _OURS, lambda found: Hole(found[1] or "*", found[1] in (None, "registry"))))


def shown(text: str, resolve: Callable[[str], str | None] = lambda name: None) -> Atoms:
    """Of what a page shows: placeholders are holes, and variables that `resolve` does not know."""
    return tuple(_shown(text, resolve, depth=0))[:MAX_LENGTH]


def _shown(text: str, resolve: Callable[[str], str | None], depth: int) -> Iterator[str | Hole]:
    text = text[:MAX_LENGTH]
    spans = [(each.column - 1, each.text, each.text) for each in fill(text, "shell").placeholders]
    spans += [(found.start(), found[0], found[1] or found[2] or "") for found in _VARIABLE.finditer(text)]
    if speaks(text):
        spans += [(found.start(), found[0], found[0]) for found in _SPEAKING.finditer(text)]
    position = 0
    for start, whole, name in sorted(spans, key=lambda span: (span[0], -len(span[1]))):
        if start < position:
            continue
        yield from text[position:start]
        position = start + len(whole)
        value = resolve(name) if whole.startswith("$") and name and depth < 3 else None
        if value is None:
            yield Hole(name, start == 0 or _WIDE.search(name) is not None)
        else:
            yield from _shown(value, resolve, depth + 1)
    yield from text[position:]


def _atoms(text: str, holes: re.Pattern[str], hole: Callable[[re.Match[str]], Hole]) -> Iterator[str | Hole]:
    position = 0
    for found in holes.finditer(text[:MAX_LENGTH]):
        yield from text[position : found.start()]
        yield hole(found)
        position = found.end()
    yield from text[position:MAX_LENGTH]


def says_something(atoms: Atoms) -> bool:
    """Whether there is more than holes and punctuation to compare."""
    return any(isinstance(atom, str) and atom.isalnum() for atom in atoms)


def plain(atoms: Atoms) -> str:
    """For measuring likeness: every hole is the same."""
    return "".join(atom if isinstance(atom, str) else "\0" for atom in atoms)


def agree(ours: Atoms, theirs: Atoms) -> bool:
    """Whether there is a text that both can become. A hole of a name that both have is filled alike.

    >>> agree(template("{registry}/app:{team}-1"), shown("eu.gcr.io/$PROJECT/app:$GROUP-1"))
    True
    >>> agree(template("{registry}/app:{team}-1"), shown("eu.gcr.io/$PROJECT/web:$GROUP-1"))
    False
    """
    common = symbols(ours) & symbols(theirs)
    left, right = _rigid(ours, common), _rigid(theirs, common)
    reached = {(0, 0, False, False)}
    todo = [(0, 0, False, False)]
    while todo:
        i, j, begun_i, begun_j = todo.pop()
        if i == len(left) and j == len(right):
            return True
        for state in _next(left, right, i, j, begun_i, begun_j):
            if state not in reached:
                reached.add(state)
                todo.append(state)
    return False


def symbols(atoms: Atoms) -> set[str]:
    return {atom.symbol for atom in atoms if isinstance(atom, Hole) and atom.symbol}


def _rigid(atoms: Atoms, common: set[str]) -> Atoms:
    """Holes that both sides have become one character each, that no other hole takes."""
    return tuple(
        f"\n{atom.symbol}" if isinstance(atom, Hole) and atom.symbol in common else atom for atom in atoms
    )


def _next(
    left: Atoms, right: Atoms, i: int, j: int, begun_i: bool, begun_j: bool
) -> Iterator[tuple[int, int, bool, bool]]:
    if begun_i:
        yield i + 1, j, False, begun_j
    if begun_j:
        yield i, j + 1, begun_i, False
    if i == len(left) or j == len(right):
        return
    one, other = left[i], right[j]
    if isinstance(one, Hole) and isinstance(other, Hole):
        yield i, j, True, True
    elif isinstance(one, Hole):
        if not str(other).startswith("\n") and one.takes(str(other)):
            yield i, j + 1, True, False
    elif isinstance(other, Hole):
        if not one.startswith("\n") and other.takes(one):
            yield i + 1, j, False, True
    elif one == other:
        yield i + 1, j + 1, False, False
