"""The steps of a lab, and the anchors of its page."""

from __future__ import annotations

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.rules.lab_anchors import lab_anchor
from tests.material.lab_courses import HEAD, URL, course_with, line_of, steps

PAGE = """# Knots

## 1. Take a rope

## 1.1 Tie it {#tie}

<a id="loose"></a>

## Été: défaire

## Put it away
"""


def found(lab: str, page: str = PAGE, **more: object) -> list[Found]:
    return list(lab_anchor(course_with(page, lab, **more)))


def test_an_anchor_that_the_page_lacks_is_found_on_its_line() -> None:
    course = course_with(PAGE, HEAD + steps("#1-take-a-rope", "#put-it-a-way"))
    (one,) = lab_anchor(course)
    assert (one.place.path, one.place.line) == ("lab/lab.toml", line_of(course, "lab/lab.toml", "a-way"))
    assert one.message == "Step 2 of the lab lab leads to #put-it-a-way, expected an anchor of docs/knots.md."
    assert one.remedy == "Did you mean #put-it-away?"


@pytest.mark.parametrize(
    ("anchor", "meant"),
    [
        ("#2-take-a-rope", "#1-take-a-rope"),
        ("#take-rope", "#1-take-a-rope"),
        ("#Put-it-away", "#put-it-away"),
        ("#away", "#put-it-away"),
        ("#11-tie-it", "#tie"),
        ("#zebra", ""),
    ],
)
def test_the_heading_that_was_meant_is_named(anchor: str, meant: str) -> None:
    """By its letters, or by its words where no other heading has them."""
    (one,) = found(HEAD + steps(anchor))
    assert one.remedy == (f"Did you mean {meant}?" if meant else "Write the anchor of one of its headings.")


@pytest.mark.parametrize(
    "anchor",
    ["#1-take-a-rope", "#tie", "#loose", "#put-it-away", "", "#", "#ete-defaire"],
)
def test_anchors_that_are_there_are_right(anchor: str) -> None:
    """Those of headings, of attributes and of HTML; and none at all, for the whole page."""
    assert found(HEAD + steps(anchor)) == []


def test_a_page_that_is_not_in_the_material_is_told_once() -> None:
    (one,) = found('title = "Knots"\npage = "https://elsewhere.test/knots/"\n' + steps("#a", "#b"))
    assert (one.place.line, one.severity) == (2, Severity.WARNING)
    assert "https://elsewhere.test/knots/, is not in this material" in one.message


def test_a_page_may_be_named_by_an_alias_of_the_site() -> None:
    lab = 'title = "Knots"\npage = "https://old.test/knots/"\n' + steps("#tie", "#tye")
    (one,) = found(lab, aliases=["https://old.test/"])
    assert "#tye" in one.message


def test_a_step_may_lead_to_a_page_below() -> None:
    """Its `see` is added to the lab's page, whatever it is."""
    files = {"docs/knots/more.md": "# More\n\n## Bowline\n"}
    assert found(HEAD + steps("more/#bowline"), files=files) == []
    (one,) = found(HEAD + steps("more/#bow-line"), files=files)
    assert one.remedy == "Did you mean #bowline?"
    (one,) = found(HEAD + steps("less/#bowline"), files=files)
    assert f"leads to {URL}knots/less/#bowline, which is not in this material" in one.message


def test_the_step_of_a_check_is_one_of_the_labs() -> None:
    """Whether it stands on the module or on the check; the module is not run."""
    module = (
        "import pytest\n\npytestmark = pytest.mark.step('1')\n\n"
        "def test_a():\n    '''A.'''\n\n"
        "@pytest.mark.step('3')\ndef test_b():\n    '''B.'''\n\nraise SystemExit\n"
    )
    (one,) = found(HEAD + steps("#tie", "#put-it-away"), files={"lab/test_knots.py": module})
    assert str(one.place) == "lab/test_knots.py:8:19"
    assert one.message == "The lab lab has no step '3', expected one of 1, 2."


def test_modules_that_do_not_parse_and_other_marks_name_no_step() -> None:
    files = {
        "lab/test_a.py": "def test_a(:\n",
        "lab/test_b.py": "import pytest\n\n@pytest.mark.skip('9')\ndef test_b(): pass\n",
        "lab/parameters.py": "import pytest\n\npytestmark = pytest.mark.step('9')\n",
    }
    assert found(HEAD + steps("#tie"), files=files) == []


def test_a_variant_is_told_where_its_base_says_it() -> None:
    """And a line that both have in common is told once."""
    files = {"newer/lab.toml": 'base = "lab"\ntitle = "Newer knots"\n'}
    course = course_with(PAGE, HEAD + steps("#tie", "#tye"), files=files, labs=["lab", "newer"])
    (one,) = lab_anchor(course)
    assert one.place.path == "lab/lab.toml"


def test_a_step_that_a_variant_leaves_out_leads_nowhere() -> None:
    files = {"newer/lab.toml": 'base = "lab"\nleave_out = ["2"]\n'}
    course = course_with(PAGE, HEAD + steps("#tie", "#tye"), files=files, labs=["newer"])
    assert list(lab_anchor(course)) == []


def test_a_lab_that_there_is_not_is_a_mistake_of_the_settings() -> None:
    with pytest.raises(UsageError, match="labs: there is no lab 'nots'"):
        found(HEAD, labs=["nots"])


def test_a_course_without_labs_has_nothing_to_find() -> None:
    assert found(HEAD + steps("#zebra"), labs=[]) == []
