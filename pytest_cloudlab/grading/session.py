"""One member's pytest session: asks each check once its needs stand, and turns outcomes into verdicts."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Collection, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from pytest_cloudlab.assignment import Assignment, assign
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.evidence import EvidenceStore
from pytest_cloudlab.grading.events import Events
from pytest_cloudlab.grading.finding import Finding, finding_of, finding_within
from pytest_cloudlab.grading.judge import Judge
from pytest_cloudlab.grading.questions import Questions, function_of
from pytest_cloudlab.grading.record import Own, Record, Told
from pytest_cloudlab.grading.reported import not_asked, status_of, tell
from pytest_cloudlab.grading.retries import Retries
from pytest_cloudlab.grading.stamps import Stamps, stamps
from pytest_cloudlab.model import Check, Evidence, Lab, Roster, Verdict
from pytest_cloudlab.reconnection import Reconnection
from pytest_cloudlab.redaction import clean_values, redact
from pytest_cloudlab.roster import find_roster, load_roster, roster_files

ASSIGNMENT = pytest.StashKey[Assignment]()
DATA = pytest.StashKey[Path]()
JUDGE = pytest.StashKey[Judge]()
STORE = pytest.StashKey[EvidenceStore]()
MEASURED = pytest.StashKey[dict[str, Any]]()
EVIDENCE = pytest.StashKey[list[Evidence]]()
MOST_RECONNECTIONS = 50
RECONNECTIONS = pytest.StashKey[list[Reconnection]]()
"""Since the last observation, whichever check's use of a machine they come from."""
FINDING = pytest.StashKey[Finding]()


@contextlib.contextmanager
def plainly() -> Iterator[None]:
    """Our usage errors as pytest's, which it prints without a traceback."""
    try:
        yield
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None


