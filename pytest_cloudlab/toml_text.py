"""Tables as TOML text, which reads back as what was written; the standard library only reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_text(tables: Mapping[str, Any]) -> str:
    r"""
    >>> zoe = {"id": "zoe", "at": {"vm": "x"}}
    >>> print(toml_text({"lab": "be", "team": [{"id": "rocket", "member": [zoe]}]}))
    lab = "be"
    <BLANKLINE>
    [[team]]
    id = "rocket"
    <BLANKLINE>
    [[team.member]]
    id = "zoe"
    at = { vm = "x" }
    <BLANKLINE>
    """
    return "\n".join(_blocks(tables, "", ""))


def _blocks(table: Mapping[str, Any], path: str, head: str) -> Iterator[str]:
    """Its own values, then the tables in it, each under its header."""
    listed = path and head.startswith("[[")
    inner = {
        key: one
        for key, one in table.items()
        if _are_tables(one) or (isinstance(one, Mapping) and not listed)
    }
    values = "".join(f"{_key(key)} = {value(one)}\n" for key, one in table.items() if key not in inner)
    if values or head.startswith("[[") or not inner:
        yield head + values
    for key, one in inner.items():
        below = f"{path}.{_key(key)}" if path else _key(key)
        if isinstance(one, Mapping):
            yield from _blocks(one, below, f"[{below}]\n")
        else:
            for each in one:
                yield from _blocks(each, below, f"[[{below}]]\n")


def _are_tables(one: Any) -> bool:
    return isinstance(one, list | tuple) and bool(one) and all(isinstance(each, Mapping) for each in one)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else value(key)


def value(one: Any) -> str:
    r"""One value on one line.

    >>> value('the "cat" \\o/'), value(["a"]), value(True), value({"a b": 1})
    ('"the \\"cat\\" \\\\o/"', '["a"]', 'true', '{ "a b" = 1 }')
    """
    if isinstance(one, bool):
        return str(one).lower()
    if isinstance(one, int | float):
        return str(one)
    if isinstance(one, datetime | date | time):
        return one.isoformat()
    if isinstance(one, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {value(each)}" for key, each in one.items()) + " }"
    if isinstance(one, Sequence) and not isinstance(one, str):
        return "[" + ", ".join(map(value, one)) + "]"
    escaped = str(one).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}" for c in escaped) + '"'
