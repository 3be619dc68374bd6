"""The line that a finding is about, from whatever file of the course it stands in."""

from __future__ import annotations

from pathlib import Path

from pytest_cloudlab.material.course import Course

MAX_BYTES = 1 << 20


class Quotes:
    def __init__(self, course: Course) -> None:
        self._course = course
        self._lines: dict[str, tuple[str, ...]] = {}

    def line(self, path: str, number: int) -> str:
        """The line as it stands there; empty where it cannot be told."""
        page = self._course.pages.get(path)
        lines = page.lines if page else self._other(path)
        return lines[number - 1] if 1 <= number <= len(lines) else ""

    def _other(self, path: str) -> tuple[str, ...]:
        if path not in self._lines:
            self._lines[path] = self._read(path)
        return self._lines[path]

    def _read(self, path: str) -> tuple[str, ...]:
        """A link in the course that leads out of it is not followed: anybody may propose one."""
        file = (self._course.root / path).resolve()
        folders = [self._course.root.resolve(), *(one.folder.resolve() for one in self._course.companions)]
        if not Path(path).is_absolute() and not any(file.is_relative_to(folder) for folder in folders):
            return ()
        try:
            if not file.is_file():
                return ()
            with file.open("rb") as opened:
                return tuple(opened.read(MAX_BYTES).decode("utf-8", "replace").splitlines())
        except OSError:
            return ()
