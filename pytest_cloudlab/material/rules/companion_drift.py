"""Blocks that show a companion's file as it no longer is."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_cloudlab.material.companions.claim import claims_on
from pytest_cloudlab.material.companions.drift import drift
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule

MOST_SHOWN = 70


@rule("companion-drift", severity=Severity.ERROR, scope="page")
def companion_drift(page: Page, course: Course) -> Iterator[Found]:
    """A block shows a file of the companion repository, and the file says something else.

    Looks at blocks with the file's name as their title, in their first line, or in the sentence before them.
    An excerpt is fine, whatever it leaves out; so are other spaces, quotes, comments and line breaks. Left
    alone: what students are to write or change, blocks that show one file in several states, lines with a
    placeholder, and blocks of which less than 70 % are in the file.
    """
    for claim in claims_on(page, course):
        text = claim.companion.text(claim.path)
        found = drift(claim.block.code, text) if text is not None else None
        if found is None:
            continue
        line = claim.block.code.split("\n")[found.line - 1]
        column = len(line) - len(line.lstrip()) + 1
        yield Found(
            claim.block.at(found.line, column, len(line.strip())),
            f"The block shows `{claim.path}` of the companion repository, which has `{_short(found.there)}`"
            f" in the place of `{_short(found.here)}`.",
            "Copy the lines from the file again, or mend the file.",
        )


def _short(text: str) -> str:
    text = text.replace("`", "'")
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
