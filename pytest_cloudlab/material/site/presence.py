"""Whether a file is in the course: in git, only on this disk, or nowhere."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterator
from enum import StrEnum

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.site.listing import Listing

SOURCES = (".md", ".qmd", ".rmd", ".ipynb", ".tex", ".typ", ".rst", ".adoc", ".org", ".pptx", ".odp", ".key")
DRAWINGS = (".drawio", ".puml", ".plantuml", ".mmd", ".dot", ".gv", ".d2", ".excalidraw", ".tex", ".tikz")
_DOCUMENTS = frozenset({".html", ".htm", ".pdf", ".pptx"})
_PICTURES = frozenset({".svg", ".png", ".pdf", ".jpg", ".jpeg", ".webp"})


LACKED = "which is on this disk and not in git: the site will lack it."


class State(StrEnum):
    THERE = "there"
    UNTRACKED = "untracked"
    """On this disk, and not in git: nobody else has it, and neither has the site."""
    UNKNOWN = "unknown"
    """In a repository within the repository, or behind a symbolic link."""
    MISSING = "missing"


class Presence:
    """Of paths from the course's folder, by their exact names."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self.listing = Listing(course.root)
        self._companions = tuple(f"{path}/" for path in _inside(course))
        self._is_clone = any((folder / ".git").exists() for folder in (course.root, *course.root.parents))
        self._stems: dict[str, set[str]] | None = None
        self._folders: frozenset[str] | None = None

    def state(self, path: str) -> State:
        if path.startswith(("/", "../")) or path == "..":
            return State.UNKNOWN
        on_disk = self.listing.is_file(path)
        if path.startswith(self._companions):
            return State.THERE if on_disk else State.MISSING
        if path in self._course.files:
            return State.THERE if on_disk else State.MISSING
        if any(above in self._course.files for above in _above(path)):
            return State.UNKNOWN
        if not on_disk:
            return State.MISSING
        # Where git was not asked, all that was listed is in the course; folders with a dot were not.
        return State.UNTRACKED if self._is_clone and "/." not in f"/{path}" else State.THERE

    def is_there(self, path: str) -> bool:
        """On this disk at least."""
        return self.state(path) in (State.THERE, State.UNTRACKED)

    def has_folder(self, path: str) -> bool:
        """Whether git tracks anything in it."""
        if self._folders is None:
            self._folders = frozenset(above for each in self._course.files for above in _above(each))
        return path in ("", ".") or path in self._folders

    def has_source(self, path: str) -> bool:
        """Whether another file of the same name, anywhere in the course, is what `path` is made from: slides
        that are built from Markdown, a picture from a diagram."""
        stem, suffix = posixpath.splitext(posixpath.basename(path))
        others = self._suffixes(stem)
        return (suffix.lower() in _DOCUMENTS and not others.isdisjoint(SOURCES)) or (
            suffix.lower() in _PICTURES and not others.isdisjoint(DRAWINGS)
        )

    def _suffixes(self, stem: str) -> set[str]:
        if self._stems is None:
            self._stems = {}
            for path in self._course.files:
                page = self._course.pages.get(path)
                if page is not None and page.kind == "page":
                    continue  # the site has it at an address of its own
                name, suffix = posixpath.splitext(posixpath.basename(path))
                self._stems.setdefault(name, set()).add(suffix.lower())
        return self._stems.get(stem, set())


def how_to_add(path: str) -> str:
    return f"Run: git add {shlex.quote(path)} (with -f where .gitignore names it)."


def _inside(course: Course) -> Iterator[str]:
    """Paths of the companions that lie in the course's folder: git tracks them elsewhere."""
    for companion in course.companions:
        if companion.folder.is_relative_to(course.root) and companion.folder != course.root:
            yield companion.folder.relative_to(course.root).as_posix()


def _above(path: str) -> Iterator[str]:
    while path := posixpath.dirname(path):
        yield path
