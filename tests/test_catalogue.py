"""A lab's checks are read from its modules, mistakes included, without running them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.bounds import Bound
from pytest_cloudlab.catalogue import bound_to, read_checks
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.lab import find_lab, load_lab, with_parameters
from pytest_cloudlab.model import Lab
from tests.labs import LAB, write_lab

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


PARAMETERS = """
import msgspec


class Rope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    length_m: float
    colour: str


class Parameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rope: Rope
"""
ROPE = (
    LAB
    + """
[rope]
length_m = 2.5
colour = "red"

[member.dye]
parameter = "rope.colour"
"""
)


def bounded(folder: Path, mark: str) -> Lab:
    module = MODULE.replace("points=2.5", mark).replace('needs="test_rope_is_taken", ', "")
    return load_lab(write_lab(folder, {"test_a.py": module, "parameters.py": PARAMETERS}, toml=ROPE))


def test_a_bound_is_a_parameter_or_a_limit_of_its_own(tmp_path: Path) -> None:
    """The lab's limit, or the one that the course has set instead."""
    lab = bounded(
        tmp_path, 'at_least={"length_m": "rope.length_m"}, at_most={"knots": 3}, equals={"ok": True}'
    )
    (knot,) = read_checks(lab)
    assert knot.bounds == (
        Bound("length_m", "at_least", "rope.length_m", 2.5),
        Bound("knots", "at_most", "", 3),
        Bound("ok", "equals", "", True),
    )
    course = with_parameters(lab, {"rope": {"length_m": 9}}, changed_by=tmp_path / "teams.toml")
    assert bound_to([knot], course)[0].bounds[0].limit == 9


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ('at_least="rope.length_m"', "at_least is 'rope.length_m', expected a table of measured values"),
        ('at_least={3: "rope.length_m"}', "expected a table of measured values"),
        ('at_least={"length": "rope.lenght_m"}', "the lab has no parameter 'rope.lenght_m'"),
        ('at_least={"length": "rope"}', "expected a number"),
        ('at_least={"length": "rope.length_m.real"}', "the lab has no parameter 'rope.length_m.real'"),
        ('at_most={"length": True}', "its limit is True, expected a number"),
        ('equals={"colour": "rope.colour"}', "rope.colour is a parameter that members set themselves"),
        ('atleast={"length": 3}', "the mark outcome has no 'atleast'"),
    ],
)
def test_a_wrong_bound_is_named_with_its_check(tmp_path: Path, mark: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_checks(bounded(tmp_path, mark))
    assert said in caught.value.message
    assert "test_knot_holds" in caught.value.message
