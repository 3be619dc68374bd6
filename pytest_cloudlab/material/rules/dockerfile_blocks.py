"""Blocks of Dockerfile."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.languages.complete import is_complete
from pytest_cloudlab.material.languages.dockerfile_text import flaw_of
from pytest_cloudlab.material.languages.flaw import found
from pytest_cloudlab.material.languages.placeholder import fill
from pytest_cloudlab.material.languages.script import script_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule


@rule("dockerfile-syntax", severity=Severity.ERROR, scope="block")
def dockerfile_syntax(block: Block, page: Page, course: Course) -> Iterator[Found]:
    """A Dockerfile does not parse.

    Read by BuildKit's parser, where the package `dockerfile` is installed; instructions that do not exist, a
    `COPY` without a destination and a `CMD` whose list is no JSON are looked for too. Parts of a Dockerfile
    are fine, and so is a block in which no line begins with an instruction: that is something else.
    """
    if not is_complete(block):
        return
    script = script_of(block)
    if script.language != "dockerfile":
        return
    flaw = flaw_of(fill(script.code, "dockerfile").code)
    if flaw is not None:
        yield from found(flaw, script, "This Dockerfile")
