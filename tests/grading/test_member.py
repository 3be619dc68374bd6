"""A member's session from outside: it may die, hang or shout; what it had judged is kept."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest

from pytest_cloudlab.assignment import assign
from pytest_cloudlab.errors import CouldNotLook, TimedOut, UsageError
from pytest_cloudlab.grading.events import Event, Judged
from pytest_cloudlab.grading.member import Assize, card, judge_member
from pytest_cloudlab.journal import open_journal
from pytest_cloudlab.roster import load_roster
from tests.labs import write_lab, write_roster

FIRST = '''
import os, signal, sys, time
import pytest

pytestmark = pytest.mark.step("1")


def test_rope_is_taken():
    """You took a rope."""


def test_rope_is_long():
    """Your rope is long."""
    {body}
'''


def assize(folder: Path, body: str, *, step: str = "") -> Assize:
    lab = write_lab(folder, {"test_1.py": FIRST.format(body=body)})
    roster = write_roster(folder, lab)
    return Assize(assign(*load_roster(roster), "alice"), roster, folder / "data", step=step, retry_s=0)


def kept(one: Assize) -> dict[str, str | None]:
    """Check -> verdict, as the journal has them."""
    with contextlib.closing(open_journal(one.data)) as journal:
        return {
            standing.check.name: standing.verdict for standing in card(one, one.checks, journal).standings
        }


def test_a_session_tells_what_it_does_and_leaves_a_card(tmp_path: Path) -> None:
    events: list[Event] = []
    found = judge_member(assize(tmp_path, "pass"), events.append)
    assert (found.achieved, found.points) == (2, 2)
    judged = [event.standing.check.name for event in events if isinstance(event, Judged)]
    assert judged == ["test_rope_is_taken", "test_rope_is_long"]


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "os._exit(0)", "os._exit(7)"])
def test_a_session_that_dies_keeps_what_it_had_judged(tmp_path: Path, end: str) -> None:
    """Killed for want of memory, say: what came before stands, the rest was not asked."""
    one = assize(tmp_path, end)
    with pytest.raises(CouldNotLook, match="session of alice ended unexpectedly"):
        judge_member(one, lambda event: None)
    assert kept(one) == {"test_rope_is_taken": "passed", "test_rope_is_long": None}


@pytest.mark.parametrize(
    "hang", ["time.sleep(600)", "os.close({fd}); time.sleep(600)"], ids=["silent", "events closed"]
)
def test_a_session_that_hangs_is_ended_at_the_limit(tmp_path: Path, hang: str) -> None:
    """Whether or not it still holds the pipe of its events."""
    fd = "int(sys.argv[sys.argv.index('--cloudlab-events') + 1])"
    one = assize(tmp_path, hang.replace("{fd}", fd))
    started = time.monotonic()
    with pytest.raises(TimedOut, match="did not end within 12 s"):
        judge_member(one, lambda event: None, limit_s=12)
    assert time.monotonic() - started < 60
    assert kept(one)["test_rope_is_taken"] == "passed"


def test_a_session_at_its_limit_may_still_take_down_its_fixtures(tmp_path: Path) -> None:
    """It is told to end before it is killed, so that nothing it provisioned is left."""
    one = assize(tmp_path, "time.sleep(600)")
    away = tmp_path / "away"
    with (tmp_path / "knots" / "conftest.py").open("a") as conftest:
        conftest.write(
            "import pytest\n@pytest.fixture(autouse=True)\ndef tidy():\n    yield\n"
            f"    open({str(away)!r}, 'a').write('x')\n"
        )
    with pytest.raises(TimedOut):
        judge_member(one, lambda event: None, limit_s=12)
    assert away.read_text() == "xx"


def test_what_a_check_prints_does_not_matter(tmp_path: Path) -> None:
    """Lines like our own, terminal codes, half characters and megabytes."""
    shout = r"""os.write(1, b'ERROR: no\n{"type":"judged"}\n\x1b[2J\xff' * 99999)
    print('x' * 9_000_000)
    assert 0"""
    found = judge_member(assize(tmp_path, shout), lambda event: None)
    assert (found.achieved, found.to_fix) == (1, 1)


def test_the_words_of_a_dead_session_are_few_and_plain(tmp_path: Path) -> None:
    one = assize(tmp_path, r"os.write(2, b'\x1b[31mred token=hunter22\n' * 99999); os._exit(7)")
    with pytest.raises(CouldNotLook) as caught:
        judge_member(one, lambda event: None)
    assert len(caught.value.message) < 5_000
    assert "\x1b" not in caught.value.message
    assert "hunter22" not in caught.value.message


def test_a_session_that_refuses_to_start_says_why(tmp_path: Path) -> None:
    """In its own words, as one usage error."""
    one = assize(tmp_path, "pass")
    one.roster_file.write_text("lab = 7\n")
    with pytest.raises(UsageError, match=r"teams\.toml"):
        judge_member(one, lambda event: None)


def test_a_step_that_is_not_there_starts_no_session(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no step '9'"):
        judge_member(assize(tmp_path, "pass", step="9"), lambda event: None)


def test_a_failing_listener_ends_the_session(tmp_path: Path) -> None:
    """No session outlives who follows it."""
    one = assize(tmp_path, "time.sleep(600)")

    def listen(event: Event) -> None:
        raise BrokenPipeError

    started = time.monotonic()
    with pytest.raises(BrokenPipeError):
        judge_member(one, listen)
    assert time.monotonic() - started < 30


def test_a_session_has_the_plugins_that_its_lab_names_and_no_others(tmp_path: Path) -> None:
    """What happens to be installed, or lies in a folder above the lab's, has no part in it; and the programs
    that a check starts are not told so."""
    body = """here = request.config.pluginmanager
    assert here.hasplugin("pytest_cloudlab.plugin") and here.hasplugin("xdist.looponfail")
    assert not here.hasplugin("xdist"), "it came by itself"
    assert "PYTEST_DISABLE_PLUGIN_AUTOLOAD" not in os.environ
"""
    one = assize(tmp_path, body)
    module = tmp_path / "knots" / "test_1.py"
    module.write_text(module.read_text().replace("rope_is_long()", "rope_is_long(request)"))
    conftest = tmp_path / "knots" / "conftest.py"
    conftest.write_text(f'{conftest.read_text()}\npytest_plugins = ["xdist.looponfail"]\n')
    (tmp_path / "conftest.py").write_text("raise RuntimeError('not of this lab')\n")
    assert judge_member(one, lambda event: None).achieved == 2
