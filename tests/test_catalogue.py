"""A lab's checks are read from its modules, mistakes included, without running them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.lab import find_lab, load_lab
from tests.labs import write_lab

MODULE = '''
import pytest

pytestmark = pytest.mark.step("1.1")


@pytest.mark.outcome(points=2.5, needs="test_rope_is_taken", holds="at_end", acts=True)
def test_knot_holds():
    """Your knot holds.

    Pull
    harder.
    """


def helper():
    pass
'''
FIRST = '''
import pytest

pytestmark = [pytest.mark.step("1")]

raise SystemExit("never run")


def test_rope_is_taken():
    """You took a rope."""
'''


def test_checks_come_in_the_order_of_the_steps(tmp_path: Path) -> None:
    """By step, whatever the modules are called; nothing of them is run."""
    lab = load_lab(write_lab(tmp_path, {"test_a.py": MODULE, "test_b.py": FIRST}))
    rope, knot = read_checks(lab)
    assert (rope.name, rope.step, rope.points, rope.needs, rope.holds) == (
        "test_rope_is_taken",
        "1",
        1.0,
        (),
        "ever",
    )
    assert (knot.title, knot.hint) == ("Your knot holds", "Pull harder.")
    assert (knot.points, knot.needs, knot.holds, knot.acts) == (2.5, ("test_rope_is_taken",), "at_end", True)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("pytest.mark.outcome", "pytest.mark.outcom", "unknown mark pytest.mark.outcom"),
        ("points=2.5", "point=2.5", "the mark outcome has no 'point', expected points, needs, holds, acts"),
        ("points=2.5", "points=-1", "points is -1, expected a number from 0 up"),
        ("points=2.5", "points=len('a')", "points is not a plain value"),
        ('holds="at_end"', 'holds="atend"', "holds is 'atend', expected 'ever' or 'at_end'"),
        ("acts=True", "acts=1", "acts is 1, expected True or False"),
        ('pytest.mark.step("1.1")', 'pytest.mark.step("9")', "its step is '9', expected one of 1, 1.1, 2"),
        ('pytestmark = pytest.mark.step("1.1")', "", "its step is None"),
        ('"""Your knot holds.\n\n    Pull\n    harder.\n    """', "pass", "has no docstring"),
        ("def helper", "def test_(", "test_a.py:"),
        ("def helper", "async def test_other", "test_other is no plain function"),
        ("def helper():\n    pass", "class TestKnot:\n    pass", "TestKnot is no plain function"),
        (
            "@pytest.mark.outcome",
            "@pytest.mark.parametrize('a', [1, 2])\n@pytest.mark.outcome",
            "mark.parametrize",
        ),
        ("def helper", "def test_knot_holds", "two checks are called test_knot_holds"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    """A misspelt mark is an error, never a check that counts for nothing."""
    source = MODULE.replace(old, new)
    if "two checks" in said:
        source = source.replace("    pass", '    """Again."""')
    lab = load_lab(write_lab(tmp_path, {"test_a.py": source}))
    with pytest.raises(UsageError) as caught:
        read_checks(lab)
    assert said in caught.value.message


def test_every_check_that_ships_has_a_hint_and_known_needs() -> None:
    """What a student reads under a failure is never empty."""
    checks = read_checks(load_lab(find_lab("be")))
    names = {check.name for check in checks}
    assert len(checks) >= 20
    for check in checks:
        assert check.hint, check.name
        assert set(check.needs) <= names, check.name
        assert check.holds == "ever" or check.needs, f"{check.name} would pass for who did nothing"
