"""The fold from observations to standings, cards and exit codes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pytest_cloudlab.bounds import Bound
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.model import Check, Lab, Member, Observation, Source, Standing, Step, Team, Verdict
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


TRAINED = Check("test_trained", "Trained", "", "1", bounds=(Bound("accuracy", "at_least", "", 0.95),))


def trained(*accuracies: float | None, **more: Any) -> list[Observation]:
    """Observations as they were judged by a limit of 0.95."""
    ones = []
    for accuracy in accuracies:
        measured = {} if accuracy is None else {"accuracy": accuracy}
        missed = () if accuracy is None or accuracy >= 0.95 else ("accuracy",)
        (one,) = seen(TRAINED, FAILED if missed else PASSED)
        ones.append(replace(one, measured=measured, missed=missed, **more))
    return ones


def by_limit(limit: float | None, ones: list[Observation]) -> Standing:
    bounds = () if limit is None else (Bound("accuracy", "at_least", "", limit),)
    return standings([replace(TRAINED, bounds=bounds)], ones, final=False)["test_trained"]


@pytest.mark.parametrize(
    ("accuracies", "limit", "stands"),
    [
        ((0.93,), 0.95, FAILED),
        ((0.93,), 0.9, PASSED),
        ((0.93,), None, PASSED),
        ((0.96,), 0.97, FAILED),
        ((0.93, 0.98), 0.97, PASSED),
        ((0.98, 0.93), 0.97, PASSED),
        ((None,), 0.97, PASSED),
    ],
)
def test_a_verdict_follows_the_limit_as_it_is_now(
    accuracies: tuple[float | None, ...], limit: float | None, stands: Verdict
) -> None:
    """From what was measured, years later; what was not measured stands as it was judged."""
    assert by_limit(limit, trained(*accuracies)).verdict is stands


def test_the_message_follows_the_limit_too() -> None:
    failed = by_limit(0.97, trained(0.96)).observation
    assert failed is not None
    assert failed.message == "accuracy: found 0.96, expected at least 0.97."
    passed = by_limit(0.9, trained(0.93, message="accuracy: found 0.93, expected at least 0.95.")).observation
    assert passed is not None
    assert passed.message == ""


@pytest.mark.parametrize("verdict", [FAILED, BLOCKED, INCONCLUSIVE])
def test_no_limit_makes_up_for_what_the_check_itself_found(verdict: Verdict) -> None:
    """A file that is no model has an accuracy too, perhaps; lowering the limit does not make it one."""
    ones = trained(0.99, verdict=verdict, message="It is a text file.")
    stands = by_limit(0.1, ones)
    assert (stands.verdict, stands.observation) == (verdict, ones[0])


def told(check: Check, *verdicts: Verdict) -> list[Observation]:
    return [replace(one, source="receipt") for one in seen(check, *verdicts)]


@pytest.mark.parametrize(
    ("own", "receipt", "stands", "source"),
    [
        ((), (PASSED,), PASSED, "receipt"),
        ((), (FAILED,), FAILED, "receipt"),
        ((), (FAILED, PASSED), PASSED, "receipt"),
        ((INCONCLUSIVE,), (PASSED,), PASSED, "receipt"),
        ((BLOCKED,), (PASSED,), PASSED, "receipt"),
        ((FAILED,), (PASSED,), FAILED, ""),
        ((PASSED,), (FAILED,), PASSED, ""),
        ((INCONCLUSIVE,), (BLOCKED,), INCONCLUSIVE, ""),
        ((FAILED, INCONCLUSIVE), (PASSED,), PASSED, "receipt"),
    ],
)
def test_a_receipt_counts_only_where_nobody_has_looked(
    own: tuple[Verdict, ...], receipt: tuple[Verdict, ...], stands: Verdict, source: str
) -> None:
    """Whether it came in before or after."""
    ours, theirs = seen(BUILD, *own), told(BUILD, *receipt)
    for together in (ours + theirs, theirs + ours):
        standing = standings([BUILD], together, final=False)["test_build"]
        assert standing.verdict is stands
        assert standing.observation is not None
        assert standing.observation.source == source


def test_receipts_may_come_in_any_order() -> None:
    """The first success by its own time; of an end, the latest."""
    first, second = told(CLEAN, PASSED, FAILED)
    for together in ([first, second], [second, first]):
        assert standings([CLEAN], together, final=True)["test_clean"].verdict is FAILED
    assert standings([CLEAN], [first], final=False)["test_clean"].verdict is None


def as_set(check: Check, verdict: Verdict, source: Source = "override") -> list[Observation]:
    return [replace(seen(check, verdict)[0], source=source, said_by="Ada", message="set by Ada: saw it")]


@pytest.mark.parametrize("later", [[PASSED], [FAILED], [INCONCLUSIVE], []])
def test_what_was_set_stands_whatever_is_seen_later(later: list[Verdict]) -> None:
    """Until it is set otherwise, or taken back: then what was seen counts again."""
    ones = seen(BUILD, FAILED) + as_set(BUILD, PASSED) + seen(BUILD, *later)
    assert standings([BUILD], ones, final=False)["test_build"].verdict is PASSED
    again = ones + as_set(BUILD, INCONCLUSIVE)
    assert standings([BUILD], again, final=False)["test_build"].verdict is INCONCLUSIVE
    back = again + as_set(BUILD, INCONCLUSIVE, "withdrawal")
    assert standings([BUILD], back, final=False)["test_build"].verdict is (later or [FAILED])[-1]


def test_what_was_seen_stays_beside_what_was_set() -> None:
    """Its values are needed to judge the end, and whoever reads the report wants to see them."""
    ones = [replace(seen(BUILD, FAILED)[0], measured={"id": "7"}), *as_set(BUILD, PASSED)]
    standing = standings([BUILD], ones, final=False)["test_build"]
    assert standing.observation is not None
    assert (standing.observation.measured, standing.observation.said_by) == ({"id": "7"}, "Ada")


def test_an_end_that_was_set_is_due_at_once() -> None:
    assert standings([CLEAN], as_set(CLEAN, PASSED), final=False)["test_clean"].verdict is PASSED


def waiting(check: Check, verdict: Verdict, waits_for: str) -> list[Observation]:
    return [replace(one, waits_for=waits_for) for one in seen(check, verdict)]


def test_what_waited_was_never_looked_at() -> None:
    """Once what it waited for stands, or is not needed any more, it is nobody's fault and no success."""
    waited = waiting(SHIP, BLOCKED, "test_build")
    for checks, others in [
        (CHECKS, seen(BUILD, PASSED)),
        (CHECKS, seen(BUILD, FAILED) + as_set(BUILD, PASSED)),
        ((BUILD, replace(SHIP, needs=())), seen(BUILD, FAILED)),
        ((replace(SHIP, needs=()),), []),
    ]:
        standing = standings(checks, others + waited, final=False)["test_ship"]
        assert standing.verdict is INCONCLUSIVE
        assert standing.observation is not None
        assert "nobody has looked since" in standing.observation.message
        assert standing.observation.waits_for == ""


