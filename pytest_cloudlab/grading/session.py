"""One member's pytest session: asks each check once its needs stand, and turns outcomes into verdicts."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from _pytest.runner import runtestprotocol

from pytest_cloudlab.assignment import Assignment, assign
from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.evidence import EvidenceStore
from pytest_cloudlab.grading.events import Events
from pytest_cloudlab.grading.finding import Finding, finding_of
from pytest_cloudlab.grading.judge import Judge, Ruling, clean
from pytest_cloudlab.grading.steps import in_step
from pytest_cloudlab.journal import Journal
from pytest_cloudlab.lab import load_lab
from pytest_cloudlab.model import Check, Evidence, Verdict
from pytest_cloudlab.redaction import redact
from pytest_cloudlab.roster import find_roster, load_roster
from pytest_cloudlab.standing import check_needs_graph
from pytest_cloudlab.waiting import Deadline

ASSIGNMENT = pytest.StashKey[Assignment]()
DATA = pytest.StashKey[Path]()
JUDGE = pytest.StashKey[Judge]()
STORE = pytest.StashKey[EvidenceStore]()
MEASURED = pytest.StashKey[dict[str, Any]]()
EVIDENCE = pytest.StashKey[list[Evidence]]()
FINDING = pytest.StashKey[Finding]()

WORKER = "A member's checks wait for each other, so they run in one process: run the lab without -n."
PAUSE_S = 1.0
"""Between two tries of what could not be judged."""


@contextlib.contextmanager
def _plainly() -> Iterator[None]:
    """Our usage errors as pytest's, which it prints without a traceback."""
    try:
        yield
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None


