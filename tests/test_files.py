"""Errors of a file name the file, the key, what was found and what was expected."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.files import MAX_BYTES, convert, read_toml, require_slug


class Disk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    size_gb: int


class Spec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    disks: list[Disk] = []


FILE = Path("spec.toml")


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"name": 7}, "spec.toml: name: expected str, found 7"),
        (
            {"name": "a", "disks": [{"size_gb": "big"}]},
            "spec.toml: disks[0].size_gb: expected int, found 'big'",
        ),
        (
            {"name": "a", "disks": [{"size": 1}]},
            "spec.toml: disks[0]: object contains unknown field size, expected one of size_gb",
        ),
        ({"nme": "a"}, "spec.toml: the file: object contains unknown field nme, expected one of name, disks"),
        ({}, "spec.toml: the file: object missing required field name"),
    ],
)
def test_an_error_names_file_key_found_and_expected(tables: dict[str, object], said: str) -> None:
    """Each kind of mistake is told with where it is and what should stand there."""
    with pytest.raises(UsageError) as caught:
        convert(tables, Spec, file=FILE)
    assert said in caught.value.message


def test_a_key_inside_a_part_of_the_file_is_named_from_the_top() -> None:
    """`at` is put in front of the key."""
    with pytest.raises(UsageError, match=r"spec\.toml: team\[1\]\.name: expected str, found 7"):
        convert({"name": 7}, Spec, file=FILE, at="team[1]")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a = = 1", "not TOML"),
        (b"name = '\xff'", "not UTF-8 at byte 8"),
        (b"#" * (MAX_BYTES + 1), "larger than"),
    ],
)
def test_a_file_that_is_no_toml_is_one_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    """Whatever is wrong with the bytes, the error names the file."""
    file = tmp_path / "x.toml"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=said) as caught:
        read_toml(file)
    assert str(file) in caught.value.message


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read_toml(tmp_path / "none.toml")
    with pytest.raises(UsageError, match="cannot be read"):
        read_toml(tmp_path)


@pytest.mark.parametrize("value", ["a", "alice", "team-7", "0", "a" * 40])
def test_slugs(value: str) -> None:
    """A slug is short, lower case, and has hyphens inside only."""
    assert require_slug(value, file=FILE, key="id") == value


@pytest.mark.parametrize(
    "value", ["", "a'b", "a/b", "a\nb", "a\n", "A", "-a", "a-", "..", "a b", "é", "a" * 41, "$(id)"]
)
def test_no_slugs(value: str) -> None:
    """What could mean something to a shell, a path or a registry is refused."""
    with pytest.raises(UsageError, match="expected a short name"):
        require_slug(value, file=FILE, key="id")
