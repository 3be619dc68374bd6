"""What the labs that ship say of their pages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from pytest_cloudlab.lab import known_labs
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.labs.agreement import Agreement, agreements_of
from pytest_cloudlab.material.labs.shape import AssignmentShape, CommandShape, TextShape
from pytest_cloudlab.material.labs.taught import Taught, anchor_of, labs_of
from pytest_cloudlab.material.rules.lab_anchors import lab_anchor
from pytest_cloudlab.material.rules.lab_parameters import lab_parameter
from pytest_cloudlab.material.testing import course_of

LABS = sorted(known_labs())


def course_for(name: str, page: str = "# Page") -> Course:
    """A course whose one page is the lab's."""
    (bare,) = labs_of(course_of({"docs/index.md": "# Page"}, labs=[name]))
    site, _, file = bare.common.page.rpartition("/")
    docs = {
        f"docs/{file.removesuffix('.html')}.md": page,
        "mkdocs.yml": "site_name: A\nuse_directory_urls: false\n",
    }
    return course_of(docs, site_url=f"{site}/", labs=[name])


def lab_in(course: Course) -> Taught:
    (lab,) = labs_of(course)
    return lab


def page_for(lab: Taught) -> str:
    """A page with a section for each step that says what the lab expects there, and all else above them."""
    sections = ["\n\n".join(("# Page", *_said_in("", lab)))]
    for step in lab.steps:
        head = f"## {step.title} {{#{anchor_of(step.see)}}}"
        sections.append("\n\n".join((head, *_said_in(step.number, lab))))
    return "\n\n".join(sections) + "\n"


def _said_in(step: str, lab: Taught) -> Iterator[str]:
    for agreement in agreements_of(lab):
        for expected in agreement.expected:
            if expected.step == step:
                yield from _shown(agreement, expected.shape)


def _shown(agreement: Agreement, shape: CommandShape | AssignmentShape | TextShape) -> Iterator[str]:
    value = agreement.says(shape).replace("*", "any")
    if isinstance(shape, TextShape):
        yield f"See {shape.before}{value}{shape.after}."
    elif isinstance(shape, AssignmentShape):
        yield f'```bash\nexport {shape.name}="{value}"\n```'
    else:
        words = [*shape.words, *filter(None, [shape.option]), f'"{value}"']
        yield f"```bash\n{' '.join(words)}\n```"


@pytest.mark.parametrize("name", LABS)
def test_every_lab_says_where_its_page_shows_its_parameters(name: str) -> None:
    lab = lab_in(course_for(name))
    assert lab.page is not None
    assert len(list(agreements_of(lab))) >= 3


@pytest.mark.parametrize("name", LABS)
def test_a_page_that_says_what_the_lab_expects_is_right(name: str) -> None:
    course = course_for(name, page_for(lab_in(course_for(name))))
    assert [*lab_anchor(course), *lab_parameter(course)] == []


@pytest.mark.parametrize("name", LABS)
def test_every_parameter_that_the_page_says_otherwise_is_found(name: str) -> None:
    """One at a time, each on its own line of lab.toml."""
    lab = lab_in(course_for(name))
    page = page_for(lab)
    for agreement in agreements_of(lab):
        for expected in agreement.expected:
            (shown,) = _shown(agreement, expected.shape)
            value = agreement.says(expected.shape).replace("*", "any")
            other = value.replace(agreement.written, _other(agreement.written))
            course = course_for(name, page.replace(shown, shown.replace(value, other), 1))
            found = list(lab_parameter(course))
            # Parameters that say the same of one command are found together.
            assert lab_in(course).place(agreement.table, agreement.key) in [one.place for one in found], (
                agreement.parameter
            )


def _other(written: str) -> str:
    """Renamed as somebody would: another last letter or number, outside of placeholders."""
    if written.isdigit():
        return str(int(written) + 1)
    at = max(found.start() for found in re.finditer(r"\w(?![^{]*\})", written))
    return f"{written[:at]}{'7' if written[at] != '7' else '8'}{written[at + 1 :]}"
