"""The gate on two courses of our own: one kept correct on purpose, one with planted defects.

`courses/planted.toml` lists every planted defect by its rule, page and line. What is found has to be exactly
that: a defect that is missed fails, and so does a line that nothing is wrong with.
"""

from __future__ import annotations

from collections import Counter

import pytest

from pytest_cloudlab.material.rule import load_rules
from tests.material.samples import COURSES, IGNORED, outcome_of, planted, planted_tables, sightings

RULES = [rule.id for rule in load_rules()]
ONLY_ONLINE = {rule.id for rule in load_rules() if rule.online or "--online" in rule.title}
FEWEST = 2


@pytest.mark.parametrize("name", sorted(IGNORED))
def test_no_rule_breaks(name: str) -> None:
    assert outcome_of(name).broken == ()


def test_the_correct_course_has_nothing_to_find() -> None:
    """No error and no warning, though it is full of what a hasty reader would stumble over."""
    said = [f"{one.place}: {one.rule}: {one.message}" for one in outcome_of("correct").findings]
    assert said == []


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_finds_what_was_planted_for_it_and_nothing_else(rule: str) -> None:
    found = {one: count for one, count in sightings(outcome_of("planted")).items() if one[0] == rule}
    expected = {one: count for one, count in planted().items() if one[0] == rule}
    missed, wrong = Counter(expected) - Counter(found), Counter(found) - Counter(expected)
    assert (missed, wrong) == (Counter(), Counter())


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_defects_planted_for_it(rule: str) -> None:
    if rule not in ONLY_ONLINE:
        assert sum(count for (one, _, _), count in planted().items() if one == rule) >= FEWEST


def test_only_rules_that_there_are_have_defects_planted() -> None:
    assert {rule for rule, _, _ in planted()} <= set(RULES)


def test_every_planted_defect_is_on_its_page() -> None:
    """Else a defect that somebody mended would be missed by nobody."""
    for _, page, line in planted():
        lines = (COURSES / "planted" / page).read_text("utf-8", "replace").splitlines()
        assert line in [each.strip() for each in lines], (page, line)
    for defects in planted_tables().values():
        assert all(one.get("shows", "") in one["line"] for one in defects)


def test_the_courses_have_what_pages_are_made_of() -> None:
    """Blocks in all their containers, in a dozen languages: else finding nothing would say little."""
    from pytest_cloudlab.material.configuration import read_configuration
    from pytest_cloudlab.material.reading import read_course
    from tests.material.samples import TODAY

    root = COURSES / "correct"
    course = read_course(root, read_configuration(root).settings, today=TODAY)
    blocks = [block for page in course.pages.values() for block in page.blocks]
    assert len(blocks) >= 50
    assert {kind for block in blocks for kind in block.inside} >= {"admonition", "details", "tab", "list"}
    assert len({block.language for block in blocks}) >= 12
    assert {page.kind for page in course.pages.values()} == {"page", "deck"}
