"""A lab in a worker of xdist. One worker asks all its checks, for they wait for each other.

Whatever xdist's scheduler does with them, the worker that is sent the first of a lab's checks asks them all,
in the lab's order, and the others that workers are sent are done when they come. A worker of xdist reports on
the test that it was sent and on no other, so all the reports travel under that node id, and get their own
back in the controller.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.grading.dispatch import KEY, Dispatch, Opening, asked_by
from pytest_cloudlab.grading.record import Record
from pytest_cloudlab.grading.reported import report_of
from pytest_cloudlab.grading.session import LabSession
from pytest_cloudlab.journal import Journal
from pytest_cloudlab.model import Check, Observation

EACH = UsageError(
    "--dist each would ask every check of the lab in every worker", remedy="Use another --dist, or no -n."
)
ELSEWHERE = UsageError(
    "a worker on another machine has neither the journal nor the evidence of the lab",
    remedy="Judge on many machines with `cloudlab grade --engine`.",
)


def worker_session(
    config: pytest.Config, folders: Collection[Path], items: list[pytest.Item]
) -> WorkerSession | Refusal:
    """The plugin that judges a lab here, or says of each of its checks why that cannot be."""
    told = config.workerinput.get("cloudlab", {})  # type: ignore[attr-defined]  # xdist's
    try:
        if not told.get("here"):
            raise ELSEWHERE
        if told["dist"] == "each":
            raise EACH
        return WorkerSession(config, folders, items)
    except (UsageError, pytest.UsageError) as error:
        return Refusal(str(error), [item for item in items if item.path.parent in folders])


class Refusal:
    """An error of each check: a worker that raises anything is a worker that crashed."""

    def __init__(self, why: str, items: list[pytest.Item]) -> None:
        self._why = why
        self._items = items

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        if item not in self._items:
            return None
        item.ihook.pytest_runtest_logreport(report=report_of(item, "failed", self._why, when="setup"))
        return True


class WorkerSession(LabSession):
    _asking = False

    def __init__(self, config: pytest.Config, folders: Collection[Path], items: list[pytest.Item]) -> None:
        super().__init__(config, folders, items)
        # What one worker does alone is begun first.
        items[:] = self._questions.asked + self._questions.others

    def _begin(self, config: pytest.Config) -> None:
        """Nothing yet: most workers are not the one that asks."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        if self._asking or not self._questions.check_of(item):
            return super().pytest_runtest_protocol(item, nextitem)
        if item is self._questions.asked[0]:
            self._ask_all(item, nextitem)
        else:
            item.session._setupstate.teardown_exact(nextitem)
        return True

    def _ask_all(self, first: pytest.Item, nextitem: pytest.Item | None) -> None:
        self._first = first
        try:
            self._open(first.config)
        except UsageError as error:
            for item in self._questions.asked:
                self._send(report_of(item, "failed", str(error), when="setup"), Dispatch(item.nodeid))
            return
        # Seen by nobody: that a set-up has passed is not shown.
        self._send(report_of(first, "passed", None, when="setup"), Dispatch(first.nodeid, self._opening()))
        left = [item for item in self._questions.asked if self._name(item) not in self._own.judged]
        if not left:
            first.session._setupstate.teardown_exact(nextitem)
        self._asking = True
        for item, after in zip(left, [*left[1:], nextitem], strict=False):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=after)
            if item.session.shouldfail or item.session.shouldstop:
                break
        self._asking = False

    def _record(self, config: pytest.Config, folder: Path, assignment: Assignment) -> Record:
        self._folder, self._assignment = folder, assignment
        self._own = Sent(folder, assignment, asked_by(config.workerinput["testrunuid"]))  # type: ignore[attr-defined]
        return self._own

    def _opening(self) -> Opening:
        one = self._assignment
        names = {item.nodeid: self._name(item) for item in self._questions.asked}
        return Opening(
            one.lab.id,
            one.team.id,
            one.member.id,
            str(self._folder),
            self._questions.checks,
            names,
            self._first.nodeid,
        )

    def _name(self, item: pytest.Item) -> str:
        check = self._questions.check_of(item)
        assert check
        return check.name

    def _log(self, item: pytest.Item, check: Check, reports: list[pytest.TestReport]) -> None:
        dispatch = Dispatch(
            item.nodeid,
            observations=self._own.taken(),
            stands=self._judge.standings[check.name].verdict,
        )
        for report in reports:
            self._send(report, dispatch)
            dispatch = Dispatch(item.nodeid)

    def _send(self, report: pytest.TestReport, dispatch: Dispatch) -> None:
        vars(report)[KEY] = dispatch.text()
        report.nodeid = self._first.nodeid
        self._first.ihook.pytest_runtest_logreport(report=report)


class Sent:
    """A worker reads the journal; what it sees itself goes to the controller, which writes it."""

    run = ""
    """The controller knows it."""

    def __init__(self, folder: Path, assignment: Assignment, asked: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / "journal.sqlite"
        self.past: list[Observation] = []
        self.judged: set[str] = set()
        """Checks that another worker of this test run had judged before it died."""
        self._waiting: list[Observation] = []
        if not file.exists():
            return
        lab = assignment.lab.id
        journal = Journal.open_readonly(file)
        try:
            self.past = list(journal.observations(lab, assignment.team.id, assignment.member.id))
            begun = journal.unfinished(lab, asked)
        finally:
            journal.close()
        if begun:
            self.judged = {one.check for one in self.past if one.run == begun[0]}

    def append(self, observation: Observation) -> None:
        self._waiting.append(observation)

    def taken(self) -> tuple[Observation, ...]:
        """What has come since the last call."""
        taken, self._waiting = tuple(self._waiting), []
        return taken

    def close(self) -> None:
        pass
