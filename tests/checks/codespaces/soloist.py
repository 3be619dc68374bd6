"""Alice's lab on a stage: what one sabotage spoilt is put right before the next begins."""

from __future__ import annotations

import shutil
from pathlib import Path

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.checks.codespaces.sabotages import Sabotage
from pytest_cloudlab.checks.codespaces.walkthrough import Walkthrough
from pytest_cloudlab.grading.member import Assize, judge_member
from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.model import covers
from pytest_cloudlab.rehearsal import Scene, Stage
from pytest_cloudlab.standing import Card
from tests.checks.verdicts import by_verdict, waiting_for

BEGIN = "1.1"
PATIENCE_S = 120
"""Time for what a busy machine could not look at; what is wrong is not asked again."""
SCENES = {scene.name: scene for scene in (*Walkthrough.scenes, *Walkthrough.cleanup)}


class Soloist:
    """Has created her codespace, and done those of the lab's `steps`, e.g. `1.3` or `2`."""

    def __init__(self, stage: Stage, folder: Path, steps: str, sessions: Sessions) -> None:
        self.stage = stage
        self.sessions = sessions
        self.steps = steps
        self.walkthrough = Walkthrough(stage)
        self.checks = [one for one in read_checks(stage.lab) if covers(steps, one.step)]
        self.lasting = {one.name for one in self.checks if one.holds == "ever"}
        self._entered = folder / "entered"
        self._owed: Scene | None = None
        self._play("create_codespace")
        self.judge(self._entered, step=BEGIN, retry_s=PATIENCE_S)
        for scene in Walkthrough.scenes:
            if covers(steps, scene.step) and scene.step != BEGIN:
                self._play(scene.name)

    @property
    def alice(self) -> Assignment:
        """As the roster has her now."""
        return self.stage.assignments[0]

    def put_right(self) -> None:
        """Play again what the last sabotage has spoilt."""
        owed, self._owed = self._owed, None
        if owed:
            self._play(owed.name)

    def turns_red(self, sabotage: type[Sabotage], data: Path) -> None:
        """Judged after `sabotage`, exactly what it announces fails, what needs that is blocked, and all else
        is achieved."""
        self.put_right()
        self._owed = SCENES[sabotage.spoils]
        getattr(sabotage(self.stage), sabotage.spoils)(self.alice)
        found = by_verdict(self.judge(data, retry_s=PATIENCE_S))
        assert found["failed"] == sabotage.red
        assert found["inconclusive"] == set()
        assert found["blocked"] == waiting_for(sabotage.red, self.checks)
        assert found["passed"] == self.lasting - found["failed"] - found["blocked"]

    def judge(self, data: Path, *, step: str = "", final: bool = False, retry_s: float = 0) -> Card:
        """Her card of these steps, or of `step`, judged with her own file. A journal begins with the
        codespace as entered."""
        if not data.exists() and self._entered.exists() and not covers(self.steps, BEGIN):
            shutil.copytree(self._entered, data)
        data.mkdir(parents=True, exist_ok=True)
        one = self.alice
        own_file = data / "cloudlab.toml"
        own_file.write_text(f'me = "{one.member.id}"\n{self.stage.roster_file.read_text("utf-8")}', "utf-8")
        return judge_member(
            Assize(one, own_file, data, final=final, step=step or self.steps, retry_s=retry_s),
            lambda event: None,
            sessions=self.sessions,
        )

    def _play(self, scene: str) -> None:
        getattr(self.walkthrough, scene)(self.alice)
