"""What measured values have to be is judged with the check, by pytest's own report as by ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.journal import Journal
from pytest_cloudlab.model import Observation
from tests.labs import LAB, ROSTER, write_lab, write_roster

CHECKS = '''
import pytest

pytestmark = pytest.mark.step("1")


@pytest.mark.outcome(at_least={"length_m": "rope.length_m"})
def test_rope_is_long(measure):
    """Your rope is long.

    Splice another one to it.
    """
    from pathlib import Path
    said = (Path(__file__).parent.parent / "length").read_text().split()
    if said:
        measure(length_m=float(said[0]), colour="red")
    assert "cut" not in said, "It is cut."


@pytest.mark.outcome(needs="test_rope_is_long")
def test_rope_is_tied():
    """Your rope is tied."""
'''
PARAMETERS = """
import msgspec


class Rope(msgspec.Struct, frozen=True):
    length_m: float


class Parameters(msgspec.Struct, frozen=True):
    rope: Rope
"""


@pytest.fixture
def folder(pytester: pytest.Pytester) -> Path:
    modules = {"test_1.py": CHECKS, "parameters.py": PARAMETERS}
    write_roster(pytester.path, write_lab(pytester.path, modules, toml=LAB + "\n[rope]\nlength_m = 2.5\n"))
    return pytester.path


def run(pytester: pytest.Pytester, length: str) -> pytest.RunResult:
    (pytester.path / "length").write_text(length)
    return pytester.runpytest_subprocess("knots", "--cloudlab-as", "alice", "--cloudlab-retry", "0")


def observed(folder: Path) -> Observation:
    """The newest of the rope's length."""
    journal = Journal(folder / ".cloudlab" / "journal.sqlite")
    try:
        ones = journal.observations("knots", "sailors", "alice")
        return [one for one in ones if one.check == "test_rope_is_long"][-1]
    finally:
        journal.close()


def test_a_value_out_of_bounds_fails_the_check(pytester: pytest.Pytester, folder: Path) -> None:
    """In words, with the hint; and what needs it waits."""
    result = run(pytester, "2.4")
    result.assert_outcomes(failed=1, skipped=1)
    result.stdout.fnmatch_lines(["length_m: found 2.4, expected at least 2.5.", "Splice another one to it."])
    one = observed(folder)
    assert (one.verdict, one.missed, one.measured["length_m"]) == ("failed", ("length_m",), 2.4)


def test_a_value_within_its_bounds_passes(pytester: pytest.Pytester, folder: Path) -> None:
    run(pytester, "2.5").assert_outcomes(passed=2)
    assert observed(folder).missed == ()


def test_the_course_may_set_another_limit(pytester: pytest.Pytester, folder: Path) -> None:
    """In its roster, as for any parameter."""
    roster = ROSTER + "\n[parameters.rope]\nlength_m = 9.0\n"
    write_roster(folder, folder / "knots", roster)
    run(pytester, "2.5").assert_outcomes(failed=1, skipped=1)
    assert observed(folder).message == "length_m: found 2.5, expected at least 9.0."


def test_what_the_check_says_itself_comes_first(pytester: pytest.Pytester, folder: Path) -> None:
    """Then no other limit can make it pass."""
    run(pytester, "2.4 cut").assert_outcomes(failed=1, skipped=1)
    one = observed(folder)
    assert (one.message, one.missed) == ("It is cut.", ())


def test_a_check_that_does_not_measure_is_broken(pytester: pytest.Pytester, folder: Path) -> None:
    """Which is not the student's fault: inconclusive."""
    run(pytester, "").assert_outcomes(errors=1, skipped=1)
    one = observed(folder)
    assert (one.verdict, one.message) == ("inconclusive", "the check did not measure length_m")
