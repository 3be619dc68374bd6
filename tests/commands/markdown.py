"""The table of docs/twin.md, written from what was played."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .command import Command

HEAD = ("| step | command | client | result |", "|---|---|---|---|")


def rows(commands: Iterable[Command], versions: Mapping[str, str]) -> list[str]:
    """One for each command of the pages; `versions` by client."""
    return [_row(one, versions.get(one.client, "")) for one in commands if one.in_docs]


def _row(one: Command, version: str) -> str:
    return f"| {one.step} | `{_one_line(one.line)}` | {one.client} {version} | {_result(one)} |"


def _result(command: Command) -> str:
    """Said only of a table in which every command did as it should."""
    return f"refused, exit {command.exit}" if command.exit else "works"


def _one_line(line: str) -> str:
    return " ".join(line.replace("\\\n", " ").split()).replace("|", "\\|")
