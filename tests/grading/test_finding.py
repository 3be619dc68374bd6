"""What each way to end means. The line between "wrong" and "could not look" is drawn here."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.errors import (
    CouldNotLook,
    Forbidden,
    NotFound,
    TargetLost,
    TimedOut,
    TooMuch,
    Unreachable,
    UsageError,
)
from pytest_cloudlab.grading.finding import Finding, finding_of
from pytest_cloudlab.model import Verdict


def found(error: BaseException | None) -> Finding:
    """The finding, this folder being the lab's."""
    return finding_of(error, lab=Path(__file__).parent)


def test_no_error_has_passed() -> None:
    assert found(None).verdict is Verdict.PASSED


@pytest.mark.parametrize("kind", [CouldNotLook, TargetLost, TimedOut, TooMuch, Unreachable])
def test_could_not_look_is_inconclusive_and_worth_another_try(kind: type[CouldNotLook]) -> None:
    """Never failed, whichever kind it is."""
    finding = found(kind("no answer", remedy="wait"))
    assert (finding.verdict, finding.message, finding.remedy) == (Verdict.INCONCLUSIVE, "no answer", "wait")
    assert finding.again


def test_forbidden_is_inconclusive_and_does_not_mend_by_waiting() -> None:
    finding = found(Forbidden("no credentials"))
    assert finding.verdict is Verdict.INCONCLUSIVE
    assert not finding.again


def test_a_thing_that_is_not_there_has_failed() -> None:
    """The place answered; asking again would not help."""
    finding = found(NotFound("no VM of that name"))
    assert finding.verdict is Verdict.FAILED
    assert not finding.again


def test_a_mistake_in_a_file_is_not_the_student_s() -> None:
    assert found(UsageError("teams.toml: …")).verdict is Verdict.INCONCLUSIVE


def test_a_broken_check_is_inconclusive_and_keeps_its_traceback() -> None:
    """A bug in a check costs nobody a point; whoever keeps the lab can find it."""
    try:
        {}["digest"]
    except KeyError as error:
        finding = found(error)
    assert finding.verdict is Verdict.INCONCLUSIVE
    assert "the check itself broke: KeyError" in finding.message
    assert "test_finding.py" in finding.traceback
    assert not finding.again


def test_an_assertion_says_the_check_s_own_words() -> None:
    """What pytest's rewriting adds below them is for programmers."""
    with pytest.raises(AssertionError) as caught:
        raise AssertionError("USER is 'x'.\nassert 'x' == 'y'\n  + x")
    finding = found(caught.value)
    assert (finding.verdict, finding.message) == (Verdict.FAILED, "USER is 'x'.")


def test_an_assertion_of_anybody_else_is_not_the_student_s() -> None:
    """Only what the lab's own code asserts is about the work; other assertions are about their authors."""
    with pytest.raises(AssertionError) as caught:
        exec("assert 1 == 2")  # noqa: S102 - a frame of no file of the lab
    assert found(caught.value).verdict is Verdict.INCONCLUSIVE


def test_pytest_fail_is_a_failure() -> None:
    with pytest.raises(pytest.fail.Exception) as caught:
        pytest.fail("no")
    assert found(caught.value).verdict is Verdict.FAILED
