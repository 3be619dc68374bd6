"""A file of verdicts set by hand: read whole or not at all, and set once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.grading.overrides import Override, in_force, observations_of, read_overrides
from pytest_cloudlab.model import Check, Lab, Observation, Roster, Verdict
from pytest_cloudlab.roster import load_roster
from tests.labs import write_lab, write_roster

CHECKS = (Check("test_taken", "You took a rope", "", "1"), Check("test_tied", "Your knot holds", "", "1.1"))
HEADER = "member,check,verdict,reason,who\n"


@pytest.fixture
def course(tmp_path: Path) -> tuple[Lab, Roster]:
    return load_roster(write_roster(tmp_path, write_lab(tmp_path, {})))


def read(folder: Path, course: tuple[Lab, Roster], text: str | bytes) -> tuple[Override, ...]:
    file = folder / "overrides.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_overrides(file, course[1], CHECKS)


def test_a_row_sets_one_check_of_one_member(tmp_path: Path, course: tuple[Lab, Roster]) -> None:
    """With who and why; `as seen` takes it back."""
    text = f'{HEADER}alice,test_taken,passed,"I saw it, it was down",Ada\nbob,test_tied,As seen,oops,Ada'
    first, second = read(tmp_path, course, text)
    assert first == Override("alice", "test_taken", Verdict.PASSED, "I saw it, it was down", "Ada", 2)
    assert first.message == "set by Ada: I saw it, it was down"
    assert (second.verdict, second.source, second.line) == (None, "withdrawal", 3)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffmember;check;verdict;reason;who\r\nalice;test_taken;passed;saw it;Ada\r\n",
        "Who,Reason,Verdict,Check,Member\nAda,saw it,PASSED,test_taken,alice\n\n,,,,\n",
        "member\tcheck\tverdict\treason\twho\nalice\ttest_taken\tpassed\t saw\tAda\n".replace(
            " saw", "saw it"
        ),
        HEADER + "alice,test_taken,passed,saw it,Ada\n" * 2,
    ],
    ids=["Excel in Europe", "any order", "tabs", "the same twice"],
)
def test_a_spreadsheet_may_have_saved_it(tmp_path: Path, course: tuple[Lab, Roster], text: str) -> None:
    (one,) = read(tmp_path, course, text)
    assert (one.member, one.check, one.verdict, one.reason, one.who) == (
        "alice",
        "test_taken",
        "passed",
        "saw it",
        "Ada",
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("alicia,test_taken,passed,saw it,Ada", "line 3: there is no member 'alicia'\nDid you mean 'alice'?"),
        (
            "alice,test_take,passed,saw it,Ada",
            "line 3: the lab has no check 'test_take'\nDid you mean 'test_taken'?",
        ),
        (
            "alice,test_taken,pass,saw it,Ada",
            "its verdict is 'pass', expected passed, failed,",
        ),
        ("alice,test_taken,blocked,saw it,Ada", "its verdict is 'blocked'"),
        ("alice,test_taken,passed,,Ada", "its reason has 0 characters, expected 1 to 500"),
        ("alice,test_taken,passed,\x1b[0m \u202e,Ada", "its reason has 0 characters"),
        ("alice,test_taken,passed,saw it, ", "its who has 0 characters"),
        (f"alice,test_taken,passed,{'x' * 600},Ada", "its reason has 600 characters"),
        ("bob,test_tied,failed,no,Ada", "line 3: test_tied of bob is set to something else in line 2"),
        ("alice,test_taken,passed,saw it,Ada,", ""),
        ("alice,test_taken,passed,saw it,Ada,more", "line 3: found 6 cells"),
    ],
)
def test_a_wrong_row_is_named_and_none_is_set(
    tmp_path: Path, course: tuple[Lab, Roster], row: str, said: str
) -> None:
    text = f"{HEADER}bob,test_tied,passed,saw it,Ada\n{row}\n"
    if not said:
        assert len(read(tmp_path, course, text)) == 2
        return
    with pytest.raises(UsageError) as caught:
        read(tmp_path, course, text)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("member,check,verdict,reason\nalice,test_taken,passed,saw it", "expected member, check, verdict"),
        ("member,check,verdict,reason,who,points\n", "its columns are member, check"),
        ("", "there is nothing in it"),
        (b"\x00\xff\x00", "NUL"),
        (b"PK\x03\x04 xl/", "an Excel workbook, no CSV"),
    ],
)
def test_another_file_is_told_apart(
    tmp_path: Path, course: tuple[Lab, Roster], text: str | bytes, said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, course, text)
    assert said in str(caught.value)


def test_setting_the_same_again_adds_nothing(tmp_path: Path, course: tuple[Lab, Roster]) -> None:
    """Not after a later look either; something else does, and so does taking it back, once."""
    lab, roster = course
    team, alice = roster.find("alice")
    past: list[Observation] = []

    def given(row: str) -> list[Observation]:
        rows = read(tmp_path, course, f"{HEADER}{row}\nbob,test_tied,passed,saw it,Ada\n")
        added = observations_of(rows, lab, team, alice, past)
        past.extend(added)
        return added

    assert given("alice,test_taken,as seen,never set,Ada") == []
    (one,) = given("alice,test_taken,passed,saw it,Ada")
    assert (one.member, one.check, one.verdict, one.source, one.said_by) == (
        "alice",
        "test_taken",
        "passed",
        "override",
        "Ada",
    )
    past.append(replace(one, verdict=Verdict.FAILED, source="", said_by=""))
    assert given("alice,test_taken,passed,saw it,Ada") == []
    assert len(given("alice,test_taken,passed,saw it,Grace")) == 1
    assert list(in_force(past)) == ["test_taken"]
    assert [one.source for one in given("alice,test_taken,as seen,my mistake,Grace")] == ["withdrawal"]
    assert in_force(past) == {}
    assert given("alice,test_taken,as seen,my mistake,Grace") == []
