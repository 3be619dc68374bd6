"""Alice's lab on a stage: what one sabotage spoilt is put right before the next begins."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.checks.workspace.sabotages import Sabotage
from pytest_cloudlab.checks.workspace.walkthrough import Walkthrough
from pytest_cloudlab.grading.member import Assize, judge_member
from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.rehearsal import Scene, Stage
from pytest_cloudlab.standing import Card
from tests.checks.verdicts import by_verdict, waiting_for

PATIENCE_S = 60
"""Time for what a busy machine could not look at; what is wrong is not asked again."""
SCENES = {scene.name: scene for scene in Walkthrough.scenes}
BEFORE = {
    "1.2": ("1.1",),
    "1.3": ("1.1", "1.2"),
    "1.4": ("1.1",),
    "1.5": ("1.1",),
    "2.1": ("1.1", "1.2"),
    "3": ("1.1",),
}
"""The steps that those of another step build upon."""
WORK = {"1.3": ("switch_handler_off", "clone"), "1.4": ("install_extensions",)}
"""What is lost with a home directory, or with the folder."""


class Soloist:
    def __init__(self, stage: Stage, folder: Path, sessions: Sessions) -> None:
        self.stage = stage
        self._sessions = sessions
        self.walkthrough = Walkthrough(stage)
        self.checks = read_checks(stage.lab)
        self._folder = folder
        self._owed: Scene | None = None
        self._anew = True
        for name in ("create_vscode", "make_folder"):
            self.play(name)
        for steps in (("1.1",), ("1.1", "1.2")):
            self.judge(self._base(steps[:-1], folder / "-".join(steps)), step=steps[-1])

    @property
    def alice(self) -> Assignment:
        """As the roster has her now."""
        return self.stage.assignments[0]

    def play(self, *names: str) -> None:
        for name in names:
            getattr(self.walkthrough, name)(self.alice)
            self._anew |= name == "create_vscode"

    def lasting(self, step: str) -> set[str]:
        return {one.name for one in self.checks if one.step == step}

    def achieves(self, step: str, data: Path) -> Card:
        """Judged as things stand, everything of that step is achieved."""
        self._put_right("")
        self._settle(step)
        card = self.judge(self._base(BEFORE.get(step, ()), data), step=step)
        assert by_verdict(card)["passed"] == self.lasting(step)
        return card

    def turns_red(self, sabotage: type[Sabotage], data: Path) -> None:
        """Judged after `sabotage`, exactly what it announces fails, what needs that is blocked, and all else
        is achieved."""
        self._put_right(sabotage.spoils)
        self._owed = SCENES[sabotage.spoils]
        step = sabotage.judged or self._owed.step
        self._settle(step)
        getattr(sabotage(self.stage), sabotage.spoils)(self.alice)
        self._anew |= sabotage.spoils in ("create_vscode", "make_folder")
        found = by_verdict(self.judge(self._base(BEFORE.get(step, ()), data), step=step))
        assert found["failed"] == sabotage.red
        assert found["inconclusive"] == set()
        assert found["blocked"] == waiting_for(sabotage.red, self.checks) & self.lasting(step)
        assert found["passed"] == self.lasting(step) - found["failed"] - found["blocked"]

    def judge(self, data: Path, *, step: str) -> Card:
        """Her card of that step and those before it, judged with her own file."""
        data.mkdir(parents=True, exist_ok=True)
        one = self.alice
        own_file = data / "cloudlab.toml"
        own_file.write_text(f'me = "{one.member.id}"\n{self.stage.roster_file.read_text("utf-8")}', "utf-8")
        # A restart of the pod is the last that step 1.2 has.
        self._anew |= step == "1.2"
        assize = Assize(one, own_file, data, act=True, step=step, retry_s=PATIENCE_S)
        return judge_member(assize, lambda event: None, sessions=self._sessions)

    def _put_right(self, next_to_spoil: str) -> None:
        """Play again what the last sabotage has spoilt, but for a workspace that is made anew next."""
        owed, self._owed = self._owed, None
        if owed and not (owed.name == next_to_spoil and owed.name.startswith("create_")):
            self.play(owed.name)

    def _settle(self, step: str) -> None:
        """What was there before the pod was made anew, or the folder."""
        if self._anew and step in WORK:
            self.play(*(name for names in WORK.values() for name in names))
            self._anew = False

    def _base(self, steps: Sequence[str], data: Path) -> Path:
        """A journal in which those steps are achieved."""
        if steps:
            shutil.copytree(self._folder / "-".join(steps), data)
        return data
