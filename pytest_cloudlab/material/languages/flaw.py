"""Where a parser stumbled over a block's code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pytest_cloudlab.material.finding import Found
from pytest_cloudlab.material.languages.script import Script


@dataclass(frozen=True)
class Flaw:
    """Line and column count from 1; `message` follows "This Python does not parse: `."""

    line: int
    column: int
    length: int
    message: str
    remedy: str = ""


def found(flaw: Flaw, script: Script, what: str) -> Iterator[Found]:
    """What a rule says of it, `what` being e.g. `This Python`."""
    yield Found(
        script.at(flaw.line, flaw.column, flaw.length),
        f"{what} does not parse: {flaw.message}.",
        flaw.remedy or "Correct it so that it works when it is copied.",
    )
