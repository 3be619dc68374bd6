"""What a session is told to judge: whose work, and how."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.grading.steps import in_step, reached
from pytest_cloudlab.grading.unused import UNUSED
from pytest_cloudlab.model import Check


@dataclass(frozen=True)
class Assize:
    assignment: Assignment
    roster_file: Path
    data: Path
    """Folder of the journal and the evidence."""
    final: bool = False
    act: bool = False
    again: bool = False
    step: str = ""
    """Only the steps whose number begins so; empty for all."""
    retry_s: float = 10.0
    until: str = ""
    """Only the steps up to this one: the lab is still going on. Empty for all."""

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks to ask, in the lab's order. Raises `UsageError` when no step begins so."""
        lab = self.assignment.lab
        every = read_checks(lab)
        chosen = tuple(one for one in every if in_step(one, self.step) and reached(one, lab, self.until))
        if not chosen:
            numbers = ", ".join(step.number for step in lab.steps)
            raise UsageError(f"the lab has no step {self.step!r}", remedy=f"Its steps: {numbers}.")
        return chosen

    @property
    def arguments(self) -> list[str]:
        """What pytest is started with for every member; the lab's folder is the last."""
        lab = self.assignment.lab
        words = [
            # The user's own pytest settings are for the user's own tests.
            *("-c", os.devnull, "--rootdir", lab.folder),
            # Nor is a conftest.py of theirs, in a folder above the lab's; looking for it takes long, too.
            *("--confcutdir", lab.folder),
            *(word for name in UNUSED for word in ("-p", f"no:{name}")),
            "--capture=no",  # what a check prints is told to nobody
            "--tb=line",  # what a check found is told as an event; its source would take long to find
            *("--cloudlab-roster", str(self.roster_file)),
            *("--cloudlab-dir", str(self.data)),
            *("--cloudlab-step", self.step),
            *("--cloudlab-until", self.until),
            *("--cloudlab-retry", str(self.retry_s)),
        ]
        flags = {"--cloudlab-final": self.final, "--cloudlab-act": self.act, "--cloudlab-again": self.again}
        return [*words, *(flag for flag, wanted in flags.items() if wanted), lab.folder]

    def own_arguments(self, brief: Path) -> dict[str, str]:
        """The options of this member's session alone. `{events}` stands for the descriptor of its events."""
        return {
            "--cloudlab-as": self.assignment.member.id,
            "--cloudlab-brief": str(brief),
            "--cloudlab-events": "{events}",
        }
