"""Every section that has students do something is judged by a step of the lab."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.labs.instruction import instruction_in, is_aside
from pytest_cloudlab.material.labs.taught import Taught, anchor_of, labs_of, meant_anchor
from pytest_cloudlab.material.markdown.section import sections
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule


@rule("uncovered-section", severity=Severity.WARNING, scope="course")
def uncovered_section(course: Course) -> Iterator[Found]:
    """A section has students do something that no step of the lab judges.

    Looks at the pages of the labs: a section counts that has commands which leave a trace, or a list of
    things to do. Introductions, summaries, optional and explaining sections do not, nor commands that only
    look. A step covers its section and the sections within it.
    """
    by_page: dict[str, list[Taught]] = {}
    for lab in labs_of(course):
        if lab.page is not None:
            by_page.setdefault(lab.page.path, []).append(lab)
    for path, labs in by_page.items():
        yield from _uncovered(course.pages[path], labs)


def _uncovered(page: Page, labs: list[Taught]) -> Iterator[Found]:
    covered = set()
    for lab in labs:
        # A step that a variant leaves out is left out on purpose.
        for step in lab.common.step:
            anchor = anchor_of(step.see)
            if not anchor:
                return
            covered |= {anchor, meant_anchor(page, anchor)}
    names = ", ".join(lab.id for lab in labs)
    starts = [block.line for block in page.blocks]
    for section in sections(page):
        around = (*section.above, section.heading)
        if any(one.slug in covered for one in around) or any(is_aside(one.text) for one in around):
            continue
        first, last = bisect_left(starts, section.own.start), bisect_left(starts, section.own.stop)
        instruction = instruction_in(page, section.own, page.blocks[first:last])
        if instruction:
            yield Found(
                page.at(section.heading.line),
                f"No step of the lab {names} judges this section, which tells students: {instruction}",
                "Add a step to lab.toml, with checks of what the section makes.",
            )
