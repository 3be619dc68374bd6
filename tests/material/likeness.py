"""What Python-Markdown makes of a page, and what the scanner does, in the same words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pytest_cloudlab.material.markdown.front_matter import end_of_front_matter
from pytest_cloudlab.material.markdown.rendering import Markup
from pytest_cloudlab.material.markdown.tree import tree_of
from pytest_cloudlab.material.page import Page


@dataclass(frozen=True)
class Likeness:
    fences: list[str]
    """Sorted: an item's text may come behind what stands below it."""
    indented: str
    headings: list[tuple[int, str, str]]


def as_rendered(text: str, markup: Markup) -> Likeness:
    lines = text.split("\n")
    root = tree_of(markup.convert("\n".join(lines[end_of_front_matter(lines) :])))
    fences, indented = [], []
    for element in root.iter("pre"):
        code = "".join(element.itertext())
        if "fence" in element.get("class", "").split():
            fences.append(code)
        elif len(element) and element[0].tag == "code":
            indented.append(code)
    for note in root.findall(".//sup"):
        note.clear()
    headings = [
        (int(element.tag[1]), element.get("id", ""), " ".join("".join(element.itertext()).split()))
        for element in root.iter()
        if re.fullmatch("h[1-6]", element.tag) and element.get("id")
    ]
    return _likeness(text, fences, indented, headings)


def as_scanned(text: str, markup: Markup) -> Likeness:
    page = Page("docs/page.md", text, markup)
    fences = [block.code for block in page.blocks if block.kind == "fence" and block.closed]
    indented = [block.code for block in page.blocks if block.kind != "fence"]
    return _likeness(text, fences, indented, [(each.level, each.slug, each.text) for each in page.headings])


def _likeness(
    text: str, fences: list[str], indented: list[str], headings: list[tuple[int, str, str]]
) -> Likeness:
    """Without white space at the ends of lines and of code, and blank lines of indented code, which
    Python-Markdown keeps or not; with tabs, without any: it shows spaces where blocks have tabs."""
    tabs = "\t" in text

    def plain(code: str) -> str:
        lines = [
            re.sub(r"[ \t]+", "", line) if tabs else line.rstrip() for line in code.strip("\n").split("\n")
        ]
        return "\n".join(lines).strip("\n")

    squeezed = re.sub(r"\n\s*\n", "\n", "\n".join(map(plain, indented)))
    return Likeness(sorted(map(plain, fences)), squeezed, headings)
