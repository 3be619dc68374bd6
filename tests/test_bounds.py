"""What measured values have to be."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_cloudlab.bounds import Bound, Rule, in_words, out_of_bounds, unmeasured


@pytest.mark.parametrize(
    ("rule", "limit", "found", "kept"),
    [
        ("at_least", 0.95, 0.95, True),
        ("at_least", 0.95, 0.9499999, False),
        ("at_most", 30, 30, True),
        ("at_most", 30, 31, False),
        ("equals", 50, 50.0, True),
        ("equals", 1, True, False),
        ("equals", "pd-standard", "pd-ssd", False),
        ("equals", ["a", "b"], ["a", "b"], True),
    ],
)
def test_a_limit_is_part_of_what_it_allows(rule: Rule, limit: Any, found: Any, kept: bool) -> None:
    """And to a lab, unlike to Python, True is not 1."""
    bound = Bound("it", rule, "", limit)
    assert unmeasured([bound], {"it": found}) == []
    assert (out_of_bounds([bound], {"it": found}) == []) is kept


@pytest.mark.parametrize("found", [None, "0.99", True, [1], {}])
@pytest.mark.parametrize("rule", ["at_least", "at_most"])
def test_only_numbers_are_compared(rule: Rule, found: Any) -> None:
    """Anything else tells nothing, like a value that was not measured at all."""
    bound = Bound("accuracy", rule, "", 0.95)
    assert unmeasured([bound], {"accuracy": found}) == ["accuracy"]
    assert unmeasured([bound], {}) == ["accuracy"]


def test_equals_takes_any_value_but_none() -> None:
    assert unmeasured([Bound("kind", "equals", "", "a")], {"kind": {}}) == []
    assert unmeasured([Bound("kind", "equals", "", "a")], {"kind": None}) == ["kind"]


def test_the_words_say_what_was_found_and_expected() -> None:
    """To the last digit, so that 0.9499999 is not said to be less than 0.95 as 0.95; and never endlessly."""
    bounds = [Bound("accuracy", "at_least", "model.accuracy", 0.95), Bound("type", "equals", "", "pd-ssd")]
    said = in_words(bounds, {"accuracy": 0.9499999, "type": "x" * 9_000})
    assert said.startswith('accuracy: found 0.9499999, expected at least 0.95. type: found "xxx')
    assert said.endswith('…, expected "pd-ssd".')
    assert len(said) < 400
    assert str(bounds[0]) == "accuracy at least 0.95"
