"""`lab.toml`, its parameters, and what a course changes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.lab import find_lab, known_labs, lab_module, load_lab
from tests.labs import LAB, write_lab

PARAMETERS = """
import msgspec

class Knot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    turns: int
    name: str = "bowline"

class Parameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    knot: Knot
"""
WITH_KNOT = LAB.replace("[member.rope]", "[knot]\nturns = 2\n\n[member.rope]")


def test_our_own_labs_are_known_and_load() -> None:
    """Every lab that ships is found by name and is well-formed."""
    assert "be" in known_labs()
    for name in known_labs():
        lab = load_lab(find_lab(name))
        assert lab.id == name
        assert lab.steps


def test_a_lab_is_found_by_its_folder(tmp_path: Path) -> None:
    folder = write_lab(tmp_path, {})
    lab = load_lab(find_lab(str(folder)))
    assert (lab.id, lab.title, [step.number for step in lab.steps]) == (
        "knots",
        "Tie a knot",
        ["1", "1.1", "2"],
    )
    assert lab.link("1.1") == "https://course.example/knots.html#tie"


def test_a_known_name_is_never_a_folder_of_that_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A student's folder called `be` does not stand in for the lab; others may be beside the roster."""
    (tmp_path / "be").mkdir()
    (tmp_path / "be" / "lab.toml").write_text(LAB)
    folder = write_lab(tmp_path, {})
    monkeypatch.chdir(tmp_path)
    assert find_lab("be") != tmp_path / "be"
    assert find_lab("./be") == tmp_path / "be"
    monkeypatch.chdir("/")
    assert find_lab("knots", beside=tmp_path) == folder


def test_an_unknown_lab_is_told_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="there is no lab 'bee'") as caught:
        find_lab("bee")
    assert "Did you mean 'be'?" in str(caught.value)


def test_parameters_are_the_labs_own_types(tmp_path: Path) -> None:
    """`parameters.py` beside the lab declares what `lab.toml` may set."""
    folder = write_lab(tmp_path, {"parameters.py": PARAMETERS}, toml=WITH_KNOT)
    assert load_lab(folder).parameters.knot.turns == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "turns = 2",
            "turns = 2\nturn = 3",
            "knot: object contains unknown field turn, expected one of turns, name",
        ),
        ("turns = 2", 'turns = "two"', "knot.turns: expected int, found 'two'"),
        ('title = "Tie it"', 'titel = "Tie it"', "unknown field titel, expected one of number, title, see"),
        ('number = "1.1"', 'number = "1"', "step: number '1' is given twice"),
        (
            'teammates = "rope"',
            'teammates = "cord"',
            "member.unties.teammates: found 'cord', expected one of rope",
        ),
        ("[knot]", "[agrees]\nknot.turns = 2\n\n[knot]", "agrees[...][...]: expected str | object | array"),
        (
            "[knot]",
            '[agrees]\nknot.turns = { comand = "tie {}" }\n\n[knot]',
            "agrees[...][...]: object contains unknown field comand",
        ),
    ],
)
def test_a_mistake_in_lab_toml_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Unknown keys are errors, in the lab's own tables too."""
    folder = write_lab(tmp_path, {"parameters.py": PARAMETERS}, toml=WITH_KNOT.replace(old, new))
    with pytest.raises(UsageError) as caught:
        load_lab(folder)
    assert said in caught.value.message
    assert "lab.toml" in caught.value.message


def test_a_lab_says_where_its_page_shows_a_parameter(tmp_path: Path) -> None:
    """In `[agrees]`, which is none of the lab's own tables."""
    agrees = """
[agrees]
knot.turns = [ "tie --turns={}", { text = "turn it {}", step = "1.1" } ]
knot.name = { command = "tie {}" }

[member.rope]"""
    toml = WITH_KNOT.replace("[member.rope]", agrees)
    lab = load_lab(write_lab(tmp_path, {"parameters.py": PARAMETERS}, toml=toml))
    assert lab.parameters.knot.turns == 2


def test_a_lab_without_parameters_takes_no_tables_of_its_own(tmp_path: Path) -> None:
    folder = write_lab(tmp_path, {}, toml=WITH_KNOT)
    with pytest.raises(UsageError, match="unknown field knot"):
        load_lab(folder)


def test_a_course_changes_one_parameter_and_keeps_the_rest(tmp_path: Path) -> None:
    """What the roster changes is merged into the lab's tables, table by table."""
    folder = write_lab(tmp_path, {"parameters.py": PARAMETERS}, toml=WITH_KNOT)
    roster = tmp_path / "teams.toml"
    lab = load_lab(folder, {"knot": {"name": "clove hitch"}}, changed_by=roster)
    assert (lab.parameters.knot.turns, lab.parameters.knot.name) == (2, "clove hitch")
    with pytest.raises(UsageError, match=r"teams\.toml: parameters\.knot: .*unknown field nam,"):
        load_lab(folder, {"knot": {"nam": "x"}}, changed_by=roster)


def test_a_module_beside_the_checks_is_loaded_from_its_folder(tmp_path: Path) -> None:
    folder = write_lab(tmp_path, {"walkthrough.py": "CAST = 3\n"})
    assert lab_module(folder, "walkthrough").CAST == 3
    with pytest.raises(UsageError, match=r"there is no sabotage\.py"):
        lab_module(folder, "sabotage")


def test_a_lab_s_module_may_postpone_its_annotations(tmp_path: Path) -> None:
    """dataclasses look such names up in the module, which has to be known by then."""
    (tmp_path / "parameters.py").write_text(
        "from __future__ import annotations\nfrom dataclasses import dataclass, KW_ONLY\n\n"
        "@dataclass\nclass Parameters:\n    _: KW_ONLY\n    port: int = 80\n"
    )
    assert lab_module(tmp_path, "parameters").Parameters(port=8080).port == 8080
