"""A connection that was lost and opened again, from the machine to what people read."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pytest_cloudlab.journal import Journal
from pytest_cloudlab.model import Check, Observation, Standing, Verdict
from pytest_cloudlab.reconnection import Reconnection
from pytest_cloudlab.reports import reconnected
from tests.labs import ROSTER, write_lab, write_roster

# The first try loses its shell while a command runs; what is asked of it then goes over another.
CHECKS = '''
"""1 Take a rope"""
import pytest

pytestmark = pytest.mark.step("1")


@pytest.mark.outcome(points=1)
def test_rope_is_taken(laptop, tmp_path_factory):
    """A rope is taken."""
    state = tmp_path_factory.getbasetemp() / "state"
    if not state.exists():
        state.touch()
        laptop.run("kill -9 $(ps -o ppid= -p $PPID)")
    assert laptop.run("echo taken").text == "taken"


@pytest.mark.outcome(points=1)
def test_rope_is_long(laptop):
    """It is long enough."""
    assert laptop.run("echo long").text == "long"
'''
WHERE = 'rope = "red"\ntargets = {{ laptop = "local://" }}'


def test_many_of_one_machine_are_one_sentence() -> None:
    """With their number and the time that all took; a machine's name steers no terminal."""
    at = datetime(2026, 11, 22, tzinfo=UTC)
    told = [Reconnection(f"ssh://{host}", at, took_s, "") for host, took_s in
            (("desktop", 2.2), ("nas\x1b[31m", 0.04), ("desktop", 4.9), ("desktop", 0.1))]  # fmt: skip
    check = Check("test_a", "A", "", "1")
    seen = Observation("l", "t", "m", "test_a", Verdict.PASSED, "", at, 1.0, reconnections=tuple(told))
    assert reconnected(Standing(check, Verdict.PASSED, seen)) == [
        "The connection to ssh://desktop was lost and opened again 3 times (7 s).",
        "The connection to ssh://nas was lost and opened again (0.1 s).",
    ]
    assert reconnected(Standing(check, None)) == []


def test_a_check_that_succeeds_in_the_end_still_says_so(pytester: pytest.Pytester) -> None:
    """It passes on its second try; the observation, and only this one, has the reconnection; so have all
    reports."""
    lab = write_lab(pytester.path, {"test_1_take.py": CHECKS})
    roster = write_roster(pytester.path, lab, ROSTER.replace('rope = "red"', WHERE, 1))
    files = ("--report", "r", "--json", "r.json", "--junit", "r.xml")
    command = (sys.executable, "-c", "from pytest_cloudlab.cli import main; main()", "check", "knots")
    result = pytester.run(*command, "--as", "alice", "--roster", roster, *files)
    said = " ".join(result.stdout.str().split())
    assert said.count("The connection to local:// was lost and opened again (") == 1
    journal = Journal(pytester.path / ".cloudlab" / "journal.sqlite")
    first, second = journal.observations("knots", "sailors", "alice")
    journal.close()
    assert (first.verdict, second.verdict, second.reconnections) == ("passed", "passed", ())
    (told,) = first.reconnections
    assert told.address == "local://"
    assert told.why == "The connection to local:// ended while a command ran there."
    assert 0 < told.took_s < 10
    assert "was lost and opened again" in Path("r/index.html").read_text()
    rows = json.loads(Path("r.json").read_text())["cards"][0]["checks"]
    assert [len(row["reconnections"]) for row in rows] == [1, 0]
    properties = ElementTree.parse("r.xml").findall(".//property[@name='reconnected']")  # noqa: S314 - our own
    assert [one.get("value", "").split(" (")[0] for one in properties] == [
        "The connection to local:// was lost and opened again"
    ]
