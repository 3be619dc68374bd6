"""The anchors of headings, as markdown's `toc` makes them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any
from xml.etree.ElementTree import Element

from pytest_cloudlab.material.markdown.converter import slugify
from pytest_cloudlab.material.markdown.rendering import Markup
from pytest_cloudlab.material.markdown.tree import inner_text, tree_of

_PLAIN = re.compile(r"(?:[^\W_]|[ ,.!?;'()/-])*")
_PLAINEST = re.compile(r"(?:[^\W_]|[ ,!?])*")
_TURNS = ("://", "www.", "--", "..")
"""What some extension makes something else of."""
_SMART = ("pymdownx.smartsymbols", "smarty", "abbr")
_TAG = re.compile(r"<[^<>]*>")
LONGEST = 2000
"""Characters of a heading that is still converted."""
MOST = 5000
"""Headings of a page that are converted."""


def anchors(
    markup: Markup, headings: Sequence[str], *, taken: Iterable[str] = (), definitions: str = ""
) -> list[tuple[str, str]]:
    """Text and anchor of each heading, given as Markdown, in their order on the page.

    `taken` are the other ids of the page, `definitions` its lines that give links their targets.
    """
    if not headings:
        return []
    toc = markup.options("toc")
    separator = str(toc.get("separator", "-"))
    slug_of: Any = slugify(toc)
    unique: Any = import_module("markdown.extensions.toc").unique
    read = [_plainly(heading) for heading in headings]
    special = [
        index
        for index, heading in enumerate(headings)
        if not is_plain(markup, heading) and len(heading) <= LONGEST
    ][:MOST]
    for index, found in zip(
        special, _converted(markup, [headings[i] for i in special], definitions), strict=True
    ):
        read[index] = found
    used = {*taken, *(anchor for _, anchor in read if anchor)}
    counters: dict[str, int] = {}
    return [(text, anchor or str(unique(slug_of(text, separator), used, counters))) for text, anchor in read]


def is_plain(markup: Markup, heading: str) -> bool:
    """Whether no extension makes anything of it."""
    pattern = _PLAINEST if any(markup.has(name) for name in _SMART) else _PLAIN
    return pattern.fullmatch(heading) is not None and not any(each in heading for each in _TURNS)


def _plainly(heading: str) -> tuple[str, str]:
    return " ".join(html.unescape(_TAG.sub("", heading)).split()), ""


def _converted(markup: Markup, headings: Sequence[str], definitions: str) -> list[tuple[str, str]]:
    """Of each, its text as the anchor is made of it, and the id that it sets itself."""
    if not headings:
        return []
    joined = "\n\n".join(f"# {heading}" for heading in headings)
    found = [
        element
        for element in tree_of(markup.convert(f"{joined}\n\n{definitions}")).iter()
        if _is_heading(element)
    ]
    if len(found) == len(headings):
        return [_read(element, heading) for element, heading in zip(found, headings, strict=True)]
    if len(headings) == 1:
        return [_plainly(headings[0])]
    # HTML in one of them swallows others.
    half = len(headings) // 2
    return _converted(markup, headings[:half], definitions) + _converted(markup, headings[half:], definitions)


def _is_heading(element: Element) -> bool:
    return element.tag in ("h1", "h2", "h3", "h4", "h5", "h6")


def _read(element: Element, heading: str) -> tuple[str, str]:
    for note in element.findall(".//sup[@id]"):
        if note.get("id", "").startswith("fnref"):
            for child in list(note):
                note.remove(child)
            note.text = ""
    own = element.get("id", "")
    return inner_text(element), own if _sets(heading, own) else ""


def _sets(heading: str, anchor: str) -> bool:
    """Whether `{#anchor}` or `{id=anchor}` ends the heading."""
    heading = heading.rstrip()
    if not anchor or not heading.endswith("}"):
        return False
    attributes = heading[heading.rfind("{") :]
    return any(
        each in attributes for each in (f"#{anchor}", f"id={anchor}", f'id="{anchor}"', f"id='{anchor}'")
    )
