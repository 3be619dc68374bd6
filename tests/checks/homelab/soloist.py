"""Alice's lab on a stage: what one sabotage spoilt is put right before the next begins."""

from __future__ import annotations

import shutil
from pathlib import Path

from pytest_cloudlab.assignment import Assignment, assign
from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.checks.homelab.sabotages import Sabotage
from pytest_cloudlab.checks.homelab.walkthrough import Walkthrough
from pytest_cloudlab.fixtures.streamlit_server import StreamlitServer
from pytest_cloudlab.grading.member import Assize, judge_member
from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.rehearsal import Scene, Stage
from pytest_cloudlab.roster import load_roster
from pytest_cloudlab.standing import Card
from tests.checks.verdicts import by_verdict, waiting_for

SCENES = {scene.name: scene for scene in (*Walkthrough.scenes, *Walkthrough.cleanup)}
STAND_IN = Path(__file__).with_name("light_streamlit.py")
PATIENCE_S = 60
IMPATIENT = "[parameters.ssh]\nback_within_s = 2\n\n[parameters.wake]\nwithin_s = {}\n\n"


class Light(Walkthrough):
    """A player whose desktop has the stand-in for Streamlit."""

    def install_streamlit(self, server: StreamlitServer) -> None:
        stand_in, command = f"{server.home}/streamlit.py", f"{server.home}/python/bin/streamlit"
        server.machine.write(stand_in, STAND_IN.read_bytes())
        server.machine.write(command, f'#!/bin/sh\nexec python3 {stand_in} "$@"\n'.encode(), mode=0o755)


class Soloist:
    """Has done the lab's `steps`, each judged before the next; her journal before each of them is kept."""

    def __init__(self, stage: Stage, folder: Path, sessions: Sessions, *steps: str) -> None:
        self.stage = stage
        self._sessions = sessions
        self.walkthrough = Light(stage)
        self.checks = [one for one in read_checks(stage.lab) if one.step in steps]
        self._before = folder / "before"
        self._owed: Scene | None = None
        self.achieved: set[str] = set()
        """What was achieved when the steps were done for the first time."""
        past = folder / "past"
        for step in steps:
            for scene in Walkthrough.scenes:
                if scene.step == step:
                    self._play(scene.name)
            if past.exists():
                shutil.copytree(past, self._before / step)
            self.achieved |= by_verdict(self.judge(past, step=step, retry_s=PATIENCE_S))["passed"]

    @property
    def alice(self) -> Assignment:
        """As the roster has her now."""
        return self.stage.assignments[0]

    def put_right(self) -> None:
        """Play again what the last sabotage has spoilt."""
        owed, self._owed = self._owed, None
        if owed:
            self._play(owed.name)

    def turns_red(self, sabotage: type[Sabotage], data: Path, *, within_s: int = PATIENCE_S) -> None:
        """Judged after `sabotage`, exactly what it announces fails, what needs that is blocked, and all else
        is achieved."""
        scene = SCENES[sabotage.spoils]
        self.put_right()
        self._owed = scene
        getattr(sabotage(self.stage), sabotage.spoils)(self.alice)
        step = sabotage.judged or scene.step
        final = scene in Walkthrough.cleanup
        found = by_verdict(self.judge(data, step=step, final=final, within_s=within_s), final=final)
        asked = [check for check in self.checks if check.step == step]
        assert found["failed"] == sabotage.red
        assert found["inconclusive"] == set()
        assert found["blocked"] == waiting_for(sabotage.red, asked)
        assert found["passed"] == {check.name for check in asked} - found["failed"] - found["blocked"]

    def judge(
        self,
        data: Path,
        *,
        step: str,
        final: bool = False,
        retry_s: float = 0,
        within_s: int = PATIENCE_S,
        own: str = "",
        instead: tuple[str, str] = ("", ""),
    ) -> Card:
        """Her card of that step, judged with her own file: with the lines `own` about her, and with one text
        instead of another. A desktop that was called has `within_s`.

        Her journal is that of before the step."""
        if not data.exists() and (self._before / step).exists():
            shutil.copytree(self._before / step, data)
        data.mkdir(parents=True, exist_ok=True)
        said = self.stage.roster_file.read_text("utf-8").replace(
            "[course]", f"{IMPATIENT.format(within_s)}[course]", 1
        )
        said = said.replace('id = "alice"\n', f'id = "alice"\n{own}', 1).replace(*instead)
        own_file = data / "cloudlab.toml"
        own_file.write_text(f'me = "alice"\n{said}', "utf-8")
        one = assign(*load_roster(own_file))
        assize = Assize(one, own_file, data, final=final, act=True, step=step, retry_s=retry_s)
        return judge_member(assize, lambda event: None, sessions=self._sessions)

    def _play(self, scene: str) -> None:
        getattr(self.walkthrough, scene)(self.alice)
