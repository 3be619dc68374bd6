"""The fold from observations to standings, cards and exit codes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.model import Check, Lab, Member, Observation, Standing, Step, Team, Verdict
from pytest_cloudlab.standing import (
    Card,
    card_of,
    check_needs_graph,
    exit_code,
    judge_needs,
    standings,
    state_of,
)

PASSED, FAILED, BLOCKED, INCONCLUSIVE = Verdict.PASSED, Verdict.FAILED, Verdict.BLOCKED, Verdict.INCONCLUSIVE
START = datetime(2025, 11, 21, 9, 0, tzinfo=UTC)

BUILD = Check("test_build", "Built", "", "1", points=2)
SHIP = Check("test_ship", "Shipped", "", "2", points=3, needs=("test_build",))
RUN = Check("test_run", "Runs", "", "2", needs=("test_ship",))
CLEAN = Check("test_clean", "Clean", "", "3", points=4, needs=("test_run",), holds="at_end")
CHECKS = (BUILD, SHIP, RUN, CLEAN)
LAB = Lab("be", "BE", "http://page/", tuple(Step(n, n, f"#{n}") for n in "0123"), (), None, "/lab")


def seen(check: Check, *verdicts: Verdict) -> list[Observation]:
    """One observation each minute, its minute as the message."""
    return [
        Observation("be", "t", "m", check.name, verdict, str(i), START + timedelta(minutes=i), 0.1)
        for i, verdict in enumerate(verdicts)
    ]


def known(**verdicts: Verdict | None) -> dict[str, Standing]:
    return {check.name: Standing(check, verdicts.get(check.title.lower())) for check in CHECKS}


def card(*observations: list[Observation], final: bool = False) -> Card:
    member = Member("m", "M")
    together = [one for ones in observations for one in ones]
    return card_of(LAB, Team("t", (member,)), member, CHECKS, together, final=final)


@pytest.mark.parametrize(
    ("verdicts", "stands", "decided_by"),
    [
        ((FAILED, PASSED, FAILED, PASSED), PASSED, "1"),
        ((PASSED, INCONCLUSIVE), PASSED, "0"),
        ((FAILED, INCONCLUSIVE), INCONCLUSIVE, "1"),
        ((FAILED, BLOCKED), BLOCKED, "1"),
    ],
)
def test_an_ever_check_stands_by_its_first_success(
    verdicts: tuple[Verdict, ...], stands: Verdict, decided_by: str
) -> None:
    """The first success stands for good, with its own observation; without one the latest decides."""
    standing = standings([BUILD], seen(BUILD, *verdicts), final=False)["test_build"]
    assert standing.verdict is stands
    assert standing.observation is not None
    assert standing.observation.message == decided_by


def test_an_at_end_check_is_judged_only_at_the_end_and_by_the_latest() -> None:
    """Before the end it has no verdict, whatever was seen; at the end an early success does not count."""
    observations = seen(CLEAN, PASSED, FAILED)
    early = standings([CLEAN], observations, final=False)["test_clean"]
    assert early.verdict is None
    assert early.observation is None
    late = standings([CLEAN], observations, final=True)["test_clean"]
    assert late.verdict is FAILED
    assert standings([CLEAN], seen(CLEAN, FAILED, PASSED), final=True)["test_clean"].verdict is PASSED


@pytest.mark.parametrize("unknown", [INCONCLUSIVE, BLOCKED])
def test_an_outage_takes_no_cleanup_away(unknown: Verdict) -> None:
    """What was seen clean stays so until somebody looks again; what was not, may have been cleaned since."""
    assert standings([CLEAN], seen(CLEAN, PASSED, unknown), final=True)["test_clean"].verdict is PASSED
    assert standings([CLEAN], seen(CLEAN, FAILED, unknown), final=True)["test_clean"].verdict is unknown


def test_observations_of_other_checks_do_not_count() -> None:
    """A check that the lab no longer has leaves no trace, and one never seen has no verdict."""
    found = standings([BUILD], seen(SHIP, PASSED), final=False)
    assert list(found) == ["test_build"]
    assert found["test_build"].verdict is None


def test_not_due_is_not_not_asked() -> None:
    """An `at_end` check is not due before the end; anything else without a verdict was not asked."""
    assert state_of(Standing(CLEAN, None), final=False) == "not due"
    assert state_of(Standing(CLEAN, None), final=True) == "not asked"
    assert state_of(Standing(BUILD, None), final=False) == "not asked"


@pytest.mark.parametrize(
    ("check", "verdicts", "expected"),
    [
        (BUILD, {}, None),
        (SHIP, {"built": PASSED}, None),
        (SHIP, {"built": FAILED}, (BLOCKED, BUILD)),
        (SHIP, {"built": None}, (BLOCKED, BUILD)),
        (SHIP, {"built": INCONCLUSIVE}, (INCONCLUSIVE, BUILD)),
        (RUN, {"built": FAILED, "shipped": BLOCKED}, (BLOCKED, BUILD)),
        (RUN, {"built": FAILED, "shipped": None}, (BLOCKED, BUILD)),
        (RUN, {"built": FAILED, "shipped": FAILED}, (BLOCKED, SHIP)),
        (RUN, {"built": INCONCLUSIVE, "shipped": INCONCLUSIVE}, (INCONCLUSIVE, BUILD)),
        # What blocked it has been fixed since, so the check in between is the thing to ask again.
        (RUN, {"built": PASSED, "shipped": BLOCKED}, (BLOCKED, SHIP)),
        # It passed once; what it needed then does not matter any more.
        (RUN, {"built": FAILED, "shipped": PASSED}, None),
    ],
)
def test_needs_are_followed_to_where_they_start(
    check: Check, verdicts: dict[str, Verdict | None], expected: tuple[Verdict, Check] | None
) -> None:
    """What a check waits for is the root of the trouble, not the neighbour it happens to need."""
    assert judge_needs(check, known(**verdicts)) == expected


def test_blocked_wins_over_inconclusive() -> None:
    """With one need failed and another unjudged, the one that the student can fix is named."""
    other = Check("test_other", "Other", "", "1")
    both = Check("test_both", "Both", "", "2", needs=("test_build", "test_other"))
    stand = {
        "test_build": Standing(BUILD, INCONCLUSIVE),
        "test_other": Standing(other, FAILED),
        "test_both": Standing(both, None),
    }
    assert judge_needs(both, stand) == (BLOCKED, other)


def test_the_first_failed_in_lab_order_is_named() -> None:
    """Of two failed needs the one that comes first in the lab, whatever order the needs are written in;
    and a failed one before one that was not asked."""
    first, second = Check("test_a", "A", "", "1"), Check("test_b", "B", "", "1")
    both = Check("test_both", "Both", "", "2", needs=("test_b", "test_a"))
    stand = {"test_a": Standing(first, FAILED), "test_b": Standing(second, FAILED)}
    assert judge_needs(both, stand) == (BLOCKED, first)
    assert judge_needs(both, {**stand, "test_a": Standing(first, None)}) == (BLOCKED, second)


def test_a_need_that_names_nothing_is_refused() -> None:
    """With the name that was probably meant."""
    with pytest.raises(UsageError) as caught:
        check_needs_graph([BUILD, Check("test_x", "X", "", "1", needs=("test_biuld",))])
    assert "test_x" in caught.value.message
    assert "'test_build'" in caught.value.remedy
    check_needs_graph(CHECKS)


def test_a_circle_of_needs_is_printed() -> None:
    """Only the circle itself, in its order, and a check that needs itself is one."""
    a = Check("test_a", "A", "", "1", needs=("test_b",))
    b = Check("test_b", "B", "", "1", needs=("test_c",))
    c = Check("test_c", "C", "", "1", needs=("test_b",))
    with pytest.raises(UsageError, match="test_b -> test_c -> test_b"):
        check_needs_graph([a, b, c])
    with pytest.raises(UsageError, match="test_a -> test_a"):
        check_needs_graph([Check("test_a", "A", "", "1", needs=("test_a",))])


def test_a_card_counts_every_standing_once() -> None:
    """Counts and points add up to the lab, and points come only from what is achieved."""
    one = card(seen(BUILD, PASSED), seen(SHIP, INCONCLUSIVE), seen(CLEAN, PASSED))
    assert (one.achieved, one.to_fix, one.waiting, one.unjudged, one.not_asked, one.not_due) == (
        1,
        0,
        0,
        1,
        1,
        1,
    )
    assert (one.points, one.possible) == (2, 10)
    assert one.worst == "inconclusive"
    final = card(seen(BUILD, PASSED), seen(CLEAN, PASSED), final=True)
    assert (final.points, final.not_due) == (6, 0)


def test_a_card_groups_by_step_and_leaves_out_empty_ones() -> None:
    """Steps come in the lab's order, each with its own sums."""
    steps = card(seen(BUILD, PASSED), seen(SHIP, FAILED), seen(RUN, BLOCKED)).steps
    assert [step.step.number for step in steps] == ["1", "2", "3"]
    assert [(step.points, step.possible, step.worst) for step in steps] == [
        (2, 2, "passed"),
        (0, 4, "failed"),
        (0, 4, "not due"),
    ]


@pytest.mark.parametrize(
    ("observations", "expected"),
    [
        ([seen(BUILD, PASSED), seen(SHIP, FAILED), seen(RUN, BLOCKED)], SHIP),
        ([seen(BUILD, PASSED), seen(RUN, BLOCKED)], SHIP),
        ([seen(BUILD, PASSED), seen(SHIP, INCONCLUSIVE)], None),
        ([seen(BUILD, PASSED), seen(SHIP, PASSED), seen(RUN, BLOCKED)], RUN),
    ],
)
def test_the_next_thing_to_do(observations: list[list[Observation]], expected: Check | None) -> None:
    """The first failed check, else what the first blocked one waits for, else nothing."""
    assert card(*observations).next_check == expected


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ([PASSED], 0),
        ([], 0),
        ([PASSED, INCONCLUSIVE], 3),
        ([INCONCLUSIVE, BLOCKED], 1),
        ([PASSED, INCONCLUSIVE, FAILED], 1),
    ],
)
def test_exit_codes(verdicts: list[Verdict], code: int) -> None:
    """Worst wins: 1 before 3 before 0."""
    cards = [card(*(seen(check, v) for check, v in zip(CHECKS, verdicts, strict=False))), card()]
    assert exit_code(cards) == code
