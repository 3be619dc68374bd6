"""Alice's second part on a stage: what one sabotage spoilt is put right before the next begins.

Her apps are served by Streamlit itself. In the image a stand-in serves the app, so that building it, pushing
it and pulling it on one VM after the other takes seconds; the rehearsal does it with the real one.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.be.sabotages import Sabotage
from pytest_cloudlab.checks.be.streamlit_scenes import APP_CONTAINER
from pytest_cloudlab.checks.be.walkthrough import Walkthrough
from pytest_cloudlab.grading.member import Assize, judge_member
from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.model import Verdict
from pytest_cloudlab.rehearsal import Stage
from pytest_cloudlab.standing import Card

PART = "2"
SERVING = ("serve_first_app", "serve_second_app")
STANDING = ("build_app", "run_app", "push_app", "create_container_vm", "open_port")
CLEANUP = [scene.name for scene in Walkthrough.app_cleanup]
PATIENCE_S = 120
"""Time for what a busy machine could not look at; what is wrong is not asked again."""
STAND_IN = Path(__file__).with_name("light_streamlit.py")


class Light(Walkthrough):
    """A player whose image holds the stand-in."""

    def write_dockerfile(self, one: Assignment) -> None:
        codespace, folder = self.stage.codespace(one), self.app_folder(one)
        codespace.write(f"{folder}/streamlit.py", STAND_IN.read_bytes())
        super().write_dockerfile(one)
        codespace.check("sed -i '/pip install/d' %s", f"{folder}/Dockerfile")


class Soloist:
    def __init__(self, stage: Stage, folder: Path, sessions: Sessions) -> None:
        self.stage = stage
        self._sessions = sessions
        self.alice = stage.assignments[0]
        self.walkthrough = Light(stage)
        self._served = folder / "served"
        self._owed = list(STANDING)
        self._serve()

    def _serve(self) -> None:
        """Both apps, each judged while it runs: what comes later goes on from that journal."""
        for scene, step in zip(SERVING, ("2.3", "2.4"), strict=True):
            getattr(self.walkthrough, scene)(self.alice)
            card = self.judge(self._served, step=step)
            (verdict,) = {one.verdict for one in card.standings if one.check.step == step}
            assert verdict is Verdict.PASSED, f"{scene}: {verdict}"

    def put_right(self) -> None:
        if "open_port" in self._owed:
            self.walkthrough.close_port(self.alice)
        for scene in self._owed:
            getattr(self.walkthrough, scene)(self.alice)
        self._owed = []

    def owes(self, begins: str, ends: str) -> None:
        scenes = set(STANDING[STANDING.index(begins) : STANDING.index(ends) + 1])
        self._owed = [scene for scene in STANDING if scene in scenes | set(self._owed)]

    def owes_all(self) -> None:
        self._owed = list(STANDING)

    def player(self, sabotage: type[Sabotage]) -> Walkthrough:
        light: type[Walkthrough] = type(sabotage.__name__, (sabotage, Light), {})
        return light(self.stage)

    def play(self, sabotage: type[Sabotage]) -> None:
        """What stands in the end, as Alice leaves it when `sabotage` happened."""
        self.put_right()
        self.owes(sabotage.begins, sabotage.ends)
        player = self.player(sabotage)
        for scene in STANDING[STANDING.index(sabotage.begins) : STANDING.index(sabotage.ends) + 1]:
            getattr(player, scene)(self.alice)

    def serve(self, sabotage: type[Sabotage], data: Path) -> None:
        """The app that `sabotage` is about, judged while it is served; the container runs afterwards."""
        self.put_right()
        self.after_serving(data, without=sabotage.red)
        self.stage.codespace(self.alice).check("docker stop -t 0 %s", APP_CONTAINER)
        self.owes("run_app", "run_app")
        step = next(one.step for one in Walkthrough.app_scenes if one.name == sabotage.begins)
        player = self.player(sabotage)
        try:
            getattr(player, sabotage.begins)(self.alice)
            self.judge(data, step=step)
        finally:
            player.quit_app(self.alice)
        self.put_right()

    def after_serving(self, data: Path, *, without: frozenset[str] = frozenset()) -> None:
        """A journal as it was when both apps had been served."""
        shutil.copytree(self._served, data)
        with contextlib.closing(sqlite3.connect(data / "journal.sqlite")) as journal, journal:
            for name in without:
                journal.execute("delete from observations where name = ?", (name,))

    def judge(
        self, data: Path, *, step: str = PART, final: bool = False, retry_s: float = PATIENCE_S
    ) -> Card:
        data.mkdir(exist_ok=True)
        assize = Assize(self.alice, self.stage.roster_file, data, final=final, step=step, retry_s=retry_s)
        return judge_member(assize, lambda event: None, sessions=self._sessions)
