"""A config file says what any YAML parser would read in it, or nobody could look."""

from __future__ import annotations

import pytest
import yaml

from pytest_cloudlab.checks.workspace.flat_yaml import FlatYaml
from pytest_cloudlab.errors import CouldNotLook


@pytest.mark.parametrize(
    "written",
    [
        "correct-horse",
        "'correct horse'",
        '"correct horse"',
        "'it''s mine'",
        r'"say \"friend\" \\ \u00e9"',
        "horse # the battery's",
        "'horse # the battery'  # staple",
        "horse#battery",
        "pass:word",
        "123456",
        "a1e5",
        "",
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_it_is_read_as_yaml_is(written: str, ends: str) -> None:
    text = ends.join(
        ("# mine", "bind-addr: 127.0.0.1:8080", f"password: {written}", "trusted-origins:", "- a", "  b", "")
    )
    expected = yaml.safe_load(text)["password"]
    assert FlatYaml.parse(text.encode()).text("password") == str("" if expected is None else expected)


@pytest.mark.parametrize(
    "written",
    [
        "|\n  two\n  lines",
        "&anchor word",
        "*anchor",
        "{a: b}",
        "[a]",
        "007",
        "0x1F",
        "1e5",
        "1_000",
        ".5",
        "true",
        "~",
        "2026-01-05",
        r'"\x41"',
        "'open",
        "one\n  two",
        "a: b",
        "12345678901234567890",
    ],
)
def test_what_may_be_read_in_another_way_is_not_judged(written: str) -> None:
    """One has to quote it."""
    with pytest.raises(CouldNotLook, match="password"):
        FlatYaml.parse(f"auth: password\npassword: {written}\n".encode()).text("password")


@pytest.mark.parametrize(
    "data", [b"password", b"password:x", b"- a\n", b"a: 1\na: 2\n", b"\xff\xfe", b"{auth: none}"]
)
def test_what_is_no_mapping_is_not_judged(data: bytes) -> None:
    with pytest.raises(CouldNotLook):
        FlatYaml.parse(data)


def test_what_is_not_there_is_empty() -> None:
    found = FlatYaml.parse(b"---\n'hashed-password': $argon2\n")
    assert (found.text("password"), found.has("hashed-password"), found.has("password")) == ("", True, False)
