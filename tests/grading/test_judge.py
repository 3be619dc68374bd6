"""What may be asked now, and what is written down of it."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_cloudlab.assignment import assign
from pytest_cloudlab.grading.finding import Finding
from pytest_cloudlab.grading.judge import Judge
from pytest_cloudlab.model import Check, Observation, Verdict
from pytest_cloudlab.redaction import MARK, register_secret
from pytest_cloudlab.roster import load_roster
from tests.labs import write_lab, write_roster

TAKEN = Check("test_taken", "You took a rope.", "", "1")
LONG = Check("test_long", "Your rope is long.", "", "1", needs=("test_taken",))
TIED = Check("test_tied", "It is tied.", "", "1", needs=("test_long",))
AWAY = Check("test_away", "It is put away.", "", "2", needs=("test_taken",), holds="at_end")
FLOATS = Check("test_floats", "It floats.", "", "2", acts=True)
CHECKS = (TAKEN, LONG, TIED, AWAY, FLOATS)


class Bench:
    """A judge, and all it wrote down; a second one takes it from there."""

    def __init__(self, folder: Path) -> None:
        lab = write_lab(folder, {})
        self.assignment = assign(*load_roster(write_roster(folder, lab)), "alice")
        self.written: list[Observation] = []
        self._runs = itertools.count(1)

    def judge(self, **how: Any) -> Judge:
        how = {"run": f"r{next(self._runs)}"} | how
        return Judge(self.assignment, CHECKS, tuple(self.written), self.written.append, **how)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def found(judge: Judge, check: Check, verdict: Verdict, **more: Any) -> Observation:
    return judge.observe(check, Finding(verdict, "seen"), duration_s=0.1, **more)


def kind(judge: Judge, check: Check) -> str:
    ruling = judge.rule(check)
    return ruling.kind if ruling else ""


def test_what_was_achieved_is_not_asked_again(bench: Bench) -> None:
    """Not in this run and not in the next, unless that is asked for; a later failure takes nothing away."""
    first = bench.judge()
    assert kind(first, TAKEN) == ""
    found(first, TAKEN, Verdict.PASSED)
    for judge in (first, bench.judge()):
        ruling = judge.rule(TAKEN)
        assert ruling
        assert ruling.kind == "achieved"
        assert ruling.reason.startswith(f"achieved {bench.written[0].at:%Y-%m-%d}")
    again = bench.judge(again=True)
    assert kind(again, TAKEN) == ""
    found(again, TAKEN, Verdict.FAILED)
    assert again.standings["test_taken"].verdict is Verdict.PASSED
    assert kind(again, LONG) == ""


def test_a_session_goes_on_where_one_of_the_same_run_was_killed(bench: Bench) -> None:
    """What that one had looked at is not looked at twice, nor is it said twice what waits; the rest is asked.
    Another run asks again what failed."""
    first = bench.judge(run="r", again=True)
    found(first, TAKEN, Verdict.FAILED)
    assert kind(first, LONG) == "waits"
    before = list(bench.written)
    resumed = bench.judge(run="r", again=True)
    assert kind(resumed, TAKEN) == "judged"
    assert kind(resumed, LONG) == "waits"
    assert bench.written == before
    assert kind(bench.judge(), TAKEN) == ""
    bench.written[0] = replace(bench.written[0], verdict=Verdict.INCONCLUSIVE)
    assert kind(bench.judge(run="r"), TAKEN) == ""


def test_what_a_receipt_says_is_looked_at_all_the_same(bench: Bench) -> None:
    """And what needs it may be asked meanwhile."""
    found(bench.judge(), TAKEN, Verdict.PASSED)
    bench.written[:] = [replace(bench.written[0], source="receipt")]
    judge = bench.judge()
    assert judge.standings["test_taken"].verdict is Verdict.PASSED
    assert kind(judge, TAKEN) == ""
    assert kind(judge, LONG) == ""


def test_what_was_set_is_not_asked_again(bench: Bench) -> None:
    """When it is set as achieved; nothing seen later changes what was set."""
    found(bench.judge(), TAKEN, Verdict.FAILED)
    bench.written.append(replace(bench.written[0], verdict=Verdict.PASSED, source="override"))
    assert kind(bench.judge(), TAKEN) == "achieved"
    again = bench.judge(again=True)
    found(again, TAKEN, Verdict.FAILED)
    assert again.standings["test_taken"].verdict is Verdict.PASSED


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.INCONCLUSIVE])
def test_what_was_not_achieved_is_asked_again(bench: Bench, verdict: Verdict) -> None:
    found(bench.judge(), TAKEN, verdict)
    assert kind(bench.judge(), TAKEN) == ""


def test_the_cleanup_is_due_at_the_end_only(bench: Bench) -> None:
    """And then judged every time: what was clean may be dirty again."""
    judge = bench.judge()
    found(judge, TAKEN, Verdict.PASSED)
    assert kind(judge, AWAY) == "not due"
    final = bench.judge(final=True)
    assert kind(final, AWAY) == ""
    found(final, AWAY, Verdict.PASSED)
    assert kind(final, AWAY) == ""


def test_what_would_change_something_is_asked_only_when_told_to(bench: Bench) -> None:
    assert kind(bench.judge(), FLOATS) == "would act"
    assert kind(bench.judge(act=True), FLOATS) == ""
    assert bench.written == [], "neither is an observation"


@pytest.mark.parametrize(
    ("of_need", "waits_as"),
    [
        (Verdict.FAILED, Verdict.BLOCKED),
        (Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE),
        (None, Verdict.BLOCKED),
    ],
)
def test_what_waits_names_where_it_starts(bench: Bench, of_need: Verdict | None, waits_as: Verdict) -> None:
    """Two needs deep, the first thing to get right is still the one that is named and written down."""
    judge = bench.judge()
    if of_need:
        found(judge, TAKEN, of_need)
    for check in (LONG, TIED):
        ruling = judge.rule(check)
        assert ruling
        assert (ruling.kind, ruling.reason) == ("waits", "waits for: You took a rope.")
        last = bench.written[-1]
        assert (last.check, last.verdict, last.waits_for) == (check.name, waits_as, "test_taken")


def test_what_waited_is_asked_once_its_need_stands(bench: Bench) -> None:
    judge = bench.judge()
    assert kind(judge, LONG) == "waits"
    found(judge, TAKEN, Verdict.PASSED)
    assert kind(judge, LONG) == ""


def test_an_observation_is_the_member_s_and_holds_no_secret(bench: Bench) -> None:
    """Message, remedy and every text among the measured values, however deep; the rest stays as it is."""
    register_secret("judge-s-own-secret")
    judge = bench.judge()
    leak = "a judge-s-own-secret b"
    measured = {"text": leak, "deep": [{3: (leak, 7)}], "n": 1.5, "none": None, "yes": True}
    one = judge.observe(TAKEN, Finding(Verdict.FAILED, leak, leak), duration_s=1, measured=measured)
    clean = f"a {MARK} b"
    assert (one.message, one.remedy) == (clean, clean)
    assert one.measured == {
        "text": clean, "deep": [{"3": [clean, 7]}], "n": 1.5, "none": None, "yes": True,
    }  # fmt: skip
    assert (one.lab, one.team, one.member, one.run) == ("knots", "sailors", "alice", "r1")
    assert bench.written == [one]


def test_the_name_of_a_measured_value_holds_no_secret(bench: Bench) -> None:
    """A container's variables are measured by their names, and a name may be anything."""
    one = found(bench.judge(), TAKEN, Verdict.PASSED, measured={"env": {"token=abcdef123456": 1}})
    assert "abcdef123456" not in str(one.measured)
