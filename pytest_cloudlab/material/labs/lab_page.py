"""What a lab's page has students type: in blocks, and in the code within its sentences."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.labs.taught import Taught, anchor_of, meant_anchor
from pytest_cloudlab.material.markdown.section import section_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.shell.command import Command
from pytest_cloudlab.material.shell.shell import commands_of

_INLINE = re.compile(r"(?<!`)(`{1,2})(?!`)([^`\n]{1,500})(?<!`)\1(?!`)")


@dataclass(frozen=True, eq=False)
class LabPage:
    page: Page
    lab: Taught

    @cached_property
    def lines(self) -> tuple[tuple[int, str], ...]:
        """Numbers and texts of all lines that students see, prose and code."""
        prose = dict(self.page.prose)
        for block in self.page.blocks:
            for number in range(block.line, block.line + block.code.count("\n") + 1):
                prose[number] = self.page.lines[number - 1]
        return tuple(sorted(prose.items()))

    def section(self, step: str) -> Collection[int]:
        """Lines of the section that the step sees; of the whole page for none."""
        everything = range(1, len(self.page.lines) + 1)
        if not step:
            return everything
        see = next(one.see for one in self.lab.common.step if one.number == step)
        anchor = anchor_of(see)
        found = section_of(self.page, anchor) or section_of(self.page, meant_anchor(self.page, anchor))
        return found.whole if found else everything

    def commands(self, program: str) -> Iterator[Command]:
        """All of the blocks; of the code in sentences, the calls of `program`, or assignments when empty."""
        for block in self.page.blocks:
            yield from commands_of(block)
        for block in self._inline:
            if block.code.startswith(f"{program} ") if program else "=" in block.code:
                yield from commands_of(block)

    @cached_property
    def _inline(self) -> tuple[Block, ...]:
        found = []
        for number, line in self.page.prose:
            for code in _INLINE.finditer(line):
                column = code.start(2) + 1
                found.append(Block(self.page.path, "html", "bash", "", code[2], number, column, "", 0))
        return tuple(found)

    @cached_property
    def _values(self) -> dict[str, set[str]]:
        values: dict[str, set[str]] = {}
        for command in self.commands(""):
            for each in command.assignments:
                values.setdefault(each.name, set()).add(each.value.text)
        return values

    def value_of(self, variable: str) -> str | None:
        """What the page sets it to; None where it does not, or to several things."""
        values = self._values.get(variable, set())
        return next(iter(values)) if len(values) == 1 else None
