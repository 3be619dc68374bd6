"""Labs that are another one, changed: what they take over, and every way to get one wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.lab import lab_folders, load_lab
from pytest_cloudlab.model import Lab
from tests.labs import LAB, write_lab
from tests.test_lab import PARAMETERS, WITH_KNOT

CHECKS = '''
import pytest

pytestmark = pytest.mark.step("1.1")


def test_rope_is_long():
    """Your rope is long."""


@pytest.mark.outcome(needs="test_rope_is_long")
def test_knot_holds():
    """Your knot holds."""


@pytest.mark.step("2")
@pytest.mark.outcome(needs=("test_knot_holds", "test_rope_is_long"), holds="at_end")
def test_rope_is_away():
    """Your rope is put away."""
'''


def variant(folder: Path, toml: str, *, base: str = WITH_KNOT) -> Path:
    write_lab(folder, {"test_a.py": CHECKS, "parameters.py": PARAMETERS}, toml=base)
    made = folder / "small_knots"
    made.mkdir()
    (made / "lab.toml").write_text(toml)
    return made


def names(lab: Lab) -> dict[str, tuple[str, ...]]:
    return {check.name: check.needs for check in read_checks(lab)}


def test_a_variant_is_its_base_with_its_own_tables_on_top(tmp_path: Path) -> None:
    """Title, steps, choices, parameters and checks come from the base, unless the variant says otherwise."""
    folder = variant(tmp_path, 'base = "knots"\ntitle = "A small knot"\n[knot]\nname = "reef"\n')
    lab = load_lab(folder)
    base = load_lab(tmp_path / "knots")
    assert (lab.id, lab.title, lab.page) == ("small-knots", "A small knot", base.page)
    assert (lab.parameters.knot.turns, lab.parameters.knot.name) == (2, "reef")
    assert (lab.steps, lab.choices) == (base.steps, base.choices)
    assert (lab.folder, lab.source) == (str(folder), str(tmp_path / "knots"))
    assert read_checks(lab) == read_checks(base)
    assert base.source == base.folder


def test_steps_are_replaced_as_a_whole(tmp_path: Path) -> None:
    steps = "".join(
        f'[[step]]\nnumber = "{number}"\ntitle = "{title}"\nsee = "#x"\n'
        for number, title in (("1.1", "Knot"), ("2", "Put"))
    )
    lab = load_lab(variant(tmp_path, f'base = "knots"\n{steps}'))
    assert [(step.number, step.title) for step in lab.steps] == [("1.1", "Knot"), ("2", "Put")]
    assert len(read_checks(lab)) == 3


def test_what_is_left_out_is_needed_by_nothing(tmp_path: Path) -> None:
    lab = load_lab(variant(tmp_path, 'base = "knots"\nleave_out = ["test_rope_is_long"]'))
    assert names(lab) == {"test_knot_holds": (), "test_rope_is_away": ("test_knot_holds",)}


def test_a_step_is_left_out_with_its_parts(tmp_path: Path) -> None:
    """Its checks, and its place in the lab."""
    lab = load_lab(variant(tmp_path, 'base = "knots"\nleave_out = ["1", "test_rope_is_away"]'))
    assert [step.number for step in lab.steps] == ["2"]
    assert read_checks(lab) == ()


def test_a_variant_may_have_variants(tmp_path: Path) -> None:
    variant(tmp_path, 'base = "knots"\nleave_out = ["test_rope_is_long"]\n[knot]\nname = "reef"')
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "lab.toml").write_text(
        'base = "small_knots"\nleave_out = ["test_rope_is_away"]\n[knot]\nturns = 1'
    )
    lab = load_lab(tmp_path / "tiny")
    assert (lab.parameters.knot.name, lab.parameters.knot.turns) == ("reef", 1)
    assert lab.source == str(tmp_path / "knots")
    assert names(lab) == {"test_knot_holds": ()}
    assert lab_folders(tmp_path / "tiny") == tuple(tmp_path / one for one in ("tiny", "small_knots", "knots"))


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('base = "knot"', "lab.toml: base: there is no lab 'knot'"),
        ('base = "small_knots"', "variants of each other: small_knots -> small_knots"),
        ("base = 7", "lab.toml: base: expected str, found 7"),
        ('leave_out = ["1"]', "lab.toml: the file: object missing required field base"),
        ('base = "knots"\nleave_out = "1"', "lab.toml: leave_out: expected array, found '1'"),
        ('base = "knots"\n[knot]\nturn = 3', "knot: object contains unknown field turn"),
        ('base = "knots"\ntitel = "x"', "unknown field titel"),
        ('base = "knots"\nleave_out = ["test_knot_hold"]', "no check and no checked step 'test_knot_hold'"),
        ('base = "knots"\nleave_out = ["1.10"]', "no check and no checked step '1.10'"),
        ('base = "knots"\nleave_out = ["1"]', "test_rope_is_away judges the end of what is left out"),
        (
            'base = "knots"\n[[step]]\nnumber = "1"\ntitle = "x"\nsee = "#x"',
            "test_rope_is_long: its step is '1.1', expected one of 1",
        ),
    ],
)
def test_a_mistake_in_a_variant_is_named(tmp_path: Path, toml: str, said: str) -> None:
    folder = variant(tmp_path, toml)
    with pytest.raises(UsageError) as caught:
        read_checks(load_lab(folder))
    assert said in caught.value.message
    assert caught.value.remedy


def test_labs_cannot_be_variants_of_each_other(tmp_path: Path) -> None:
    folder = variant(tmp_path, 'base = "tiny"')
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "lab.toml").write_text('base = "small_knots"')
    with pytest.raises(UsageError, match="small_knots -> tiny -> small_knots"):
        load_lab(folder)


def test_a_variant_has_no_code_of_its_own(tmp_path: Path) -> None:
    """Checks beside a variant's lab.toml would be overlooked, so they are refused."""
    folder = variant(tmp_path, 'base = "knots"')
    (folder / "test_mine.py").touch()
    with pytest.raises(UsageError, match=r"takes its code from its base, 'knots', and has test_mine\.py"):
        load_lab(folder)


