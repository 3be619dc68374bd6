"""A clock that jumps back an hour, for every process of the grader."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from .classroom import classroom

# Found by Python before anything else, wherever PYTHONPATH leads to it.
SITE = """
import datetime
import os
import time

import pytest_cloudlab.model  # its types stay what they are

BACK_S = 3600
real, real_time = datetime.datetime, time.time


def back_s():
    return BACK_S if os.path.exists({jumped!r}) else 0


class Kind(type(real)):
    def __instancecheck__(cls, one):
        return isinstance(one, real)


class Clock(real, metaclass=Kind):
    def __new__(cls, *args, **named):
        return real(*args, **named)

    @classmethod
    def now(cls, tz=None):
        return real.now(tz) - datetime.timedelta(seconds=back_s())


datetime.datetime = Clock
time.time = lambda: real_time() - back_s()
"""
CHECKS = '''
def test_taken(assignment):
    """You took a rope."""
    if assignment.member.id == "alice":
        Path({jumped!r}).touch()  # the clock jumps while the class is judged


def test_long(assignment):
    """It is long."""
    time.sleep(0.2)
    assert assignment.member.id == "carol" or Path({longer!r}).exists(), "it is short"


@pytest.mark.outcome(holds="at_end")
def test_away():
    """It is put away."""
    assert not Path({longer!r}).exists(), "it lies about"
'''


def test_the_order_in_which_things_were_seen_is_not_the_clocks(tmp_path: Path) -> None:
    """What was mended after the jump counts, what was spoilt after it too; nothing ends early or hangs."""
    jumped, longer = tmp_path / "jumped", tmp_path / "longer"
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(SITE.format(jumped=str(jumped)))
    checks = CHECKS.format(jumped=str(jumped), longer=str(longer))
    room = classroom(tmp_path, checks, {"carol": {}, "alice": {}, "bob": {}})
    status, _, said = room.run("--final", "--workers", "1", PYTHONPATH=str(site))
    assert (status, jumped.exists()) == (0, True), said
    first = room.observations()
    carol, alice = ([one.at for one in first if one.member == who] for who in ("carol", "alice"))
    assert timedelta(minutes=59) < carol[-1] - alice[-1] < timedelta(minutes=61), "it did not jump"
    assert min(one.duration_s for one in first) >= 0
    at_first = {member: ones | {"away": "passed"} for member, ones in room.verdicts().items()}
    assert at_first["bob"] == {"taken": "passed", "long": "failed", "away": "passed"}

    longer.touch()
    status, _, said = room.run("--final", PYTHONPATH=str(site))
    assert status == 0, said
    assert "going on with" not in said
    assert len({one.run for one in room.observations()}) == 2
    final = {card.member.id: card for card in (room.cards())}
    assert {card.to_fix for card in final.values()} == {0}
    last = {(one.member, one.check): one for one in room.observations()}
    assert {str(one.verdict) for (_, check), one in last.items() if check == "test_away"} == {"failed"}
    assert {ones["long"] for ones in room.verdicts().values()} == {"passed"}
