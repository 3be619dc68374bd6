"""A lab under pytest-xdist: one worker asks, the controller alone writes the journal."""

from __future__ import annotations

import contextlib
from collections import Counter
from pathlib import Path

import pytest

from pytest_cloudlab.journal import Journal
from pytest_cloudlab.model import Observation
from tests.labs import write_lab, write_roster

TAKE = '''
import os, signal
from pathlib import Path

import pytest

from pytest_cloudlab.errors import TargetLost

pytestmark = pytest.mark.step("1")
WORD = Path(__file__).parent.parent / "state"


def word():
    return WORD.read_text() if WORD.exists() else ""


def test_rope_is_taken(measure, keep):
    """You took a rope."""
    measure(worker=os.environ["PYTEST_XDIST_WORKER"])
    keep("rope.txt", b"a rope", "text/plain")
    assert word() != "wet", "The rope is wet."


@pytest.mark.outcome(needs="test_rope_is_taken")
def test_rope_is_long(measure):
    """Your rope is long."""
    measure(worker=os.environ["PYTEST_XDIST_WORKER"])
    if word() == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
'''
TIE = '''
import os

import pytest

pytestmark = pytest.mark.step("1.1")


@pytest.mark.outcome(needs="test_rope_is_long")
def test_knot_holds(measure):
    """Your knot holds."""
    measure(worker=os.environ["PYTEST_XDIST_WORKER"])


def test_knot_is_small(measure):
    """Your knot is small."""
    measure(worker=os.environ["PYTEST_XDIST_WORKER"])
'''
OTHERS = """
import os, pytest, time
from pathlib import Path


@pytest.mark.parametrize("n", range(8))
def test_other(n):
    time.sleep(0.05)
    with Path("workers").open("a") as file:
        file.write(os.environ["PYTEST_XDIST_WORKER"] + "\\n")
"""
CHECKS = ["test_rope_is_taken", "test_rope_is_long", "test_knot_holds", "test_knot_is_small"]


@pytest.fixture
def lab(pytester: pytest.Pytester) -> Path:
    folder = write_lab(pytester.path, {"test_1_take.py": TAKE, "test_2_tie.py": TIE})
    write_roster(pytester.path, folder)
    return folder


def run(pytester: pytest.Pytester, *args: str, workers: int = 2) -> pytest.RunResult:
    return pytester.runpytest_subprocess(
        *("knots", "-n", str(workers), "--cloudlab-as", "alice", "--cloudlab-retry", "0"),
        *("-rA", "-W", "error", *args),
    )


def observed(pytester: pytest.Pytester) -> list[Observation]:
    with contextlib.closing(Journal(pytester.path / ".cloudlab" / "journal.sqlite")) as journal:
        return list(journal.observations("knots", "sailors", "alice"))


def verdicts(pytester: pytest.Pytester) -> list[tuple[str, str]]:
    return [(one.check, str(one.verdict)) for one in observed(pytester)]


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize("dist", ["load", "loadfile", "loadgroup", "worksteal"])
def test_one_worker_asks_all_checks_whatever_the_distribution(pytester: pytest.Pytester, dist: str) -> None:
    """In the lab's order and each once, although they stand in two modules; other tests run besides."""
    pytester.makepyfile(test_others=OTHERS)
    result = run(pytester, "test_others.py", "--dist", dist)
    result.assert_outcomes(passed=12)
    assert result.ret == 0
    assert verdicts(pytester) == [(name, "passed") for name in CHECKS]
    seen = observed(pytester)
    assert len({one.measured["worker"] for one in seen}) == 1
    assert len({one.run for one in seen} - {""}) == 1
    assert [one.name for one in seen[0].evidence] == ["rope.txt"]
    ran = Counter((pytester.path / "workers").read_text().split())
    assert ran.total() == 8
    if dist in ("load", "loadgroup", "worksteal"):
        assert len(ran) == 2, "the others are spread as usual"


