"""Packages that are asked for twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.languages.language import title_of
from pytest_cloudlab.material.markdown.code_line import CodeLine, code_lines
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.rule import rule

MAX_LINE = 5000
_INSTALLS = re.compile(
    r"(?:^|[\s;&|(!%])"
    r"(?:pip3?|uv(?: pip)?|poetry|pipx|apt(?:-get)?|apk|dnf|yum|brew|conda|(?:micro)?mamba|npm)"
    r"(?:\s+-{1,2}[\w-]+)*\s+(?:install|add)(?=\s)"
)
_ENDS = re.compile(r"&&|\|\||[;|&)]|\s#|$")
_WORD = re.compile(r"[^\s\"']+|\"[^\"\n]*\"|'[^'\n]*'")
_OPTIONS = """
    -r -c -e -i -f -t -n --requirement --constraint --editable --index-url --extra-index-url --find-links
    --target --platform --python-version --only-binary --no-binary --prefix --root --src --name --file
    --channel --group --extra --proxy --timeout --cache-dir --python --trusted-host
"""
_TAKES_VALUE = frozenset(_OPTIONS.split())
_PACKAGE = re.compile(r"(@?[A-Za-z0-9][\w.+/-]*)(\[[\w,\s.-]*\])?(?:\s*(?:[=<>~!]=?|@).*)?$")
_REQUIREMENTS = re.compile(r"requirements[\w.-]*\.(?:txt|in)$")


@rule("duplicate-packages", severity=Severity.WARNING, scope="page")
def duplicate_packages(page: Page, course: Course) -> Iterator[Found]:
    """A list of packages names one of them twice.

    `pip install a b a`, also over several lines, and of apt, conda, npm and their like; requirements files,
    except for lines with conditions.
    """
    for lines in _joined(page):
        text = "".join(line.text + " " for line in lines)[:MAX_LINE]
        for match in _INSTALLS.finditer(text):
            end = _ENDS.search(text, match.end())
            words = _WORD.finditer(text, match.end(), end.start() if end else len(text))
            yield from _twice(_packages(words), lines)
    for block in page.blocks:
        if _REQUIREMENTS.search(title_of(block)) or block.language in ("requirements", "pip-requirements"):
            seen: set[str] = set()
            for number, line in enumerate(block.code.split("\n"), 1):
                package = _PACKAGE.match(line.partition(" #")[0].strip())
                if package is None or ";" in line:
                    continue
                name = _normal(package[1])
                if name in seen:
                    yield _found(block.at(number, line.index(package[1]) + 1, len(package[1])), package[1])
                seen.add(name)


def _joined(page: Page) -> Iterator[list[CodeLine]]:
    """Lines that a backslash joins, each with a blank in place of its backslash."""
    lines: list[CodeLine] = []
    for line in code_lines(page):
        goes_on = line.text.rstrip().endswith("\\")
        bare = line.text.rstrip()[:-1] if goes_on else line.text
        if bare.lstrip().startswith("#"):
            bare = " " * len(bare)
            goes_on = goes_on or bool(lines)
        lines.append(CodeLine(bare, line.place, line.context))
        if not goes_on:
            yield lines
            lines = []
    if lines:
        yield lines


def _packages(words: Iterator[re.Match[str]]) -> Iterator[tuple[int, str]]:
    skip = False
    for match in words:
        word = match[0].strip("\"'")
        if skip or word.startswith("-"):
            skip = not skip and word in _TAKES_VALUE
            continue
        package = _PACKAGE.match(word)
        if package and not word.startswith((".", "/")) and "${" not in word:
            yield match.start() + match[0].index(package[1]), package[1]


def _twice(packages: Iterator[tuple[int, str]], lines: list[CodeLine]) -> Iterator[Found]:
    seen: set[str] = set()
    for index, name in packages:
        if _normal(name) in seen:
            yield _found(_place(index, len(name), lines), name)
        seen.add(_normal(name))


def _place(index: int, length: int, lines: list[CodeLine]) -> Place:
    for line in lines:
        if index <= len(line.text):
            return line.at(index, length)
        index -= len(line.text) + 1
    return lines[-1].place


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _found(place: Place, name: str) -> Found:
    return Found(place, f"The package {name} is named twice in this list.", "Name it once.")
