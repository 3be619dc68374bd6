"""Tags of raw HTML, as Python-Markdown finds and groups them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from pytest_cloudlab.material.markdown.source import Line


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


SPAN = _tags("address dd dt h1 h2 h3 h4 h5 h6 legend li p summary td th")
RAW = _tags("canvas math option pre script style textarea")
SCRIPTS = ("script", "style")
_OTHER = _tags(
    """article aside blockquote details div dl fieldset figcaption figure footer form header hgroup hr main
    menu nav ol section table ul colgroup body group html iframe map noscript output object progress tbody
    tfoot thead tr video center"""
)
INLINE = _tags(
    """a abbr b bdi bdo cite code data del dfn em font i img ins kbd label mark q ruby s samp small span
    strong sub sup time tt u var wbr"""
)
VOID = _tags("area base br col embed hr img input link meta param source track wbr")
"""Elements that have no content, and no end."""
BLOCKS = SPAN | RAW | _OTHER
"""Tags that Python-Markdown takes for blocks where they start a line."""
LEAD = re.compile(r"^ {0,3}(?=<)", re.MULTILINE)
TAG = re.compile(
    r"""<([a-zA-Z][^\s/<>`]*)
        ((?:\s++|/(?!>)|[^\s=/<>"'`][^\s=/<>`]*+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>`][^\s<>`]*+)?)?)*+)
        (/?)>
      | </([a-zA-Z][^\s/>]*)[^<>]*>
      | <!--(?P<comment>)
      | <\?(?P<instruction>)
      | <!(?P<declaration>)""",
    re.VERBOSE,
)
MARKDOWN = re.compile(r"""(?:^|\s)markdown(?:\s*=\s*["']?(1|block|span|markdown|0|off)["']?)?(?=\s|$)""")
ATTRIBUTE = re.compile(r"""([^\s=/<>"'`]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>`]+)))?""")
ID = re.compile(r"""(?:^|\s)id\s*=\s*["']?([^\s"'>]+)""")

How = Literal["block", "span", "off"]
"""How an element's content is read: as blocks of Markdown, as one paragraph, or not at all."""


@dataclass
class Region:
    kind: Literal["raw", "comment", "markdown"]
    tag: str
    start: int
    """Number of its first line."""
    end: int
    text: str = ""
    """All of it."""
    content: list[Line] = field(default_factory=list)
    """What is Markdown in it."""
    anchor: str = ""
    nested: bool = False
    """In another one whose content is Markdown."""
