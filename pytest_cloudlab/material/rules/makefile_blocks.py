"""Blocks of Makefile."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.languages.complete import is_complete
from pytest_cloudlab.material.languages.flaw import found
from pytest_cloudlab.material.languages.makefile_text import flaw_of
from pytest_cloudlab.material.languages.script import script_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule


@rule("makefile-syntax", severity=Severity.ERROR, scope="block")
def makefile_syntax(block: Block, page: Page, course: Course) -> Iterator[Found]:
    """A Makefile would stop at a line.

    Recipes that begin with spaces instead of a tab, where make says "missing separator", and lines that are
    neither rule, assignment nor directive; one finding a block. Left alone are continued lines, `define`,
    `.RECIPEPREFIX` and blocks without any rule. make itself is not asked.
    """
    if not is_complete(block):
        return
    script = script_of(block)
    if script.language != "makefile":
        return
    flaw = flaw_of(script.code)
    if flaw is not None:
        yield from found(flaw, script, "This Makefile")
