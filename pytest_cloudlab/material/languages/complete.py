"""Whether all of a block's code stands on the page, so that a parser may judge it."""

from __future__ import annotations

import re

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.page import Page

MAX_CHARACTERS = 100_000
_INCLUDES = re.compile(r"^[ \t]*(?:[#/;-]{1,3} )?(?:-{1,10}8<-{1,10}|\{!|\{%-? ?include)", re.MULTILINE)
_TEMPLATED = re.compile(
    r"\{%[-+]? *\w|\{\{[-~]? *(?:if|else|end|range|with|toYaml|include|define|template)\b|<%"
)
_ELIDED = re.compile(r"…|(?<![\w./])\.{3,6}(?![\w./])|\[\.{3}\]|\(\.{3}\)|<(?:snip|snipped|omitted)>")


def is_complete(block: Block) -> bool:
    """Not for a fence that never ends, code that is taken from another file, templates with conditions."""
    code = block.code
    return (
        block.closed
        and bool(code.strip())
        and len(code) <= MAX_CHARACTERS
        and _INCLUDES.search(code) is None
        and _TEMPLATED.search(code) is None
    )


_OUTPUT = re.compile(
    r"(?:\b(?:outputs?|results?|prints?|printed|returns|yields|displays|sortie|résultat|affiche)"
    r"(?: (?:is|are|will be|should be))?)[\s:*_.…]*$",
    re.IGNORECASE,
)
_ORDERS = re.compile(r"\W*(?:run|execute|type|use|try|enter|launch|lancez|exécutez)\b", re.IGNORECASE)


def shows_output(block: Block, page: Page) -> bool:
    """Whether the text right above says that a program wrote the block: `Output:`, `which prints:`."""
    for number in range(block.line - 2, max(block.line - 5, 0), -1):
        line = page.lines[number - 1].strip() if number <= len(page.lines) else ""
        if line and not line.startswith(("```", "~~~")):
            return _OUTPUT.search(line[-200:]) is not None and _ORDERS.match(line) is None
    return False


def elides(text: str) -> bool:
    """Whether it leaves something out: `...`, `…`, `[...]`."""
    return _ELIDED.search(text) is not None
