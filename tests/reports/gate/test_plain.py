"""The plain text: what people read in a terminal and in a log."""

from __future__ import annotations

import pytest

from pytest_cloudlab.reports.gate.plain import text
from tests.reports.gate import sample


def test_errors_are_shown_and_warnings_counted() -> None:
    assert text(sample.sample(), above="course/").splitlines() == [
        "course/docs/build.md:7:12: error: The image has no tag, expected one. [no-oops]",
        "  7 | docker run app",
        "    |            ^^^",
        "    → Write app:1.0.",
        "",
        "course/docs/build.md:20:6: error: This says oops. [no-oops]",
        " 20 | echo oops",
        "    |      ^^^^",
        "    → Write app:1.0.",
        "",
        "course/mkdocs.yml:1:1: error: The site has no name. [site-named]",
        "  1 | theme: material",
        "    | ^",
        "",
        "could not look: the rule named-once could not look at docs/ship.md: KeyError:",
        "    'title' (names.py:12)",
        "    A fault of the rule, not of the page: what it would have found is not known.",
        "",
        "3 errors and 1 warning on 2 pages, 2 blocks. Accepted in the baseline: 2. Of",
        "    disabled rules: 1. Not all rules could look: this is neither green nor red.",
        "    The warnings are shown with --warnings.",
    ]


def test_warnings_are_shown_when_asked_for() -> None:
    """In their place between the errors."""
    said = text(sample.sample(), warnings=True)
    assert said.index("3:7: warning: This is fishy.") < said.index("7:12: error")
    assert "--warnings" not in said


def test_nothing_found_is_said_in_a_sentence() -> None:
    assert text(sample.green()) == "No errors on 1 page, 0 blocks.\n"


@pytest.mark.parametrize("hostile", sample.HOSTILE)
def test_hostile_text_steers_no_terminal(hostile: str) -> None:
    said = text(sample.hostile(hostile), warnings=True)
    assert "\x1b" not in said
    assert not set(said) & set("\u202e\u2066\x00\r\ud800")
    said.encode("utf-8")
    quoted = [line for line in said.splitlines() if " | " in line[:6]]
    assert max(map(len, quoted)) <= 80
