"""Where a measurement goes in a document, and what it says about a goal."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.machine import Load
from bench.samples import interleaved, median_between, middle_half
from bench.table import BEGIN, END, at_least, at_most, table, write


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    """The table reads as a table before it is rendered, too."""
    assert table(["what", "ms"], [["a longer one", "4.1"], ["b", "10.25"]]).splitlines() == [
        "| what         | ms    |",
        "|--------------|-------|",
        "| a longer one | 4.1   |",
        "| b            | 10.25 |",
    ]


def test_only_the_part_between_the_marks_is_replaced(tmp_path: Path) -> None:
    """What people wrote around the table stays; writing again leaves one table."""
    document = tmp_path / "performance.md"
    document.write_text(f"before\n\n{BEGIN}\nold\n{END}\n\nafter\n")
    write("new", document)
    write("newest", document)
    assert document.read_text() == f"before\n\n{BEGIN}\n\nnewest\n\n{END}\n\nafter\n"


def test_marks_that_are_missing_are_added(tmp_path: Path) -> None:
    """A new document gets a title and the table; one without marks keeps its text."""
    document = tmp_path / "performance.md"
    write("table", document)
    assert document.read_text() == f"# Performance\n\n{BEGIN}\n\ntable\n\n{END}\n"
    document.write_text("mine\n")
    write("table", document)
    assert document.read_text() == f"mine\n\n{BEGIN}\n\ntable\n\n{END}\n"


def test_a_lost_end_mark_is_an_error(tmp_path: Path) -> None:
    """Nobody's text is taken for the old table."""
    document = tmp_path / "performance.md"
    document.write_text(f"{BEGIN}\nold\n\nmine\n")
    with pytest.raises(ValueError, match="no <!-- /bench -->"):
        write("new", document)
    assert "mine" in document.read_text()


@pytest.mark.parametrize(
    ("got", "verdict"),
    [
        ((4.0, 3.0, 5.0), "met"),
        ((4.0, 3.0, 5.1), "cannot be told from this run"),
        ((6.0, 4.9, 7.0), "cannot be told from this run"),
        ((6.0, 5.1, 7.0), "NOT met"),
    ],
)
def test_a_goal_within_the_noise_is_neither_met_nor_missed(
    got: tuple[float, float, float], verdict: str
) -> None:
    """A verdict needs both bounds on the same side of the goal."""
    assert at_most("it", got, 5, "ms").endswith(f"(goal: at most 5): {verdict}")


def test_a_ratio_below_its_goal_is_not_met() -> None:
    """Ten times is met by ten, not by 9.9."""
    assert at_least("it", 10, 10, "times").endswith(": met")
    assert at_least("it", 9.9, 10, "times").endswith(": NOT met")


def test_contenders_take_turns_and_every_second_round_goes_backwards() -> None:
    """No contender always follows the same other one; the first run of each is not counted."""
    ran: list[str] = []
    contenders = {name: lambda name=name: ran.append(name) for name in "abc"}
    found = interleaved(contenders, 2, often={"b": 2})
    assert "".join(ran) == "abc" + "abbc" + "cbba"
    assert {name: len(samples) for name, samples in found.items()} == {"a": 2, "b": 4, "c": 2}


def test_the_bounds_of_a_median_are_samples_around_it() -> None:
    """For a hundred samples: the 40th and the 60th, give or take one; one outlier moves nothing."""
    middle, low, high = median_between([*range(99), 10_000])
    assert middle == 49.5
    assert (low, high) == (40, 60)
    assert middle_half([1, 2, 3, 4, 5, 6, 7]) == (2, 6)


def test_a_machine_that_others_use_is_called_busy() -> None:
    """More than a tenth of the cores is too much; our own load average does not count."""
    assert Load(others=0.11, average=0.0).busy
    assert not Load(others=0.1, average=9.0).busy
