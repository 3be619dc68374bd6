"""A lab in the controller of xdist: writes the journal for the workers, and speaks for one that died."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pytest_cloudlab.grading.dispatch import Opening, asked_by, read_dispatch
from pytest_cloudlab.grading.finding import Finding
from pytest_cloudlab.grading.judge import in_words
from pytest_cloudlab.grading.reported import status_of
from pytest_cloudlab.grading.session import plainly
from pytest_cloudlab.journal import Journal, open_journal
from pytest_cloudlab.model import Observation, Verdict

NAME = "cloudlab-controller"
DIED = Finding(
    Verdict.INCONCLUSIVE,
    "the process that asked died",
    "Run it again; if it dies again, tell whoever keeps the lab.",
)


def named_anew(data: dict[str, Any], text: str) -> None:
    """Give a serialised report the node id of its own check."""
    data["nodeid"] = read_dispatch(text).node_id


def taken(report: pytest.TestReport, text: str) -> None:
    """Write down what a worker has seen; `report` came with it."""
    dispatch = read_dispatch(text)
    node = report.node  # xdist's
    manager = node.config.pluginmanager
    controller: Controller | None = manager.get_plugin(NAME)
    if dispatch.opening and controller is None:
        with plainly():
            controller = Controller(node.config, dispatch.opening, node.workerinput["testrunuid"])
        manager.register(controller, NAME)
    if controller:
        controller.take(dispatch.observations)
        if dispatch.stands:
            controller.verdicts[dispatch.node_id] = dispatch.stands


class Controller:
    def __init__(self, config: pytest.Config, opening: Opening, test_run: str) -> None:
        self._opening = opening
        self._journal: Journal = open_journal(Path(opening.data))
        config.add_cleanup(self._journal.close)
        self._run = self._journal.start_run(opening.lab, opening.checks, asked_by(test_run))
        self._asking = ""
        """Node id of the check that is being asked."""
        self.verdicts: dict[str, Verdict] = {}
        """Node id -> where the check stands."""

    def take(self, observations: tuple[Observation, ...]) -> None:
        if observations:
            with plainly():
                self._journal.append(*(replace(one, run=self._run) for one in observations))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        if nodeid in self._opening.node_ids:
            self._asking = nodeid

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        if nodeid == self._asking:
            self._asking = ""

    def pytest_handlecrashitem(self, crashitem: str, report: pytest.TestReport, sched: Any) -> None:
        """What the dead worker was asking could not be judged; another worker goes on with the rest."""
        if crashitem != self._opening.sent:
            return
        if self._asking:
            self._tell(report, self._asking)
        # Those that have no such way send the test of a dead worker again by themselves.
        with contextlib.suppress(NotImplementedError):
            sched.mark_test_pending(crashitem)

    def _tell(self, report: pytest.TestReport, node_id: str) -> None:
        opening, name = self._opening, self._opening.node_ids[node_id]
        self.take(
            (
                Observation(
                    lab=opening.lab,
                    team=opening.team,
                    member=opening.member,
                    check=name,
                    verdict=DIED.verdict,
                    message=DIED.message,
                    remedy=DIED.remedy,
                    at=datetime.now(UTC),
                    duration_s=0.0,
                ),
            )
        )
        self.verdicts[node_id] = DIED.verdict
        check = next(one for one in opening.checks if one.name == name)
        path = node_id.split("::", 1)[0]
        report.nodeid, report.location, report.when = node_id, (path, None, name), "call"
        report.longrepr = in_words(DIED, check)
        vars(report)["cloudlab_verdict"] = DIED.verdict.value
        self._asking = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        return status_of(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """As in a session of one process: what waits for something is no success."""
        if exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            return
        if {Verdict.BLOCKED, Verdict.INCONCLUSIVE, Verdict.FAILED} & set(self.verdicts.values()):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
