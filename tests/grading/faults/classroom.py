"""A class of several members, judged while something goes wrong."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.grading.assize import Assize
from pytest_cloudlab.grading.events import Event
from pytest_cloudlab.grading.member import card
from pytest_cloudlab.grading.roll import Sitting, judge_class
from pytest_cloudlab.grading.round import begin_round
from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.journal import Journal, open_journal
from pytest_cloudlab.model import Observation, Verdict
from pytest_cloudlab.roster import load_roster
from pytest_cloudlab.standing import Card

from ...labs import write_lab

TOML = """
title = "Tie a knot"
page = "https://course.example/knots.html"

[[step]]
number = "1"
title = "Take a rope"
see = "#take"
"""
IMPORTS = """
import os
import signal
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.step("1")
"""
MEMBER = """
[[team]]
id = "team-{id}"
member = [{{ id = "{id}", name = '{name}', targets = {{ {targets} }} }}]
"""
Found = dict[str, dict[str, tuple[Verdict | None, str]]]
"""Member -> check -> its verdict, and what is said of it."""


class Deaf:
    """A listener that is not interested."""

    def begun(self, assize: Assize) -> None: ...

    def heard(self, assize: Assize, event: Event) -> None: ...

    def ended(self, sitting: Sitting) -> None: ...


@dataclass(frozen=True)
class Classroom:
    folder: Path

    @property
    def roster(self) -> Path:
        return self.folder / "teams.toml"

    @property
    def data(self) -> Path:
        return self.folder / ".cloudlab"

    @contextlib.contextmanager
    def journal(self) -> Iterator[Journal]:
        with contextlib.closing(open_journal(self.data)) as journal:
            yield journal

    def assizes(self, *, retry_s: float = 0.0) -> list[Assize]:
        lab, roster = load_roster(self.roster)
        return [
            Assize(Assignment(lab, roster, team, member), self.roster, self.data, retry_s=retry_s)
            for team, member in roster.everyone
        ]

    def judge(self, *, retry_s: float = 0.0, limit_s: float = 60.0, workers: int = 8) -> list[Sitting]:
        """One round over everybody who has something left, in this process."""
        with self.journal() as journal, Sessions() as sessions:
            round_ = begin_round(self.assizes(retry_s=retry_s), journal, "")
            sittings = judge_class(
                round_.due, round_.run, journal, Deaf(), sessions, workers=workers, limit_s=limit_s
            )
            round_.finish()
        return sittings

    def start(self, *options: str, command: str = "grade", **changes: str) -> subprocess.Popen[str]:
        """`cloudlab grade` in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "pytest_cloudlab", command, str(self.roster), *options],
            cwd=self.folder,
            env={**os.environ, **changes},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *options: str, command: str = "grade", **changes: str) -> tuple[int, str, str]:
        """What it exited with, and what it said on standard output and on standard error."""
        with self.start(*options, command=command, **changes) as process:
            out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def cards(self) -> list[Card]:
        assizes = self.assizes()
        with self.journal() as journal:
            return [card(one, one.checks, journal) for one in assizes]

    def found(self) -> Found:
        return {
            card.member.id: {
                one.check.name.removeprefix("test_"): (
                    one.verdict,
                    one.observation.message if one.observation else "",
                )
                for one in card.standings
            }
            for card in self.cards()
        }

    def verdicts(self) -> dict[str, dict[str, str]]:
        return {
            member: {name: str(verdict) for name, (verdict, _) in ones.items()}
            for member, ones in self.found().items()
        }

    def observations(self) -> list[Observation]:
        with self.journal() as journal:
            return list(journal.observations("knots"))


def classroom(
    folder: Path,
    checks: str,
    members: Mapping[str, Mapping[str, str]] | Iterable[str],
    *,
    conftest: str = "",
    names: Mapping[str, str] | None = None,
) -> Classroom:
    """A class whose lab has these `checks`; `members` by id, with the `targets` of each."""
    lab = write_lab(folder, {"test_1.py": IMPORTS + checks}, toml=TOML)
    with (lab / "conftest.py").open("a") as file:
        file.write(conftest)
    text = f'lab = "{lab}"\n'
    known = members if isinstance(members, Mapping) else {member: dict[str, str]() for member in members}
    for member, targets in known.items():
        pairs = ", ".join(f"{key} = '{value}'" for key, value in targets.items())
        name = (names or {}).get(member, member.title())
        text += MEMBER.format(id=member, name=name, targets=pairs)
    (folder / "teams.toml").write_text(text)
    return Classroom(folder)
