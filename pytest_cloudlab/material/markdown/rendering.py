"""What the site makes of a page: Python-Markdown with the course's own extensions, read as browsers do."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

from pytest_cloudlab.material.markdown.converter import BUNDLES, Extensions, converter, full_name
from pytest_cloudlab.material.markdown.front_matter import end_of_front_matter
from pytest_cloudlab.material.markdown.link import Link
from pytest_cloudlab.material.markdown.target import Targets
from pytest_cloudlab.material.markdown.tree import inner_text, text_of, tree_of

BUILT_IN = ("toc", "tables", "fenced_code")
"""Extensions that mkdocs itself turns on."""
USUAL = (
    *("abbr", "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "pymdownx.betterem"),
    *("pymdownx.caret", "pymdownx.details", "pymdownx.emoji", "pymdownx.highlight", "pymdownx.inlinehilite"),
    *("pymdownx.keys", "pymdownx.mark", "pymdownx.superfences", "pymdownx.tabbed", "pymdownx.tasklist"),
    "pymdownx.tilde",
)
"""Those that Material's manual recommends, for courses that do not say."""
_LINKS: Mapping[str, tuple[str, ...]] = {
    "a": ("href",),
    "area": ("href",),
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "img": ("src",),
    "link": ("href",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src",),
    "track": ("src",),
    "video": ("src", "poster"),
}
_MADE = frozenset({"headerlink", "footnote-ref", "footnote-backref", "toclink"})
"""Classes of links that extensions make of nothing that is written."""


_ADDRESS = re.compile(r"https?://[^\s<>\"'`)\]\ufffc]+")


@dataclass(frozen=True)
class Rendered:
    html: str
    ids: frozenset[str]
    """All anchors: `id` of any element, `name` of links."""
    headings: tuple[tuple[int, str, str], ...]
    """`(level, slug, text)`, raw HTML's among them."""
    links: tuple[Link, ...]
    """In the order of the page."""
    text: str
    """What students read, a line for each paragraph, item or cell; U+FFFC stands for code and pictures."""


@dataclass(frozen=True)
class Markup:
    """How a course turns Markdown into HTML."""

    extensions: Extensions

    @classmethod
    def of(cls, extensions: Mapping[str, Mapping[str, Any]] | None = None) -> Markup:
        """As mkdocs reads `markdown_extensions`; what is usual when there are none."""
        wanted: dict[str, Mapping[str, Any]] = {name: {} for name in BUILT_IN}
        wanted |= {name: {} for name in USUAL} if extensions is None else extensions
        found: dict[str, dict[str, Any]] = {}
        for name, options in wanted.items():
            whole = full_name(name)
            for part in BUNDLES.get(whole, (whole,)):
                own = (
                    options.get(part, options.get(part.rpartition(".")[2], {}))
                    if whole in BUNDLES
                    else options
                )
                found.setdefault(part, {}).update(own if isinstance(own, Mapping) else {})
        return cls(tuple((name, json.dumps(options, default=str)) for name, options in found.items()))

    def has(self, extension: str) -> bool:
        """Whether the course asks for `admonition`, `pymdownx.superfences`, …"""
        return full_name(extension) in self._options

    def options(self, extension: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._options.get(full_name(extension), "{}"))
        return found

    @cached_property
    def _options(self) -> dict[str, str]:
        return dict(self.extensions)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Extensions that the course asks for and that are not there: unknown, not installed, or failing."""
        return tuple(name.removeprefix("markdown.extensions.") for name in converter(self.extensions)[1])

    def convert(self, text: str) -> str:
        """The HTML of Markdown; empty for what Python-Markdown itself fails on."""
        made, _ = converter(self.extensions)
        made.reset()
        try:
            return str(made.convert(text))
        except (
            Exception
        ):  # RecursionError for a page of nothing but nesting, and whatever an extension raises
            return ""

    def render(self, text: str, not_prose: Collection[int] = ()) -> Rendered:
        """`not_prose`: numbers of the lines that no link stands on."""
        lines = text.split("\n")
        html = self.convert("\n".join(lines[end_of_front_matter(lines) :]))
        return rendered(html, Targets(text, not_prose))


def rendered(html: str, targets: Targets, *, naked: bool = False) -> Rendered:
    """What is in the HTML of a page; with `naked` addresses as links where they stand in the text."""
    root = tree_of(html)
    links = _links(root, targets)
    if naked:
        links.extend(Link("a", "href", found, *targets.place(found), found) for found in _naked(root))
    return Rendered(html, frozenset(_ids(root)), tuple(_headings(root)), tuple(links), text_of(root))


def _naked(root: Element) -> list[str]:
    return [found.rstrip(".,;:!?") for found in _ADDRESS.findall(text_of(root, leave_out=("a",)))]


def _ids(root: Element) -> Collection[str]:
    found = {element.get("id") for element in root.iter()}
    found |= {element.get("name") for element in root.iter("a")}
    return {each for each in found if each}


def _headings(root: Element) -> list[tuple[int, str, str]]:
    return [
        (int(element.tag[1]), element.get("id", ""), inner_text(element))
        for element in root.iter()
        if isinstance(element.tag, str)
        and len(element.tag) == 2
        and element.tag[0] in "hH"
        and element.tag[1] in "123456"
    ]


def _links(root: Element, targets: Targets) -> list[Link]:
    found: list[Link] = []
    made = {
        each for contents in root.iter("div") if contents.get("class") == "toc" for each in contents.iter("a")
    }
    for element in root.iter():
        tag = element.tag.lower() if isinstance(element.tag, str) else ""
        for attribute in _LINKS.get(tag, ()):
            target = element.get(attribute)
            if target is None or element in made or not _MADE.isdisjoint(element.get("class", "").split()):
                continue
            target = target.strip()
            line, column = targets.place(target)
            text = element.get("alt", "") if tag in ("img", "area") else inner_text(element)
            found.append(Link(tag, attribute, target, line, column, text))
    return found
