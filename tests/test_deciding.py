"""The few observations that decide come to the same as all of them."""

from __future__ import annotations

import contextlib
import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pytest_cloudlab.bounds import Bound
from pytest_cloudlab.journal import Journal
from pytest_cloudlab.journal.deciding import DECIDING
from pytest_cloudlab.model import Check, Observation, Verdict
from pytest_cloudlab.standing import standings

AT = datetime(2025, 11, 21, 9, 0, tzinfo=UTC)
LIMIT = Bound("accuracy", "at_least", limit=0.5)
CHECKS = (
    Check("test_ever", "Ever", "", "1"),
    Check("test_end", "At the end", "", "1", holds="at_end", needs=("test_ever",)),
    Check("test_good", "Good", "", "1", bounds=(LIMIT,)),
    Check("test_stays_good", "Stays good", "", "1", holds="at_end", bounds=(LIMIT,)),
    Check("test_never", "Never asked", "", "1", needs=("test_end",)),
)
UNBOUNDED = tuple(Check(one.name, one.title, "", "1", holds=one.holds) for one in CHECKS)


def history(chance: random.Random) -> list[Observation]:
    """Anything that can be in a journal, in any order."""
    return [observation(chance) for _ in range(chance.randrange(30))]


def observation(chance: random.Random) -> Observation:
    check = chance.choice(["test_ever", "test_end", "test_good", "test_stays_good", "test_gone"])
    verdict = chance.choice(list(Verdict))
    missed = verdict is Verdict.FAILED and chance.random() < 0.5
    return Observation(
        lab="be",
        team="t",
        member=chance.choice(["m", "m", "m", "n"]),
        check=check,
        verdict=verdict,
        message="",
        at=AT + timedelta(minutes=chance.randint(-9, 9)),
        duration_s=0.0,
        waits_for="test_ever" if verdict is Verdict.BLOCKED else "",
        measured=chance.choice([{}, {"accuracy": 0.4}, {"accuracy": 0.6}]),
        missed=("accuracy",) if missed else (),
        source=chance.choice(["", "", "", "", "", "receipt", "override", "withdrawal"]),
    )


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    journal = Journal(tmp_path_factory.mktemp("deciding") / "journal")
    yield journal
    journal.close()


@pytest.mark.parametrize("seed", range(300))
def test_they_come_to_the_same_standings(kept: Journal, seed: int) -> None:
    """With and without limits, receipts and what was set by hand, whatever the history."""
    chance = random.Random(seed)  # noqa: S311 - histories, no secrets
    lab = f"lab-{seed}"
    kept.append(*(replace(one, lab=lab) for one in history(chance)))
    for member, checks, final in itertools.product(("m", "n", "nobody"), (CHECKS, UNBOUNDED), (False, True)):
        few = list(kept.deciding(lab, "t", member, checks))
        every = list(kept.observations(lab, "t", member))
        assert standings(checks, few, final=final) == standings(checks, every, final=final)


def test_they_are_few_however_long_the_history(tmp_path: Path) -> None:
    """Six of a check at most, where no limit decides."""
    with contextlib.closing(Journal(tmp_path / "j")) as journal:
        for number in range(500):
            verdict = list(Verdict)[number * 7 % 4]
            journal.append(Observation("be", "t", "m", "test_ever", verdict, "", AT, 0.0))
        assert len(list(journal.deciding("be", "t", "m", CHECKS))) <= 6


def test_they_are_found_without_reading_the_others(tmp_path: Path) -> None:
    """Every look is a step into an index."""
    with contextlib.closing(Journal(tmp_path / "j")) as journal:
        whose = {"lab": "be", "team": "t", "member": "m", "names": "[]", "bounded": "[]"}
        plan = [row[3] for row in journal._connection.execute(f"explain query plan {DECIDING}", whose)]
    looks = [line for line in plan if "observations" in line or " one " in line]
    assert len(looks) >= 5
    assert all("USING INDEX observations_" in line for line in looks), plan
