"""Markup that shows as it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from xml.etree.ElementTree import Element

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.markdown.markup_sign import (
    ATTRIBUTES,
    ICONS,
    KEYS,
    NOTES,
    SEPARATOR,
    SIGNS,
    Sign,
)
from pytest_cloudlab.material.markdown.paragraph import Paragraph, paragraphs_of
from pytest_cloudlab.material.markdown.probe import Landing, Spot, landings
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule

_TAGS = """
    article aside center details div figcaption figure footer header section summary
    table tbody td th thead tr
"""
_RAW = frozenset(_TAGS.split())
_TEXTS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p", "span"})
_MADE = ("admonition", "tabbed", "highlight", "footnote", "md-typeset", "grid", "annotate", "arithmatex")
"""Beginnings of the classes of what extensions make."""
MOST = 300
"""Of a kind that are looked at on a page."""
LEAD = 12
"""Characters before a sign that tell it from others of its kind."""


@rule("literal-markup", severity=Severity.ERROR, scope="page")
def literal_markup(page: Page, course: Course) -> Iterator[Found]:
    """Markup shows as it is written: `**bold**`, `[text](address)`, `- [ ]`, a table's `|---|`.

    Inside raw HTML, with a space too many, without the extension that it takes, or without a blank line
    before. Judged on the rendered page, outside of code: what is put into the markup lands in plain text.
    """
    if page.kind != "page":
        return
    text = page.rendered.text
    squeezed = "".join(text.split())
    found = [*_probed(page, text), *_written(page, squeezed), *_tables(page, squeezed)]
    said: set[int] = set()
    for each in sorted(found, key=lambda each: each.place):
        if each.place.line not in said:
            said.add(each.place.line)
            yield each


def _probed(page: Page, text: str) -> Iterator[Found]:
    signs = [sign for sign in SIGNS if sign.trace in text]
    if not signs:
        return
    spots: dict[Spot, tuple[Sign, Paragraph, re.Match[str]]] = {}
    for paragraph in paragraphs_of(page):
        for sign in signs:
            for match in sign.pattern.finditer(paragraph.plain):
                place = paragraph.at(match.start("in"))
                spots.setdefault((place.line, place.column), (sign, paragraph, match))
    boxes: set[Element] = set()
    for spot, landing in sorted(landings(page, spots).items()):
        sign, paragraph, match = spots[spot]
        written = match[0][: match.start("in") - match.start()].strip()
        if not _is_literal(landing, sign, written):
            continue
        box = _raw(landing)
        if box in boxes or (box is None and sign.name == "heading"):
            continue  # said already; a comment in what is meant for code
        if box is not None:
            boxes.add(box)
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        quote = " ".join(paragraph.text[start : match.end()].split())
        place = paragraph.at(start, len(quote))
        yield Found(
            place, *_cause(page, sign, box, quote if sign.name not in ("heading", "task") else written)
        )


def _is_literal(landing: Landing, sign: Sign, written: str) -> bool:
    if landing.inside("code", "pre", "script", "style", "textarea", *sign.tags):
        return False
    if any("arithmatex" in (element.get("class") or "") for element in landing.path):
        return False
    before = landing.before.rstrip()
    if sign.name == "task":
        # Where the list itself is none, that is the defect.
        return before.strip() in ("[ ]", "[x]", "[X]") and landing.inside("li")
    return before.endswith(written)


def _raw(landing: Landing) -> Element | None:
    """The innermost element of HTML that the page itself writes; None where it seems to write none."""
    for element in reversed(landing.path):
        classes = (element.get("class") or "").split()
        if element.tag in _RAW and not any(name.startswith(_MADE) for name in classes):
            if element is landing.path[0]:
                return None
            return None if element.tag == "details" and classes else element
        if element.tag in _TEXTS and (element.get("align") or element.get("style")):
            return element
    return None


def _cause(page: Page, sign: Sign, box: Element | None, quote: str) -> tuple[str, str]:
    shows = f"`{quote}` shows as it is written"
    if sign.cause:
        return f"{shows}: {sign.cause}.", sign.remedy
    if sign.extension and not page.markup.has(sign.extension):
        return f"{shows}: the extension `{sign.extension}` is not on.", _turn_on(sign.extension)
    if box is not None:
        remedy = f"Set `markdown` on the `<{box.tag}>` around it, or write HTML."
        if not page.markup.has("md_in_html"):
            remedy = (
                f"Turn on the extension `md_in_html` and set `markdown` on the `<{box.tag}>`, or write HTML."
            )
        return f"{shows}: it stands in raw HTML, where Markdown is left alone.", remedy
    return f"{shows}: the renderer does not take it for {sign.name}.", "See what stands around it."


def _written(page: Page, squeezed: str) -> Iterator[Found]:
    """What is to be read on the rendered page just as it stands here."""
    extensions = {KEYS: "pymdownx.keys", ICONS: "pymdownx.emoji", ATTRIBUTES: "attr_list", NOTES: "footnotes"}
    for pattern, extension in extensions.items():
        matches = ((each, match) for each in paragraphs_of(page) for match in pattern.finditer(each.plain))
        for paragraph, match in islice(matches, MOST):
            before = paragraph.plain[: match.start()].rpartition("\n")[2]
            on = page.markup.has(extension)
            lead = before[-LEAD:] if on else ""
            if "".join((lead + match[0]).split()) not in squeezed:
                continue
            shows = f"`{match[0]}` shows as it is written"
            place = paragraph.at(match.start(), len(match[0]))
            if not on:
                yield Found(place, f"{shows}: the extension `{extension}` is not on.", _turn_on(extension))
            elif pattern is ATTRIBUTES and before[-1:].isspace() and paragraph.plain[match.end() :].strip():
                yield Found(place, f"{shows}: it follows nothing that can have attributes.", "Take it out.")


def _tables(page: Page, squeezed: str) -> Iterator[Found]:
    if "---" not in squeezed:
        return
    for number, line in page.prose:
        if "|" not in line or not SEPARATOR.match(line) or "".join(line.split()) not in squeezed:
            continue
        above = page.lines[number - 3].strip() if number >= 3 else ""
        header = page.lines[number - 2].strip() if number >= 2 else ""
        if "|" not in header:
            continue
        place = page.at(
            number - 1, len(page.lines[number - 2]) - len(page.lines[number - 2].lstrip()) + 1, len(header)
        )
        cells, columns = _cells(header), _cells(line)
        if above:
            cause, remedy = "there is no blank line before it", "Leave a blank line above the table."
        elif cells != columns:
            cause, remedy = f"{cells} headings stand over {columns} columns", "Make them as many."
        elif not page.markup.has("tables"):
            cause, remedy = "the extension `tables` is not on", _turn_on("tables")
        else:
            cause, remedy = (
                "it stands in raw HTML, or is not indented as its container wants it",
                "Move it out.",
            )
        yield Found(place, f"This table shows as text: {cause}.", remedy)


def _cells(line: str) -> int:
    return line.strip().strip("|").count("|") + 1


def _turn_on(extension: str) -> str:
    return f"Add `{extension}` to `markdown_extensions`."
