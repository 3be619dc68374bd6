"""The checks of a lab lead to sections that the page has."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.labs.check_steps import check_steps
from pytest_cloudlab.material.labs.taught import Taught, anchor_of, labs_of, meant_anchor, place_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule


@rule("lab-anchor", severity=Severity.ERROR, scope="course")
def lab_anchor(course: Course) -> Iterator[Found]:
    """A step of a lab leads to a section that the page does not have.

    Looks at every `see` in lab.toml and at the step that each check names. A lab whose page is not in this
    material is told once, as a warning.
    """
    told = set()
    for lab in labs_of(course):
        for found in (*_steps(lab, course), *_checks(lab, course)):
            # A lab and its variants have lines in common.
            if found.place not in told:
                told.add(found.place)
                yield found


def _steps(lab: Taught, course: Course) -> Iterator[Found]:
    if lab.page is None:
        yield Found(
            lab.place("page"),
            f"The page of the lab {lab.id}, {lab.common.page}, is not in this material.",
            "Mend the address, or name the site's other address under `aliases`.",
            Severity.WARNING,
        )
        return
    for step in lab.steps:
        page: Page | None = lab.page
        if not step.see.startswith("#"):
            path = course.site.page_of((lab.common.page + step.see).partition("#")[0])
            page = course.pages.get(path) if path else None
        anchor = anchor_of(step.see)
        if page is None:
            what = f"{lab.common.page}{step.see}, which is not in this material"
            remedy = "A step's see is added to the lab's page: write the anchor, such as #build-it."
        elif anchor and page.kind == "page" and anchor not in page.rendered.ids:
            what = f"#{anchor}, expected an anchor of {page.path}"
            near = meant_anchor(page, anchor)
            remedy = f"Did you mean #{near}?" if near else "Write the anchor of one of its headings."
        else:
            continue
        place = lab.step_place(step.number, "see")
        yield Found(place, f"Step {step.number} of the lab {lab.id} leads to {what}.", remedy)


def _checks(lab: Taught, course: Course) -> Iterator[Found]:
    numbers = [step.number for step in lab.common.step]
    for named in check_steps(lab.source):
        if named.number not in numbers and not lab.leaves_out(named.number):
            yield Found(
                place_of(course, named.file, named.line, named.column),
                f"The lab {lab.id} has no step {named.number!r}, expected one of {', '.join(numbers)}.",
                "Name the step that the checks belong to, or add it to lab.toml.",
            )
