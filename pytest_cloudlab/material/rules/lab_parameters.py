"""What a lab expects is what its page tells students to make."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.labs.agreement import Agreement, Compared, agreements_of, compare
from pytest_cloudlab.material.labs.lab_page import LabPage
from pytest_cloudlab.material.labs.taught import Taught, labs_of
from pytest_cloudlab.material.rule import rule


@rule("lab-parameter", severity=Severity.ERROR, scope="course")
def lab_parameter(course: Course) -> Iterator[Found]:
    """A parameter of a lab is not what the page's commands say.

    Looks at the parameters in `[agrees]` of lab.toml. Names are compared by their shape: the lab's `{team}`
    and the page's `$GROUP` or `<your team>` are holes, variables that the page sets are filled in. One place
    on the page that agrees is enough, since others may be alternatives. Where the page shows no such command
    at all, that is a warning.
    """
    told = set()
    for lab in labs_of(course):
        if lab.page is None:
            continue
        page = LabPage(lab.page, lab)
        for agreement in agreements_of(lab):
            found = _found(agreement, [compare(agreement, one, page) for one in agreement.expected], lab)
            if found and (found.place, found.message) not in told:
                told.add((found.place, found.message))
                yield found


def _found(agreement: Agreement, compared: list[Compared], lab: Taught) -> Found | None:
    others = [one.other for one in compared if one.other]
    if others:
        says = " and ".join(f"{one.place.path}:{one.place.line} says {one.text[:200]!r}" for one in others)
        expected = agreement.says(next(one.expected.shape for one in compared if one.other))
        return Found(
            agreement.place,
            f"The lab {lab.id} expects {expected!r} ({agreement.parameter}), and {says}.",
            "Change this line to what the page says, or mend the page.",
        )
    if compared and not any(one.seen for one in compared):
        path = lab.page.path if lab.page else ""
        first = compared[0].expected
        where = f" in the section of step {first.step}" if first.step else ""
        return Found(
            lab.place("agrees", agreement.table, agreement.key),
            f"{path} has nothing of the form {first.shape.text!r}{where}, so {agreement.parameter} of the "
            f"lab {lab.id} cannot be compared with it.",
            "Write into [agrees] how the page shows it now, or remove the line.",
            Severity.WARNING,
        )
    return None
