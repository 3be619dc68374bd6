"""What of a block students type, and what is shown to them as its output."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.languages.language import SHELLS, language_of
from pytest_cloudlab.material.languages.transcript import (
    Kind,
    Transcript,
    python_transcript,
    shell_transcript,
    shown_by_shell,
)
from pytest_cloudlab.material.place import Place

_PYTHON_PROMPT = re.compile(r"[ \t]*(?:>>> |>>>$|In \[\d+\]: )")
_PROMPTS_PYTHON = frozenset({"python", "shell", "console", "text", ""})
_KINDS: dict[str, Kind] = {
    "shell": "shell",
    "console": "console",
    "powershell": "powershell",
    "batch": "batch",
    "text": "text",
    "": "untagged",
}


@dataclass(frozen=True)
class Script:
    """A block's code with prompts taken off and output made empty lines: line numbers stay.

    >>> script_of(block).code  # $ ls
    'ls'
    """

    block: Block
    language: str
    """`shell`, `python`, `powershell`, …; what the block's own name for it stands for."""
    code: str
    shifts: tuple[int, ...]
    """For each line, the width of the prompt that was taken off."""
    output: frozenset[int]
    """Numbers of the lines that nobody types."""
    prompted: bool
    """Whether prompts tell what is typed."""

    def at(self, line: int, column: int = 1, length: int = 0) -> Place:
        """The place on the page of a line and column of `code`, both from 1."""
        shift = self.shifts[line - 1] if 0 < line <= len(self.shifts) else 0
        return self.block.at(line, column + shift, length)


@lru_cache(maxsize=4096)
def script_of(block: Block) -> Script:
    """Tells what is typed from what is shown.

    A block with a prompt in it is a transcript: what has no prompt and continues no typed line is output. One
    without is typed whole, but for what only a program writes (the branches of `tree`, the tables of `ls -l`
    and `docker ps`).
    """
    language = language_of(block)
    lines = block.code.split("\n")
    first = next((line for line in lines if line.strip() and not line.startswith("# ")), "")
    # In a module, a prompt is part of a docstring.
    if language in ("pycon", "ipython") or (language in _PROMPTS_PYTHON and _PYTHON_PROMPT.match(first[:80])):
        found = python_transcript(lines)
        return _script(block, language if language == "ipython" else "python", lines, found)
    if language in _KINDS:
        found = shell_transcript(lines, _KINDS[language])
        if found.prompted:
            typed = found.shell or ("shell" if language in SHELLS else language)
            return _script(block, typed, lines, found)
        if language in SHELLS:
            return _script(block, "shell", lines, shown_by_shell(lines))
    return _script(block, language, lines, Transcript((0,) * len(lines), frozenset(), False))


def _script(block: Block, language: str, lines: list[str], found: Transcript) -> Script:
    code = "\n".join(
        "" if number in found.output else line[shift:]
        for number, (line, shift) in enumerate(zip(lines, found.shifts, strict=True), 1)
    )
    return Script(block, language, code, found.shifts, found.output, found.prompted)
