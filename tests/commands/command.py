"""The table of command lines, and what became of one."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

TABLE = Path(__file__).with_name("commands.toml")


@dataclass(frozen=True)
class Command:
    client: str
    step: str
    line: str
    says: tuple[str, ...] = ()
    exit: int = 0
    meanwhile: str = ""
    after: str = ""
    in_docs: bool = True

    @property
    def name(self) -> str:
        """On one line, short enough for the name of a test."""
        return " ".join(self.line.replace("\\\n", " ").split())[:70]


@dataclass(frozen=True)
class Played:
    command: Command
    exit: int
    output: str
    after_exit: int = 0
    after_output: str = ""
    seconds: float = field(default=0.0, compare=False)

    @property
    def unsaid(self) -> list[str]:
        """What it should have said and did not."""
        return [pattern for pattern in self.command.says if not re.search(pattern, self.output)]

    @property
    def as_expected(self) -> bool:
        return self.exit == self.command.exit and not self.unsaid and self.after_exit == 0


def commands() -> tuple[Command, ...]:
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["command"]
    return tuple(Command(**{**row, "says": tuple(row.get("says", ()))}) for row in rows)
