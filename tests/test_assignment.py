"""Who is judged, and the names that their work goes by."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.assignment import Assignment, assign
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.roster import load_roster
from tests.labs import ROSTER, write_lab, write_roster


@pytest.fixture
def alice(tmp_path: Path) -> Assignment:
    return assign(*load_roster(write_roster(tmp_path, write_lab(tmp_path, {}))), "alice")


def test_templates_are_filled_with_the_member_s_words(alice: Assignment) -> None:
    """Course, team, member and choices; a teammate's on request."""
    template = "{registry}/knot:{team}-{rope}-{member}"
    assert alice.fill(template) == "eu.gcr.io/harbour/knot:sailors-red-alice"
    assert alice.fill(template, alice.teammate("unties")) == "eu.gcr.io/harbour/knot:sailors-blue-bob"


@pytest.mark.parametrize("template", ["{nobody}", "{", "{0}", "{member.id}"])
def test_a_template_with_an_unknown_word_is_an_error(alice: Assignment, template: str) -> None:
    with pytest.raises(UsageError, match="cannot be filled in"):
        alice.fill(template)


def test_it_must_be_clear_who_is_meant(tmp_path: Path) -> None:
    """By id, by `me`, or because there is only one; else the error lists who there is."""
    lab = write_lab(tmp_path, {})
    the_lab, roster = load_roster(write_roster(tmp_path, lab))
    with pytest.raises(UsageError, match="it is open whose work to look at; the roster has: alice, bob"):
        assign(the_lab, roster)
    with pytest.raises(UsageError, match="there is no member 'carol'"):
        assign(the_lab, roster, "carol")
    mine = ROSTER.replace('lab = "{lab}"', 'lab = "{lab}"\nme = "bob"')
    assert assign(*load_roster(write_roster(tmp_path, lab, mine))).member.id == "bob"