class LabSession:
    def __init__(self, config: pytest.Config, folders: set[Path], items: list[pytest.Item]) -> None:
        with _plainly():
            if len(folders) > 1:
                names = ", ".join(sorted(folder.name for folder in folders))
                raise UsageError(f"several labs at once: {names}", remedy="Judge one lab at a time.")
            self._folder = next(iter(folders))
            self._checks = read_checks(load_lab(self._folder))
            check_needs_graph(self._checks)
        self._by_name = {check.name: check for check in self._checks}
        found = [_function(item) for item in items if self._check_of(item)]
        for name in sorted({name for name in found if found.count(name) > 1}):
            with _plainly():
                raise UsageError(f"{name} runs several times", remedy="A check is asked once: no parameters.")
        order = [check.name for check in self._checks]
        rest = [item for item in items if not self._check_of(item)]
        mine = [item for item in items if self._check_of(item)]
        mine.sort(key=lambda item: order.index(_function(item)))
        step = config.getoption("cloudlab_step")
        chosen = [item for item in mine if in_step(self._by_name[_function(item)], step)]
        if len(chosen) < len(mine):
            config.hook.pytest_deselected(items=[item for item in mine if item not in chosen])
        items[:] = rest + chosen
        self._events = Events(config.getoption("cloudlab_events"))
        self._retries = Deadline.after(0)

    def _check_of(self, item: pytest.Item) -> Check | None:
        return self._by_name.get(_function(item)) if item.path.parent == self._folder else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        config = session.config
        if config.option.collectonly or config.option.setuponly or config.option.setupplan:
            self._by_name = {}  # nothing is asked, so nothing is judged
            return
        if _is_worker(config):
            return
        with _plainly():
            self._open(config)
        self._retries = Deadline.after(config.getoption("cloudlab_retry"))

    def _open(self, config: pytest.Config) -> None:
        named = config.getoption("cloudlab_roster") or os.environ.get("CLOUDLAB_ROSTER", "")
        file = Path(named) if named else find_roster(config.invocation_params.dir)
        lab, roster = load_roster(file, str(self._folder))
        who = config.getoption("cloudlab_as") or os.environ.get("CLOUDLAB_AS", "")
        assignment = assign(lab, roster, who)
        folder = Path(config.getoption("cloudlab_dir") or file.resolve().parent / ".cloudlab")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("# Made by pytest-cloudlab: what it saw is not source.\n*\n")
        config.stash[ASSIGNMENT] = assignment
        config.stash[DATA] = folder
        config.stash[STORE] = EvidenceStore(folder / "evidence")
        self._journal = Journal(folder / "journal.sqlite")
        config.add_cleanup(self._journal.close)
        self._judge = config.stash[JUDGE] = Judge(
            assignment,
            self._checks,
            self._journal.observations(lab.id, assignment.team.id, assignment.member.id),
            self._journal.append,
            run=self._journal.start_run(lab.id, self._checks),
            final=config.getoption("cloudlab_final"),
            act=config.getoption("cloudlab_act"),
            again=config.getoption("cloudlab_again"),
        )

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        check = self._check_of(item)
        if check is None:
            return None
        if _is_worker(item.config):
            item.ihook.pytest_runtest_logreport(report=_report(item, "failed", WORKER, when="setup"))
            return True
        self._events.asking(check)
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        ruling = self._judge.rule(check)
        if ruling:
            # What an earlier item set up for its module ends here, as it would had this one been run.
            item.session._setupstate.teardown_exact(nextitem)
            reports = [_not_asked(item, ruling)]
        else:
            reports = self._ask(item, nextitem, check)
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        earlier = ruling is not None and ruling.kind == "achieved"
        self._events.judged(self._judge.standings[check.name], earlier=earlier)
        return True

    def _ask(self, item: pytest.Item, nextitem: pytest.Item | None, check: Check) -> list[pytest.TestReport]:
        """Run the check, again while it is inconclusive and time for retries is left."""
        while True:
            started = time.monotonic()
            item.stash[MEASURED] = {}
            item.stash[EVIDENCE] = []
            item.stash[FINDING] = Finding(Verdict.INCONCLUSIVE, "the check was not run to its end")
            reports = runtestprotocol(item, log=False, nextitem=nextitem)
            finding = item.stash[FINDING]
            duration_s = time.monotonic() - started
            if not finding.again or check.acts or self._retries.remaining_s() < PAUSE_S:
                break
            time.sleep(PAUSE_S)
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
        )
        return reports

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        check = self._check_of(item)
        if check is None or call.when == "teardown":
            return report
        if call.excinfo is None:
            if call.when == "call":
                item.stash[FINDING] = Finding(Verdict.PASSED)
            return report
        if call.excinfo.errisinstance((KeyboardInterrupt, pytest.exit.Exception)):
            return report
        finding = finding_of(call.excinfo.value, lab=self._folder)
        item.stash[FINDING] = finding
        report.outcome = "failed"
        if item.config.option.tbstyle not in ("long", "native"):
            report.longrepr = _in_words(finding, check)
        vars(report)["cloudlab_verdict"] = finding.verdict
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        verdict = getattr(report, "cloudlab_verdict", None)
        if verdict is Verdict.INCONCLUSIVE:
            return "error", "?", "INCONCLUSIVE"
        reason = getattr(report, "cloudlab_ruling", "")
        if reason == "achieved":
            return "passed", ".", "ACHIEVED"
        return None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Waiting for something that failed in an earlier run is no success either."""
        judge: Judge | None = getattr(self, "_judge", None)
        if judge is None or exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            return
        asked = {_function(item) for item in session.items if self._check_of(item)}
        verdicts = [judge.standings[name].verdict for name in asked]
        if {Verdict.BLOCKED, Verdict.INCONCLUSIVE, Verdict.FAILED} & set(verdicts):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _function(item: pytest.Item) -> str:
    return getattr(item, "originalname", None) or item.name


def _in_words(finding: Finding, check: Check) -> str:
    lines = [clean(finding.message), clean(finding.remedy) or check.hint]
    if finding.verdict is Verdict.INCONCLUSIVE:
        lines.insert(0, "could not tell:")
    return "\n".join(line for line in lines if line)


def _is_worker(config: pytest.Config) -> bool:
    """Whether this is one of several processes of xdist."""
    return hasattr(config, "workerinput")


def _not_asked(item: pytest.Item, ruling: Ruling) -> pytest.TestReport:
    """The report of a check that was not run: passed when it was achieved before, else skipped."""
    if ruling.kind == "achieved":
        report = _report(item, "passed", None)
    else:
        path, line, _ = item.location
        report = _report(item, "skipped", (path, line or 0, ruling.reason))
    vars(report)["cloudlab_ruling"] = ruling.kind
    return report


def _report(
    item: pytest.Item,
    outcome: Literal["passed", "failed", "skipped"],
    text: str | tuple[str, int, str] | None,
    *,
    when: Literal["setup", "call"] = "call",
) -> pytest.TestReport:
    return pytest.TestReport(item.nodeid, item.location, {}, outcome, text, when)
