"""The lines of a TOML file's keys."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_cloudlab.material.labs.toml_lines import Keys, key_lines

TRICKY = '''title = "a # no comment"  # one = 1
text = """
[not.a.table]
key = 1
"""
"quoted key" = 1
'literal' = 2
a.b = 3
list = [
  "x", # ]
  { inner = 1 },
  "]",
]
closed = { inline = "}", more = [1] }
raw = \'\'\'
[[no]]\'\'\'

[vm]          # a table
disk . size = 5
[vm.sub]
x = 1
[[step]]
n = 1
[step.more]
y = 1
[[step]]
  n = 2
[[step.part]]
z = 1
[[step.part]]
z = 2
'''


def test_every_key_has_the_line_that_it_begins_on() -> None:
    assert {".".join(map(str, keys)): line for keys, (line, _) in key_lines(TRICKY).items()} == {
        "title": 1,
        "text": 2,
        "quoted key": 6,
        "literal": 7,
        "a.b": 8,
        "list": 9,
        "closed": 14,
        "raw": 15,
        "vm": 18,
        "vm.disk.size": 19,
        "vm.sub": 20,
        "vm.sub.x": 21,
        "step.0": 22,
        "step.0.n": 23,
        "step.0.more": 24,
        "step.0.more.y": 25,
        "step.1": 26,
        "step.1.n": 27,
        "step.1.part.0": 28,
        "step.1.part.0.z": 29,
        "step.1.part.1": 30,
        "step.1.part.1.z": 31,
    }
    assert key_lines(TRICKY)["step", 1, "n"] == (27, 3)


def value_at(tables: Any, keys: Keys) -> Any:
    for key in keys:
        tables = tables[key]
    return tables


def test_every_key_is_one_that_a_reader_of_toml_finds() -> None:
    tables = tomllib.loads(TRICKY)
    for keys in key_lines(TRICKY):
        value_at(tables, keys)


@given(st.text(alphabet="[]{}=\"'#a.\n \\", max_size=200))
def test_any_text_is_read_to_its_end(text: str) -> None:
    lines = key_lines(text)
    assert all(1 <= line <= text.count("\n") + 1 for line, _ in lines.values())


@pytest.mark.parametrize("unit", ["[", '"""', "a.", '"\\', "a = [\n", "[[a.a]]\n"])
def test_long_files_take_no_longer_than_their_length(unit: str) -> None:
    key_lines(unit * (100_000 // len(unit)))
