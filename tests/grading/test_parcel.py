"""What travels to another machine: the roster, the people, a lab that is no installed one; and no keys."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import msgspec
import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.grading import parcel as module
from pytest_cloudlab.grading.parcel import Parcel, pack, unpack
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.roster import load_roster
from tests.labs import write_lab, write_roster

CHECK = '''
import pytest

pytestmark = pytest.mark.step("1")


def test_rope_is_taken():
    """You took a rope."""
'''


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    return write_roster(tmp_path, write_lab(tmp_path, {"test_1.py": CHECK}))


def names(parcel: Parcel) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(parcel.files)) as archive:
        return set(archive.namelist())


def sent(roster: Path, to: Path) -> Parcel:
    """Packed, unpacked in the folder `to`, and read there as it was here."""
    lab, before = load_roster(roster)
    packed = pack(roster, lab)
    unpacked = unpack(msgspec.msgpack.decode(msgspec.msgpack.encode(packed), type=Parcel), to)
    lab_there, after = load_roster(unpacked.roster, unpacked.lab)
    assert (lab_there.id, after) == (lab.id, before)
    assert Path(lab_there.folder).is_relative_to(to) is not packed.installed
    return packed


def test_a_lab_that_is_a_folder_is_sent(roster: Path, tmp_path: Path) -> None:
    """Without what tools keep in it."""
    for rubbish in ("__pycache__/x.pyc", ".git/config", ".venv/bin/python"):
        file = tmp_path / "knots" / rubbish
        file.parent.mkdir(parents=True)
        file.touch()
    (tmp_path / "id_ed25519").write_text("a key")
    packed = sent(roster, tmp_path / "there")
    assert names(packed) == {"teams.toml", "knots/lab.toml", "knots/conftest.py", "knots/test_1.py"}


def test_a_lab_that_is_installed_is_named(tmp_path: Path) -> None:
    roster = write_roster(tmp_path, find_lab("be"))
    packed = pack(roster, load_lab(find_lab("be")))
    assert (packed.lab, packed.installed, names(packed)) == ("be", True, {"teams.toml"})


def test_a_variant_is_sent_with_what_it_is_a_variant_of(roster: Path, tmp_path: Path) -> None:
    variant = tmp_path / "wet"
    variant.mkdir()
    (variant / "lab.toml").write_text('base = "knots"\n')
    write_roster(tmp_path, variant)
    assert {"wet/lab.toml", "knots/test_1.py"} < names(sent(roster, tmp_path / "there"))


def test_people_keep_their_place(roster: Path, tmp_path: Path) -> None:
    """Wherever the CSV is, as long as the roster names it relative to itself."""
    (tmp_path / "people.csv").write_text("id,name,team,rope,unties\nann,Ann,a,red,blue\nbo,Bo,a,blue,red\n")
    deeper = tmp_path / "course" / "teams.toml"
    deeper.parent.mkdir()
    deeper.write_text('lab = "../knots"\npeople = "../people.csv"\n')
    assert {"people.csv", "course/teams.toml"} < names(sent(deeper, tmp_path / "there"))
    lab, _ = load_roster(deeper)
    deeper.write_text(f'lab = "../knots"\npeople = "{tmp_path}/people.csv"\n')
    with pytest.raises(UsageError, match="absolute path"):
        pack(deeper, lab)


@pytest.mark.parametrize(("limit", "to"), [("MOST_FILES", 2), ("UNPACKED_BYTES", 9), ("PACKED_BYTES", 9)])
def test_a_lab_that_is_too_large_is_not_sent(
    roster: Path, limit: str, to: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, limit, to)
    with pytest.raises(UsageError) as caught:
        pack(roster, load_roster(roster)[0])
    assert "Install" in caught.value.remedy


@pytest.mark.parametrize("name", ["../x", "/tmp/x", "a/../../x"])
def test_nothing_is_unpacked_elsewhere(name: str, tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(name, "x")
    there = tmp_path / "a" / "b"
    with pytest.raises(UsageError):
        unpack(Parcel("teams.toml", "be", True, data.getvalue()), there)
    with pytest.raises(UsageError):
        unpack(Parcel(name, "be", True, data.getvalue()), there)
    assert not os.listdir(tmp_path)


def test_what_claims_to_be_small_is_not_unpacked_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("teams.toml", b"0" * 100_000)
    monkeypatch.setattr(module, "UNPACKED_BYTES", 99_999)
    with pytest.raises(UsageError):
        unpack(Parcel("teams.toml", "be", True, data.getvalue()), tmp_path)
