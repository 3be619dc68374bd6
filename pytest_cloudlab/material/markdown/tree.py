"""HTML as a browser reads it, in a tree."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from html.entities import html5
from importlib import import_module
from typing import Any
from xml.etree.ElementTree import Element, ParseError, XMLParser

from pytest_cloudlab.material.markdown.html_reader import HtmlReader
from pytest_cloudlab.material.markdown.html_tag import INLINE

DEEPEST, LONGEST = 60, 200_000
"""Elements in each other, and characters, of wrongly nested HTML that html5lib still gets."""
_HIDDEN = frozenset(
    {"code", "pre", "script", "style", "template", "textarea", "noscript", "svg", "math", "title"}
)
PLACEHOLDER = "\ufffc"
"""Stands in text for what is left out of it: code, pictures."""


def tree_of(html: str) -> Element:
    """The tree of a fragment of HTML, under an element of our own.

    What is well-formed XML, as most of what Python-Markdown writes, goes through expat; what only leaves
    out quotes and ends that HTML does not ask for, through our own reader. html5lib, fifty times as slow as
    expat, gets what is nested wrongly, unless there is so much of it that it would take minutes.
    """
    # Entities cannot be defined behind `<div>`, and none is fetched.
    parser = XMLParser()  # noqa: S314
    parser.entity.update(_entities())
    try:
        parser.feed('<!DOCTYPE div SYSTEM "x"><div>')
        parser.feed(html)
        parser.feed("</div>")
        found: Any = parser.close()
    except (ParseError, ValueError):
        read = HtmlReader(html)
        found = read.root
        if read.wrong and read.deepest <= DEEPEST and len(html) <= LONGEST:
            found = import_module("html5lib").parseFragment(html, namespaceHTMLElements=False)
    root: Element = found
    return root


@cache
def _entities() -> dict[str, str]:
    return {name.removesuffix(";"): text for name, text in html5.items() if name.endswith(";")}


def text_of(root: Element, *, leave_out: Collection[str] = ()) -> str:
    """What students read: a line for each paragraph, heading, item or cell, and placeholders."""
    found: list[str] = []
    for kind, element in _walk(root, _HIDDEN.union(leave_out)):
        if kind == "text":
            found.append(str(element))
        elif kind == "left out":
            found.append(PLACEHOLDER)
        else:
            found.append("\n")
    lines = (" ".join(line.split()) for line in "".join(found).split("\n"))
    return "\n".join(line for line in lines if line)


def inner_text(element: Element) -> str:
    """All text in it, white space folded."""
    return " ".join("".join(element.itertext()).split())


def _walk(root: Element, hidden: Collection[str]) -> Iterator[tuple[str, object]]:
    """Without recursion: a page may nest as deep as it likes."""
    stack: list[tuple[Element, bool]] = [(root, False)]
    while stack:
        element, left = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        if left:
            if tag not in INLINE:
                yield "end", element
            if element.tail and element is not root:
                yield "text", element.tail.replace("\n", " ")
            continue
        if tag in hidden or tag == "img" or not tag:
            if tag:
                yield ("left out" if tag in INLINE or tag == "svg" else "end"), element
            if element.tail and element is not root:
                yield "text", element.tail.replace("\n", " ")
            continue
        if tag not in INLINE:
            yield "start", element
        if element.text:
            yield "text", element.text.replace("\n", " ")
        stack.append((element, True))
        stack.extend((child, False) for child in reversed(element))
