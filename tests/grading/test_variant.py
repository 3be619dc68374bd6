"""A variant as pytest's users meet it: collected, chosen and judged under its own name."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.journal import Journal
from tests.labs import write_lab, write_roster

TIE = '''
import pytest

pytestmark = [pytest.mark.step("1.1"), pytest.mark.usefixtures("wet")]


@pytest.fixture
def knot(member, wet):
    return f"{member.choices['rope']} {wet}"


@pytest.mark.outcome(points=2, needs="test_rope_is_taken")
def test_knot_holds(knot, lab):
    """Your knot holds."""
    assert knot == "red water" and lab.title == "Wet knots", f"The knot is {knot}."


def test_rope_is_taken(unknown_fixture):
    """You took a rope."""


def test_knot_is_big(measure, *, turns=3):
    """Your knot is big."""
    measure(turns=turns)
    assert turns > 3, "It is small."
'''
FIXTURES = """
from pytest_cloudlab.fixtures import *
import pytest


@pytest.fixture
def wet():
    return "water"
"""


@pytest.fixture
def lab(pytester: pytest.Pytester) -> Path:
    base = write_lab(pytester.path, {"test_tie.py": TIE, "conftest.py": FIXTURES})
    folder = pytester.path / "wet_knots"
    folder.mkdir()
    (folder / "lab.toml").write_text(
        'base = "knots"\nleave_out = ["test_rope_is_taken"]\ntitle = "Wet knots"\n'
    )
    write_roster(pytester.path, folder)
    assert base.exists()
    return folder


def run(pytester: pytest.Pytester, *args: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess(
        "--cloudlab-as", "alice", "--cloudlab-retry", "0", "-rA", "-W", "error", *args
    )


@pytest.mark.usefixtures("lab")
def test_the_base_s_checks_are_judged_for_the_variant(pytester: pytest.Pytester) -> None:
    """With the base's fixtures and its modules' marks, into the variant's own part of the journal."""
    result = run(pytester, "wet_knots")
    result.assert_outcomes(passed=1, failed=1)
    assert "It is small." in result.stdout.str()
    journal = Journal(pytester.path / ".cloudlab" / "journal.sqlite")
    try:
        found = {one.check: one.verdict for one in journal.observations("wet-knots", "sailors", "alice")}
    finally:
        journal.close()
    assert found == {"test_knot_holds": "passed", "test_knot_is_big": "failed"}


@pytest.mark.usefixtures("lab")
def test_one_check_is_named_as_it_is_shown(pytester: pytest.Pytester) -> None:
    """The node id that pytest shows is one that it takes."""
    result = run(pytester, "wet_knots/lab.toml::test_knot_holds")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["PASSED wet_knots/lab.toml::test_knot_holds"])


def test_fixtures_of_its_own_take_the_place_of_the_base_s(pytester: pytest.Pytester, lab: Path) -> None:
    (lab / "conftest.py").write_text(FIXTURES.replace("water", "oil"))
    result = run(pytester, "wet_knots/lab.toml::test_knot_holds")
    result.assert_outcomes(failed=1)
    assert "The knot is red oil." in result.stdout.str()


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('base = "gnots"', "base: there is no lab 'gnots'"),
        ('base = "knots"\nleave_out = ["test_x"]', "no check and no checked step 'test_x'"),
    ],
)
def test_a_wrong_variant_is_an_error_of_collection(
    pytester: pytest.Pytester, lab: Path, toml: str, said: str
) -> None:
    """In words, and without a traceback: nothing passes that was never collected."""
    (lab / "lab.toml").write_text(toml)
    result = run(pytester, "wet_knots")
    assert result.ret == 2
    assert said in result.stdout.str()
    assert "Traceback" not in result.stdout.str()


@pytest.mark.usefixtures("lab")
def test_base_and_variant_are_two_labs(pytester: pytest.Pytester) -> None:
    result = run(pytester, "knots", "wet_knots")
    assert result.ret == 4
    assert "several labs at once: knots, wet_knots" in result.stderr.str()
