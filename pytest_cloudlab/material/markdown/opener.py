"""The lines that open admonitions, collapsible blocks and tabs, and those that are meant to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from xml.etree.ElementTree import Element

from pytest_cloudlab.material.markdown.rendering import Markup
from pytest_cloudlab.material.markdown.source import TAB
from pytest_cloudlab.material.markdown.tree import tree_of
from pytest_cloudlab.material.page import Page

_NAMES = """
    abstract summary tldr info todo tip hint important success check done question help faq warning caution
    attention failure fail missing danger error bug example quote cite note
"""
KINDS = frozenset(_NAMES.split())
"""Types that Material has a style for."""
EXTENSIONS = {
    "!!!": ("admonition", "pymdownx.blocks.admonition"),
    "???": ("pymdownx.details", "pymdownx.blocks.details"),
    "===": ("pymdownx.tabbed", "pymdownx.blocks.tab"),
}
"""What each needs: the extension that reads it so, and one that has another way to write it."""
_OPENER = re.compile(r"([ \t]*)(!{2,4}|\?{3,4}|===)([+!]{0,2})([ \t]*)(\S.*?)?[ \t]*$")
_WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class Opener:
    line: int
    indent: int
    column: int
    mark: str
    """`!!!`, `???`, `===`, or what is like them."""
    rest: str
    text: str
    """The whole line without indentation."""

    @property
    def meant(self) -> str:
        """The mark that there is."""
        return "!!!" if self.mark.startswith("!") else self.mark[:3]

    @property
    def kind(self) -> str:
        """The first word in small letters; empty for a tab, and where there is none."""
        match = _WORD.match(self.rest) if self.mark != "===" else None
        return match[0].lower() if match else ""


def openers_of(page: Page) -> Iterator[Opener]:
    """In the order of the page: all that somebody may have meant for one."""
    for number, line in page.prose:
        match = _OPENER.match(line[:1000])
        if match is None or (match[2] == "===" and (match[5] or "=").strip("=") == ""):
            continue
        indent = len(match[1].expandtabs(TAB))
        yield Opener(number, indent, len(match[1]) + 1, match[2], match[5] or "", line.strip())


@lru_cache(maxsize=512)
def opens(markup: Markup, text: str) -> bool:
    """Whether the renderer takes the line for one, on its own."""
    return _boxes(markup.convert(f"{text}\n    x")) > 0


@lru_cache(maxsize=512)
def is_empty(markup: Markup, text: str) -> bool:
    """Whether the box that the first line of `text` opens has nothing in it but its title."""
    for element in tree_of(markup.convert(text)).iter():
        classes = (element.get("class") or "").split()
        if element.tag == "details" or "admonition" in classes:
            return all(_is_title(child) for child in element) and not (element.text or "").strip()
        if "tabbed-block" in classes or "tabbed-content" in classes:
            blocks = [each for each in element.iter() if "tabbed-block" in (each.get("class") or "").split()]
            first = blocks[0] if blocks else element
            return not len(first) and not (first.text or "").strip()
    return False


def _is_title(element: Element) -> bool:
    return element.tag == "summary" or "admonition-title" in (element.get("class") or "").split()


def _boxes(html: str) -> int:
    return html.count('class="admonition') + html.count("<details") + html.count('class="tabbed-set')


def below(page: Page, opener: Opener) -> tuple[int, int, bool]:
    """`(line, indentation, blank line between)` of what follows; line 0 at the end of the page."""
    blank = False
    for number in range(opener.line + 1, min(opener.line + 20, len(page.lines) + 1)):
        line = page.lines[number - 1].expandtabs(TAB)
        if line.strip():
            return number, len(line) - len(line.lstrip()), blank
        blank = True
    return 0, 0, blank
