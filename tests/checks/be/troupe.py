"""Keeps the stage in order between tests: what one sabotage spoilt is put right before the next begins."""

from __future__ import annotations

from pathlib import Path

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.be.sabotages import Sabotage
from pytest_cloudlab.checks.be.walkthrough import Walkthrough
from pytest_cloudlab.grading.member import Assize, judge_member
from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.model import Roster, Team, covers
from pytest_cloudlab.rehearsal import Stage
from pytest_cloudlab.roster_file import roster_text
from pytest_cloudlab.standing import Card

PART = "1"
"""What the troupe plays and has judged; the second part has a stage of its own."""
SCENES = [scene.name for scene in Walkthrough.scenes if covers(PART, scene.step)]


def between(first: str, last: str) -> list[str]:
    return SCENES[SCENES.index(first) : SCENES.index(last) + 1]


def perform(player: Walkthrough, one: Assignment, scenes: list[str]) -> None:
    for scene in scenes:
        getattr(player, scene)(one)


class Troupe:
    """Alice's work is judged. Zoe's image is what she runs, and Zoe's VM bears witness to the network."""

    def __init__(self, stage: Stage, sessions: Sessions) -> None:
        self.stage = stage
        self._sessions = sessions
        self.alice, self.zoe = stage.assignments
        self._walkthrough = Walkthrough(stage)
        # The scenes that each still has to play before all is as the walkthrough leaves it.
        self._owed = {"alice": SCENES, "zoe": SCENES[: SCENES.index("pull")]}

    def owes(self, one: Assignment, scenes: list[str]) -> None:
        """Say that `one` has to play these again."""
        spoilt = {*scenes, *self._owed[one.member.id]}
        self._owed[one.member.id] = [scene for scene in SCENES if scene in spoilt]

    def put_right(self) -> None:
        """Play all that is owed."""
        self._catch_up(self.zoe, SCENES)
        self._catch_up(self.alice, SCENES)

    def play(self, sabotage: type[Sabotage]) -> None:
        """The lab as Alice leaves it when `sabotage` happened, all else being as it should."""
        scenes = between(sabotage.begins, sabotage.ends)
        player = sabotage(self.stage)
        if sabotage.by == "teammate":
            self.owes(self.zoe, scenes)
            perform(player, self.zoe, scenes)
            self.owes(self.alice, ["pull", "run"])
            self._catch_up(self.alice, SCENES)
            self.owes(self.alice, ["pull", "run"])
        else:
            self._catch_up(self.zoe, SCENES)
            self._catch_up(self.alice, SCENES[: SCENES.index(sabotage.begins)])
            self.owes(self.alice, scenes)
            self.owes(self.zoe, list(sabotage.spoils))
            perform(player, self.alice, scenes)
            self._catch_up(self.alice, [scene for scene in SCENES if scene not in scenes])

    def _catch_up(self, one: Assignment, scenes: list[str]) -> None:
        """Play those of `scenes` that `one` owes."""
        owed = self._owed[one.member.id]
        perform(self._walkthrough, one, [scene for scene in owed if scene in scenes])
        self._owed[one.member.id] = [scene for scene in owed if scene not in scenes]

    def judge(
        self,
        data: Path,
        *,
        one: Assignment | None = None,
        final: bool = False,
        sabotage: type[Sabotage] | None = None,
        retry_s: float = 0,
    ) -> Card:
        one = one or self.alice
        data.mkdir(exist_ok=True)
        team = one.team
        if sabotage and sabotage.extra:
            team = Team(team.id, (*team.members, *sabotage.extra))
        roster = Roster(one.course, (team,))
        file = data / "teams.toml"
        file.write_text(roster_text(self.stage.lab.folder, roster), encoding="utf-8")
        judged = Assignment(one.lab, roster, team, one.member)
        assize = Assize(judged, file, data, final=final, step=PART, retry_s=retry_s)
        return judge_member(assize, lambda event: None, sessions=self._sessions)