@pytest.mark.usefixtures("lab")
def test_each_check_is_shown_under_its_own_name(pytester: pytest.Pytester) -> None:
    """To the terminal and to JUnit's file; a blocked one is no success, in this run and in the next."""
    (pytester.path / "state").write_text("wet")
    result = run(pytester, "-v", "--junit-xml", "junit.xml")
    result.assert_outcomes(failed=1, skipped=2, passed=1)
    result.stdout.fnmatch_lines(["*FAILED knots/test_1_take.py::test_rope_is_taken*", "*The rope is wet.*"])
    assert "PASSED knots/test_2_tie.py::test_knot_is_small" in result.stdout.str()
    xml = (pytester.path / "junit.xml").read_text()
    assert all(xml.count(f'name="{name}"') == 1 for name in CHECKS)
    assert 'tests="4"' in xml
    again = run(pytester, "-k", "long or small")
    again.assert_outcomes(skipped=1, passed=1)
    assert again.ret == 1
    assert verdicts(pytester)[-1] == ("test_rope_is_long", "blocked")
    assert len(observed(pytester)) == 5, "what was achieved is not asked again"


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize("dist", ["load", "loadscope"])
def test_what_a_worker_died_of_is_inconclusive(pytester: pytest.Pytester, dist: str) -> None:
    """What it had judged is kept, what waits for the check is inconclusive too, another asks the rest."""
    (pytester.path / "state").write_text("killed")
    result = run(pytester, "--dist", dist)
    result.assert_outcomes(errors=1, skipped=1, passed=2)
    assert result.ret == 1
    assert verdicts(pytester) == [
        ("test_rope_is_taken", "passed"),
        ("test_rope_is_long", "inconclusive"),
        ("test_knot_holds", "inconclusive"),
        ("test_knot_is_small", "passed"),
    ]
    assert len({one.run for one in observed(pytester)}) == 1
    assert "the process that asked died" in result.stdout.str()
    assert "crashed while running" not in result.stdout.str()


@pytest.mark.usefixtures("lab")
def test_a_worker_that_dies_for_good_leaves_what_was_judged(pytester: pytest.Pytester) -> None:
    (pytester.path / "state").write_text("killed")
    result = run(pytester, "--max-worker-restart", "0", workers=1)
    assert result.ret != 0
    assert verdicts(pytester) == [("test_rope_is_taken", "passed"), ("test_rope_is_long", "inconclusive")]


@pytest.mark.usefixtures("lab")
def test_the_first_failure_ends_the_run_where_that_is_asked_for(pytester: pytest.Pytester) -> None:
    (pytester.path / "state").write_text("wet")
    result = run(pytester, "-x")
    assert result.ret == 2
    assert verdicts(pytester) == [("test_rope_is_taken", "failed")]


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--dist", "each"), "--dist each would ask every check of the lab in every worker"),
        (("--cloudlab-roster", "none.toml"), "none.toml"),
        (("--cloudlab-as", "nobody"), "there is no member 'nobody'"),
    ],
)
def test_what_cannot_be_judged_is_an_error_of_each_check(
    pytester: pytest.Pytester, args: tuple[str, ...], said: str
) -> None:
    """And no worker is taken for a crashed one."""
    result = run(pytester, *args)
    assert result.parseoutcomes()["errors"] in (4, 8)
    assert result.ret == 1
    assert said in result.stdout.str()
    assert "INTERNALERROR" not in result.stdout.str() + result.stderr.str()
    assert not (pytester.path / ".cloudlab").exists()


def test_a_broken_lab_is_an_error_of_each_check(pytester: pytest.Pytester, lab: Path) -> None:
    (lab / "test_2_tie.py").write_text(TIE.replace("test_rope_is_long", "test_rope_is_lnog"))
    result = run(pytester)
    result.assert_outcomes(errors=4)
    assert "test_rope_is_lnog" in result.stdout.str()


@pytest.mark.usefixtures("lab")
def test_the_folder_of_the_journal_is_its_owner_s(pytester: pytest.Pytester) -> None:
    """Whichever process was first to write there."""
    run(pytester)
    assert (pytester.path / ".cloudlab").stat().st_mode & 0o777 == 0o700
