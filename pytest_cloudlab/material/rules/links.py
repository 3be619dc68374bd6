"""Links to pages and files of the course, and links that never became any."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.markdown.target import code_spans
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule
from pytest_cloudlab.material.site.astray import MEDIA, astray
from pytest_cloudlab.material.site.inserted import may_gain_text

_REFERENCE = re.compile(r"(?<![\w\])\\$])\[([^\[\]\n]{2,200})\]\[([^\[\]\n]{0,100})\]")
_NOTE = re.compile(r"(?<=[\w.,;:!?)*_`])\[\^([\w-]{1,40})\](?!:)")
_DEFINITION = re.compile(r"^[ \t>]*\[([^\[\]\n]{1,200})\]:", re.M)
_NAME_SHOWN = re.compile(r"\]\[([^\[\]\n]{1,100})\]")
_TEXT_SHOWN = re.compile(r"\[([^\[\]\n]{2,200})\]\[\]")
_NOTE_SHOWN = re.compile(r"\[\^[\w-]{1,40}\]")


@rule("broken-link", severity=Severity.ERROR, scope="page")
def broken_link(page: Page, course: Course) -> Iterator[Found]:
    """A link leads to a page or a file that is not there.

    Looks at links, frames and scripts, written in Markdown or in HTML, from pages and decks; names count
    exactly, capital letters too. mkdocs turns the paths of Markdown's links into addresses, and leaves HTML's
    as they are: those start from the address of the page.

    Leaves alone what is on other sites, what has a placeholder in it, what is built or downloaded by a
    script, a workflow, a hook or a plugin of the course, and, where no mkdocs.yml says how the site is made,
    pages most of whose links lead nowhere: they stand apart from their course.
    """
    yield from astray(page, course, lambda link: link.tag not in MEDIA)


@rule("undefined-reference", severity=Severity.ERROR, scope="page")
def undefined_reference(page: Page, course: Course) -> Iterator[Found]:
    """A link or a footnote names a definition that the page does not have.

    Students see `[text][name]` as it is written, or `[^1]`. Only what the course's own Markdown extensions
    left as it was is reported, outside of code; pages that have further text put in when the site is built
    are left alone.
    """
    suspects = [
        (number, match)
        for number, line in page.prose
        if "][" in line or "[^" in line
        for match in (*_REFERENCE.finditer(_without_code(line)), *_NOTE.finditer(_without_code(line)))
    ]
    plugins = course.wayfinder.building.plugins
    if not suspects or "autorefs" in plugins or "mkdocstrings" in plugins or may_gain_text(page, course):
        return
    # What is defined may still show as it is written, inside of HTML for one: that is another matter.
    defined = {_folded(match[1]) for match in _DEFINITION.finditer(page.text)}
    notes = page.markup.has("footnotes")
    has_notes = any(name.startswith("^") for name in defined)
    shown = _Shown(page.rendered.text)
    for number, match in suspects:
        place = page.at(number, match.start() + 1, len(match[0]))
        if match.re is _NOTE:
            known = match[1].isdigit() or has_notes
            if notes and known and f"^{match[1].casefold()}" not in defined and match[0] in shown.notes:
                said = f"The page has no footnote {match[0]}: students see the brackets."
                yield Found(place, said, f"Write {match[0]}: and its text on a line of its own, or drop it.")
            continue
        text, name = match[1], match[2]
        if _folded(name or text) in defined or not _is_name(text, name):
            continue
        if (name in shown.names) if name else (text in shown.texts):
            said = f"The page does not say where [{name or text}] leads: students see the brackets."
            yield Found(place, said, f"Write [{name or text}]: and its address on a line of its own.")


class _Shown:
    """Brackets among what students read."""

    def __init__(self, text: str) -> None:
        self.names = frozenset(_NAME_SHOWN.findall(text))
        self.texts = frozenset(_TEXT_SHOWN.findall(text))
        self.notes = frozenset(_NOTE_SHOWN.findall(text))


def _is_name(text: str, name: str) -> bool:
    """Whether they are words, rather than indices, citations or markup of another kind."""
    plain = not name.startswith(("@", "^")) and not text.startswith(("@", "^", "!"))
    return plain and any(char.isalpha() for char in text) and (not name or any(map(str.isalnum, name)))


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _without_code(line: str) -> str:
    """With letters in its place."""
    if "`" not in line:
        return line
    parts, at = [], 0
    for start, end in code_spans(line):
        parts += [line[at:start], "x" * (end - start)]
        at = end
    return "".join([*parts, line[at:]])
