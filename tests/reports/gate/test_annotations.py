"""Annotations: what GitHub shows beside the lines of a change."""

from __future__ import annotations

import pytest

from pytest_cloudlab.reports.gate.annotations import MOST, lines
from tests.reports.gate import sample


def test_errors_are_annotated_and_warnings_are_not() -> None:
    first, second, elsewhere, broken = lines(sample.sample(), "course/")
    assert first == (
        "::error file=course/docs/build.md,line=7,col=12,endColumn=15,title=A block says oops. [no-oops]"
        "::The image has no tag, expected one.%0AWrite app:1.0."
    )
    assert second.startswith("::error file=course/docs/build.md,line=20,col=6,endColumn=10,")
    assert elsewhere.endswith("::The site has no name.")
    assert "endColumn" not in elsewhere
    assert broken.startswith("::error title=A rule could not look::the rule named-once could not look at")


@pytest.mark.parametrize("hostile", sample.HOSTILE)
def test_hostile_text_makes_no_command_of_its_own(hostile: str) -> None:
    """Each line is one command, and its file is the page's."""
    for line in lines(sample.hostile(hostile)):
        assert "\n" not in line
        assert "\r" not in line
        assert line.startswith("::error ")
        properties, _, data = line.removeprefix("::error ").partition("::")
        names = [one.partition("=")[0] for one in properties.split(",")]
        assert set(names) <= {"file", "line", "col", "endColumn", "title"}
        assert ":" not in properties
        assert data


def test_percent_colon_and_comma_are_escaped() -> None:
    found = sample.finding("x", path="docs/a,b:c 100%.md", message="100%\nsure: a, b")
    (line,) = lines(sample.of(found))
    assert "file=docs/a%2Cb%3Ac 100%25.md,line=7," in line
    assert line.endswith("::100%25%0Asure: a, b%0AWrite app:1.0.")


def test_no_more_than_github_keeps() -> None:
    many = [sample.finding(line=number) for number in range(1, 200)]
    assert len(lines(sample.of(*many))) == MOST