def test_a_member_may_set_what_the_lab_allows(tmp_path: Path) -> None:
    """One parameter, under a key of the roster, of the parameter's own type."""
    from pytest_cloudlab.assignment import assign
    from pytest_cloudlab.roster import load_roster
    from tests.labs import ROSTER, write_roster

    toml = WITH_KNOT + '\n[member.twists]\nparameter = "knot.turns"\n'
    lab = write_lab(tmp_path, {"parameters.py": PARAMETERS}, toml=toml)
    text = ROSTER.replace('id = "bob"', 'id = "bob"\ntwists = 5')
    loaded, roster = load_roster(write_roster(tmp_path, lab, text))
    assert assign(loaded, roster, "bob").lab.parameters.knot.turns == 5
    assert assign(loaded, roster, "alice").lab.parameters.knot.turns == 2
    with pytest.raises(UsageError, match=r"team\[0\]\.member\[1\]\.twists: expected int, found 'many'"):
        load_roster(write_roster(tmp_path, lab, text.replace("twists = 5", 'twists = "many"')))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('parameter = "knot.loops"', "member.twists.parameter: the lab has no parameter 'knot.loops'"),
        ('parameter = "turns"', "member.twists.parameter: the lab has no parameter 'turns'"),
        ('parameter = "knot.turns"\none_of = ["a"]', "member.twists: expected either one_of or parameter"),
        ("", "member.twists: expected either one_of or parameter"),
    ],
)
def test_a_wrong_key_for_members_is_named(tmp_path: Path, table: str, said: str) -> None:
    toml = WITH_KNOT + f"\n[member.twists]\n{table}\n"
    with pytest.raises(UsageError) as caught:
        load_lab(write_lab(tmp_path, {"parameters.py": PARAMETERS}, toml=toml))
    assert said in caught.value.message


def test_a_lab_of_its_own_is_no_variant(tmp_path: Path) -> None:
    lab = load_lab(write_lab(tmp_path, {}, toml=LAB))
    assert (lab.base_folder, lab.leave_out) == ("", ())
