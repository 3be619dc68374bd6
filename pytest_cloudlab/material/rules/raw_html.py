"""Placeholders that the browser takes for HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.markdown.elements import HTML, NAME_LIKE, SWALLOW, is_custom
from pytest_cloudlab.material.markdown.paragraph import Paragraph, paragraphs_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule

_TAG = re.compile(r"(?<!\\)<([A-Za-z][^\s<>/@:\"'=]{0,60})((?:\s[^<>\n]{0,100})?)>")
_WORDS = re.compile(r"(?:\s+[\w'’.,/|-]+)*\s*$")
_DRAWING = re.compile(r"<(?:svg|math)\b", re.IGNORECASE)
_CLOSING = re.compile(r"</([A-Za-z][^\s<>/]{0,60})\s*>")


@rule("swallowed-placeholder", severity=Severity.ERROR, scope="page")
def swallowed_placeholder(page: Page, course: Course) -> Iterator[Found]:
    """A `<placeholder>` does not show: the browser takes it for an HTML element.

    Also `List<String>`, and words that HTML has an element for (`<title>`, `<select>`), which swallow what
    follows. Elements with attributes, elements that are closed, custom elements, SVG and formulas are HTML on
    purpose. Judged on the rendered page: the tag is in its HTML.
    """
    if "<" not in page.text or page.path.endswith((".html", ".htm")):
        return
    known: _Known | None = None
    for paragraph in paragraphs_of(page):
        said = 0
        for match in _TAG.finditer(paragraph.plain):
            name = match[1].lower()
            if name in HTML and name not in NAME_LIKE:
                continue
            known = known or _Known.of(page)
            place = paragraph.at(match.start(), len(match[0]))
            if place.line != said and known.is_placeholder(match):
                said = place.line
                yield Found(
                    place, _message(match, paragraph), f"Write `{match[0]}` as code, or `&lt;` for `<`."
                )


@dataclass(frozen=True)
class _Known:
    """What the page has of HTML."""

    closed: frozenset[str]
    raw: frozenset[str]
    """Tags as they stand in the rendered page: what is code there is escaped."""
    drawing: bool
    """Whether there is SVG or MathML, with elements of their own."""

    @classmethod
    def of(cls, page: Page) -> _Known:
        closed = frozenset(each.lower() for each in _CLOSING.findall(page.text))
        raw = frozenset(match[0] for match in _TAG.finditer(page.rendered.html))
        return cls(closed, raw, _DRAWING.search(page.text) is not None)

    def is_placeholder(self, match: re.Match[str]) -> bool:
        name, rest = match[1].lower(), match[2]
        if name in self.closed or not _WORDS.match(rest) or (name in HTML and rest.strip()):
            return False
        if self.drawing and (name not in HTML or name in ("title", "style", "image")):
            return False
        return match[0] in self.raw


def _message(match: re.Match[str], paragraph: Paragraph) -> str:
    name = match[1].lower()
    tag = match[0]
    if name in SWALLOW:
        return f"`{tag}` does not show, nor does what follows: the browser takes it for the element `{name}`."
    if name in HTML:
        return f"`{tag}` does not show: the browser takes it for the element `{name}`."
    if paragraph.plain[match.start() - 1 : match.start()].isalnum():
        return f"`{tag}` does not show: the browser takes the type for an HTML element."
    if is_custom(name):
        return (
            f"`{tag}` does not show: the browser takes it for a custom HTML element, which is never closed."
        )
    return f"`{tag}` does not show: the browser takes it for an HTML element that there is not."
