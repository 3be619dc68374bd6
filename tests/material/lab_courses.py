"""A page and the lab that goes with it, for the tests of what ties them."""

from __future__ import annotations

from typing import Any

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.testing import course_of

URL = "https://course.test/"
HEAD = f'title = "Knots"\npage = "{URL}knots/"\n'


def steps(*anchors: str) -> str:
    return "".join(
        f'\n[[step]]\nnumber = "{number}"\ntitle = "Step {number}"\nsee = "{anchor}"\n'
        for number, anchor in enumerate(anchors, 1)
    )


def course_with(page: str, lab: str, **more: Any) -> Course:
    """A course of `docs/knots.md`, and its lab in the folder `lab`; `more` are further files and settings."""
    files = {"docs/knots.md": page, "lab/lab.toml": lab, **more.pop("files", {})}
    return course_of(files, **{"site_url": URL, "labs": ["lab"], **more})


def line_of(course: Course, file: str, text: str) -> int:
    """The number of the one line of `file` that `text` is in."""
    lines = (course.root / file).read_text().splitlines()
    (number,) = (number for number, line in enumerate(lines, 1) if text in line)
    return number