def test_what_waits_for_something_else_by_now_says_so() -> None:
    """Through several, as they stand now: a need that waits in vain is itself not judged."""
    ones = seen(BUILD, FAILED) + waiting(SHIP, BLOCKED, "test_build") + waiting(RUN, BLOCKED, "test_build")
    stand = standings(CHECKS, ones, final=False)
    assert [stand[name].verdict for name in ("test_ship", "test_run")] == [BLOCKED, BLOCKED]
    stand = standings(CHECKS, ones + as_set(BUILD, INCONCLUSIVE), final=False)
    assert [stand[name].verdict for name in ("test_ship", "test_run")] == [INCONCLUSIVE, INCONCLUSIVE]
    stand = standings(CHECKS, ones + seen(BUILD, PASSED), final=False)
    assert stand["test_run"].observation is not None
    assert (stand["test_run"].verdict, stand["test_run"].observation.waits_for) == (INCONCLUSIVE, "test_ship")


@pytest.mark.parametrize("verdict", [PASSED, FAILED])
def test_what_was_seen_stays_seen_whatever_it_needs_now(verdict: Verdict) -> None:
    """An outcome that somebody looked at is one, also when what it needs has failed since."""
    ones = seen(SHIP, verdict) + seen(BUILD, FAILED)
    assert standings(CHECKS, ones, final=False)["test_ship"].verdict is verdict


def test_a_part_of_a_lab_is_left_as_it_was_seen() -> None:
    """Where a need is not among the checks, nobody can say whether it stands."""
    waited = waiting(SHIP, BLOCKED, "test_build")
    assert standings([SHIP], waited, final=False)["test_ship"].observation == waited[0]
