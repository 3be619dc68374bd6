"""Tables written as TOML read back as they were."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pytest_cloudlab.toml_text import toml_text


@pytest.mark.parametrize(
    "tables",
    [
        {},
        {"lab": "be", "me": ""},
        {"text": 'the "cat" \\o/ \u0007\x7f\n\u0085\u2028', "list": ["a", "b"], "none": []},
        {"yes": True, "no": False, "n": -7, "x": 1.5, "far": float("inf"), "day": date(2026, 1, 2)},
        {"at": datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "a.b c": 1, "": 2},
        {"course": {"project": "p", "zones": ["a", "b"]}, "parameters": {"ports": {"web": 1}}},
        {"parameters": {"net": {"seed": 1, "layer": [{"kind": "conv"}, {"kind": "relu", "of": {"x": [1]}}]}}},
        {"empty": {}, "deep": {"er": {}}, "mixed": [1, {"a": 1}, [{"b": [2]}]]},
        {"team": [{"id": "a", "member": [{"id": "x", "targets": {"a b": "c"}}, {"id": "y"}]}, {"id": "b"}]},
        {"team": [{"member": [{"id": "x"}]}, {}]},
        {"é": {"ü": [{"ö": "陈"}]}},
    ],
)  # fmt: skip
def test_what_is_written_is_what_is_read(tables: dict[str, Any]) -> None:
    assert tomllib.loads(toml_text(tables)) == tables


def test_a_roster_looks_as_people_write_one() -> None:
    """Values first, a header for each table, what a member has on a line each."""
    member = {"id": "zoe", "name": "Zoë", "targets": {"codespace": "gh://x"}}
    text = toml_text({"team": [{"id": "rocket", "member": [member]}], "lab": "be"})
    assert text == (
        'lab = "be"\n\n[[team]]\nid = "rocket"\n\n[[team.member]]\nid = "zoe"\nname = "Zoë"\n'
        'targets = { codespace = "gh://x" }\n'
    )
