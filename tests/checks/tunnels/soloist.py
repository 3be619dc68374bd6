"""Alice's chain on a stage: what sabotages spoilt is put right before the next begin."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from pytest_cloudlab.assignment import Assignment, assign
from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.checks.tunnels.sabotages import Sabotage
from pytest_cloudlab.checks.tunnels.walkthrough import Walkthrough
from pytest_cloudlab.grading.member import Assize, judge_member
from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.rehearsal import Stage
from pytest_cloudlab.roster import load_roster
from pytest_cloudlab.standing import Card
from tests.checks.verdicts import by_verdict, waiting_for

PATIENCE_S = 120
"""Time for what a busy machine could not look at; what is wrong is not asked again."""


class Soloist:
    """Has done the whole lab but its end, and was judged."""

    def __init__(self, stage: Stage, folder: Path, sessions: Sessions) -> None:
        self.stage = stage
        self._sessions = sessions
        self.walkthrough = Walkthrough(stage)
        self.checks = read_checks(stage.lab)
        self.lasting = {one.name for one in self.checks if one.holds == "ever"}
        self.ports = {one.name for one in self.checks if one.step in "3456"}
        self.achieved = folder / "achieved"
        self._owed: list[str] = []
        for scene in Walkthrough.scenes:
            getattr(self.walkthrough, scene.name)(self.alice)
            if scene.curtain:  # nobody listens at the far end of the tunnel yet
                self.judge(self.achieved, step=scene.step)
        self.card = self.judge(self.achieved)

    @property
    def alice(self) -> Assignment:
        """As the roster has her now."""
        return self.stage.assignments[0]

    def put_right(self) -> None:
        """Play again what the last sabotages have spoilt."""
        owed, self._owed = self._owed, []
        for scene in owed:
            getattr(self.walkthrough, scene)(self.alice)

    def turns_red(self, sabotages: Sequence[type[Sabotage]], data: Path) -> None:
        """Judged after all of `sabotages`, exactly what they announce fails, with the words that each
        announces, what needs that is blocked, and all else is achieved."""
        self.put_right()
        for one in sabotages:
            self._owed += one.mended_by or (one.spoils,)
            getattr(one(self.stage), one.spoils)(self.alice)
        red = frozenset[str]().union(*(one.red for one in sabotages))
        card = self.judge(data)
        found = by_verdict(card)
        assert found["failed"] == red
        assert found["inconclusive"] == set()
        assert found["blocked"] == waiting_for(red, self.checks)
        assert found["passed"] == self.lasting - found["failed"] - found["blocked"]
        messages = {one.check.name: one.observation.message for one in card.standings if one.observation}
        for sabotage in sabotages:
            assert any(sabotage.says in messages[name] for name in sabotage.red), sabotage.title()

    def judge_public(self, data: Path) -> Card:
        """Her card where the course agrees on a public preview, and she has made it so."""
        roster = data / "teams.toml"
        said = self.stage.roster_file.read_text(encoding="utf-8")
        changed = '[parameters.preview]\nvisibility = "public"\n\n'
        roster.write_text(said.replace("[course]", f"{changed}[course]", 1), encoding="utf-8")
        alice = assign(*load_roster(roster))
        self._owed.append("agree_on_visibility")
        self.walkthrough.agree_on_visibility(alice)
        assize = Assize(alice, roster, data, retry_s=PATIENCE_S)
        return judge_member(assize, lambda event: None, sessions=self._sessions)

    def judge(self, data: Path, *, step: str = "", final: bool = False) -> Card:
        """Her card, judged with her own file; what `data`'s journal knows as achieved is not asked again."""
        data.mkdir(parents=True, exist_ok=True)
        one = self.alice
        own_file = data / "cloudlab.toml"
        own_file.write_text(f'me = "{one.member.id}"\n{self.stage.roster_file.read_text("utf-8")}', "utf-8")
        assize = Assize(one, own_file, data, final=final, step=step, retry_s=PATIENCE_S)
        return judge_member(assize, lambda event: None, sessions=self._sessions)

    def as_achieved(self, data: Path, *, without: AbstractSet[str]) -> None:
        """A journal in which all was achieved, but for `without` and what needs that."""
        shutil.copytree(self.achieved, data)
        with contextlib.closing(sqlite3.connect(data / "journal.sqlite")) as journal, journal:
            for name in {*without} | waiting_for(frozenset(without), self.checks):
                journal.execute("delete from observations where name = ?", (name,))
