"""Code that a page shows as HTML: `<pre><code>`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_cloudlab.material.markdown.html_tag import Region

_OPEN = re.compile(r"<pre\b[^<>]*>\s*<code\b([^<>]*)>", re.IGNORECASE)
_CLOSE = re.compile(r"</code\s*>", re.IGNORECASE)
_LANGUAGE = re.compile(r"""class\s*=\s*["']?(?:[^"'>]*\s)?(?:language-|lang-)?([\w#+-]+)""")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


@dataclass(frozen=True)
class HtmlCode:
    language: str
    code: str
    line: int
    column: int


def code_in_html(lines: Sequence[str], region: Region) -> Iterator[HtmlCode]:
    """Entities are resolved and tags taken out of the code, whose lines stay lines."""
    if "<pre" not in region.text.lower():
        return
    # The page's own lines, with the tabs that students copy, wherever in its line the region starts.
    text = "\n".join(lines[region.start - 1 : region.end])
    at = before = 0
    number = region.start
    while (opened := _OPEN.search(text, at)) is not None:
        closed = _CLOSE.search(text, opened.end())
        end = closed.start() if closed else len(text)
        start = opened.end()
        if text.startswith("\n", start):
            start += 1
        line_start = text.rfind("\n", 0, start) + 1
        code = html.unescape(_TAG.sub("", text[start:end])).rstrip()
        said = _LANGUAGE.search(opened[1])
        number += text.count("\n", before, start)
        yield HtmlCode(said[1].lower() if said else "", code, number, start - line_start + 1)
        before, at = start, end