class LabSession:
    def __init__(self, config: pytest.Config, folders: Collection[Path], items: list[pytest.Item]) -> None:
        step, until = config.getoption("cloudlab_step"), config.getoption("cloudlab_until")
        with plainly():
            self._questions = Questions(
                folders, items, step=step, until=until, act=config.getoption("cloudlab_act")
            )
        if self._questions.left_out:
            config.hook.pytest_deselected(items=self._questions.left_out)
        items[:] = self._questions.others + self._questions.asked
        self._retries = Retries(config.getoption("cloudlab_retry"))
        self._read: tuple[Lab, Roster] | None = None

    def read_ahead(self, config: pytest.Config) -> Stamps:
        """Read the roster for all sessions that are forked from here; what is wrong with it is theirs to say.

        Returns what tells whether it is still as it was.
        """
        with contextlib.suppress(UsageError):
            file = _roster_file(config)
            found = stamps((), map(str, roster_files(file)))
            self._read = load_roster(file, str(self._questions.folder))
            return found
        return {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        option = session.config.option
        if option.collectonly or option.setuponly or option.setupplan:
            self._questions.forget()
        else:
            self._begin(session.config)

    def _begin(self, config: pytest.Config) -> None:
        with plainly():
            self._open(config)

    def _open(self, config: pytest.Config) -> None:
        # Options are read here, not before: up to here, one session stands for those of several members.
        self._events = Events(config.getoption("cloudlab_events"))
        file = _roster_file(config)
        lab, roster = self._read or load_roster(file, str(self._questions.folder))
        who = config.getoption("cloudlab_as") or os.environ.get("CLOUDLAB_AS", "")
        assignment = assign(lab, roster, who)
        self._questions.bind(assignment.lab)
        folder = Path(config.getoption("cloudlab_dir") or file.resolve().parent / ".cloudlab")
        config.add_cleanup(self._events.flush)
        config.stash[ASSIGNMENT] = assignment
        config.stash[DATA] = folder
        config.stash[RECONNECTIONS] = []
        config.stash[STORE] = EvidenceStore(folder / "evidence")
        record = self._record(config, folder, assignment)
        config.add_cleanup(record.close)
        self._judge = config.stash[JUDGE] = Judge(
            assignment,
            self._questions.checks,
            record.past,
            record.append,
            run=record.run,
            final=config.getoption("cloudlab_final"),
            act=config.getoption("cloudlab_act"),
            again=config.getoption("cloudlab_again"),
        )

    def _record(self, config: pytest.Config, folder: Path, assignment: Assignment) -> Record:
        brief = config.getoption("cloudlab_brief")
        return Told(Path(brief), self._events) if brief else Own(folder, assignment, self._questions.checks)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        check = self._questions.check_of(item)
        if check is None:
            return None
        self._events.asking(check)
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        ruling = self._judge.rule(check)
        if ruling:
            # What an earlier item set up for its module ends here, as it would had this one been run.
            item.session._setupstate.teardown_exact(nextitem)
            reports = [not_asked(item, ruling)]
        else:
            reports = self._ask(item, nextitem, check)
        self._log(item, check, reports)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        earlier = ruling is not None and ruling.kind == "achieved"
        self._events.judged(self._judge.standings[check.name], earlier=earlier)
        if nextitem is None:
            self._events.flush()
        return True

    def _log(self, item: pytest.Item, check: Check, reports: list[pytest.TestReport]) -> None:
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)

    def _ask(self, item: pytest.Item, nextitem: pytest.Item | None, check: Check) -> list[pytest.TestReport]:
        """Run the check, again while it is inconclusive and time for retries is left."""
        reports, duration_s = _run(item, nextitem)
        while item.stash[FINDING].again and not check.acts and self._retries.left:
            with self._retries.another():
                reports, duration_s = _run(item, nextitem)
        finding = item.stash[FINDING]
        kept = item.stash[EVIDENCE]
        if finding.traceback:
            store = item.config.stash[STORE]
            kept.append(store.put("traceback.txt", redact(finding.traceback).encode(), "text/plain"))
        self._judge.observe(
            check,
            finding,
            duration_s=duration_s,
            measured=item.stash[MEASURED],
            evidence=tuple(kept),
            reconnections=_taken(item.config.stash[RECONNECTIONS]),
        )
        return reports

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        check, error = self._questions.check_of(item), call.excinfo.value if call.excinfo else None
        if check is None or call.when == "teardown" or (call.when == "setup" and error is None):
            return report
        if isinstance(error, KeyboardInterrupt | pytest.exit.Exception):
            return report
        # The values as they are stored: to judge them anew has to come to the same.
        measured = clean_values(item.stash[MEASURED])
        finding = finding_of(error, lab=self._questions.source)
        if error is None:
            finding = finding_within(check.bounds, measured)
        item.stash[FINDING] = finding
        if finding.verdict is not Verdict.PASSED:
            tell(report, finding, check, plainly=item.config.option.tbstyle not in ("long", "native"))
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        return status_of(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Waiting for something that failed in an earlier run is no success either."""
        judge: Judge | None = getattr(self, "_judge", None)
        if judge is None or exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            return
        asked = {function_of(item) for item in session.items if self._questions.check_of(item)}
        verdicts = [judge.standings[name].verdict for name in asked]
        if {Verdict.BLOCKED, Verdict.INCONCLUSIVE, Verdict.FAILED} & set(verdicts):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _roster_file(config: pytest.Config) -> Path:
    named = config.getoption("cloudlab_roster") or os.environ.get("CLOUDLAB_ROSTER", "")
    return Path(named) if named else find_roster(config.invocation_params.dir)


def _taken(told: list[Reconnection]) -> tuple[Reconnection, ...]:
    taken = tuple(told[:MOST_RECONNECTIONS])
    told.clear()
    return taken


def _run(item: pytest.Item, nextitem: pytest.Item | None) -> tuple[list[pytest.TestReport], float]:
    """One try: pytest's reports, and how many seconds it took. The finding stands in the item's stash."""
    started = time.monotonic()
    item.stash[MEASURED] = {}
    item.stash[EVIDENCE] = []
    item.stash[FINDING] = Finding(Verdict.INCONCLUSIVE, "the check was not run to its end")
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    return reports, time.monotonic() - started
