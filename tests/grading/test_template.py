"""A class's sessions are forked from one process that has collected the lab, where that changes nothing."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.grading.roll import judge_class
from pytest_cloudlab.grading.round import begin_round
from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.grading.stamps import stamps

from .faults.classroom import Classroom, Deaf, classroom

EVERYBODY: dict[str, dict[str, str]] = {name: {} for name in ("alice", "bob", "carol", "dave")}
CHECKS = '''
with open({seen!r}, "a") as seen:
    seen.write("import\\n")
{also}


def test_one(assignment):
    """You did one thing."""
    with open({seen!r}, "a") as seen:
        seen.write(f"{{assignment.member.id}} {{os.getpid()}} {{os.getppid()}}\\n")


def test_two(assignment):
    """You did another."""
    {two}
'''


@dataclasses.dataclass
class Seen:
    """What the lab's module wrote down."""

    file: Path

    @property
    def imports(self) -> int:
        return self._lines.count("import")

    @property
    def sessions(self) -> list[list[str]]:
        """Of each its member, its process id and the one of who forked it."""
        return [line.split() for line in self._lines if line != "import"]

    @property
    def _lines(self) -> list[str]:
        return self.file.read_text().splitlines()


@pytest.fixture
def seen(tmp_path: Path) -> Seen:
    return Seen(tmp_path / "seen")


@pytest.fixture
def sessions() -> Iterator[Sessions]:
    with Sessions() as kept:
        yield kept


def a_class(folder: Path, seen: Seen, *, also: str = "", two: str = "pass") -> Classroom:
    return classroom(folder, CHECKS.format(seen=str(seen.file), also=also, two=two), EVERYBODY)


def judge(room: Classroom, sessions: Sessions, *, workers: int = 4) -> dict[str, str]:
    """What was seen of everybody's second check, all asked again."""
    assizes = [dataclasses.replace(one, again=True) for one in room.assizes()]
    with room.journal() as journal:
        round_ = begin_round(assizes, journal, "")
        sittings = judge_class(round_.due, round_.run, journal, Deaf(), sessions, workers=workers, limit_s=60)
        round_.finish()
    assert not [one.problem for one in sittings if one.problem]
    return {
        one.member: str(one.verdict)
        for one in room.observations()
        if one.run == round_.run and one.check == "test_two"
    }


def all_are(verdict: str) -> dict[str, str]:
    return dict.fromkeys(EVERYBODY, verdict)


@pytest.mark.parametrize("workers", [1, 4])
def test_a_lab_is_collected_by_the_first_session_and_for_all_others(
    tmp_path: Path, seen: Seen, sessions: Sessions, workers: int
) -> None:
    """Each is a process of its own, and knows whose it is."""
    room = a_class(tmp_path, seen)
    assert judge(room, sessions, workers=workers) == all_are("passed")
    assert seen.imports == 2
    assert sorted(name for name, *_ in seen.sessions) == sorted(EVERYBODY)
    assert len({process for _, process, _ in seen.sessions}) == 4
    assert len({parent for *_, parent in seen.sessions}) == 2
    sessions.close()
    for _, *processes in seen.sessions:
        assert not [one for one in processes if Path("/proc", one).exists()]


@pytest.mark.parametrize(
    "held",
    [
        "import threading; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
        "import socket; held = socket.socketpair()",
    ],
    ids=["thread", "connection"],
)
def test_what_processes_cannot_share_is_not_shared(
    tmp_path: Path, seen: Seen, sessions: Sessions, held: str
) -> None:
    """A lab whose modules begin such a thing at their import is collected by each session."""
    room = a_class(tmp_path, seen, also=held)
    assert judge(room, sessions) == all_are("passed")
    assert len({parent for *_, parent in seen.sessions}) == 1
    assert seen.imports == 1 + len(EVERYBODY)


def test_nobody_waits_long_for_a_lab_that_hangs(tmp_path: Path, seen: Seen, sessions: Sessions) -> None:
    hangs = f"if open({str(seen.file)!r}).read().count('import') == 2: time.sleep(600)"
    room = a_class(tmp_path, seen, also=hangs)
    started = time.monotonic()
    assert judge(room, sessions, workers=1) == all_are("passed")
    assert time.monotonic() - started < 40
    assert len({parent for *_, parent in seen.sessions}) == 1


def test_a_lab_that_changes_is_collected_anew(tmp_path: Path, seen: Seen, sessions: Sessions) -> None:
    """Its modules, its conftest.py, and what they import from elsewhere."""
    (tmp_path / "elsewhere").mkdir()
    helper = tmp_path / "elsewhere" / "knot_helper.py"
    helper.write_text("KNOTS = 1\n")
    also = f"import sys; sys.path.insert(0, {str(helper.parent)!r}); import knot_helper"
    room = a_class(tmp_path, seen, also=also, two="assert knot_helper.KNOTS == 1, 'knots'")
    assert judge(room, sessions) == all_are("passed")
    assert judge(room, sessions) == all_are("passed")
    assert seen.imports == 2
    helper.write_text("KNOTS = 22\n")
    assert judge(room, sessions) == all_are("failed")
    (lab,) = [file.parent for file in tmp_path.glob("*/lab.toml")]
    (module,) = lab.glob("test_*.py")
    module.write_text(module.read_text().replace("KNOTS == 1", "KNOTS == 22"))
    assert judge(room, sessions) == all_are("passed")
    with (lab / "conftest.py").open("a") as conftest:
        conftest.write(f"{also}; knot_helper.KNOTS = 3\n")
    assert judge(room, sessions) == all_are("failed")


def test_a_roster_that_changes_is_read_anew(tmp_path: Path, seen: Seen, sessions: Sessions) -> None:
    room = a_class(tmp_path, seen, two="assert assignment.member.name.istitle(), 'a name'")
    assert judge(room, sessions) == all_are("passed")
    assert judge(room, sessions) == all_are("passed")
    room.roster.write_text(room.roster.read_text().replace("name = 'Bob'", "name = 'BOB'"))
    assert judge(room, sessions) == all_are("passed") | {"bob": "failed"}


def test_each_session_says_what_is_wrong_with_its_lab(tmp_path: Path, seen: Seen, sessions: Sessions) -> None:
    """Collecting it ahead hides nothing, and costs the others nothing."""
    room = a_class(tmp_path, seen, also="raise RuntimeError('no rope here')")
    with room.journal() as journal:
        round_ = begin_round(room.assizes(), journal, "")
        sittings = judge_class(round_.due, round_.run, journal, Deaf(), sessions, workers=2, limit_s=60)
    assert len(sittings) == 4
    assert all(one.problem and "no rope here" in str(one.problem) for one in sittings)


def test_files_are_known_by_their_stamps(tmp_path: Path) -> None:
    module = tmp_path / "test_one.py"
    module.write_text("1")
    (tmp_path / "notes.txt").write_text("of no interest")
    before = stamps([str(tmp_path)], ["/no/such/file"])
    assert list(before) == [str(module)]
    assert stamps([str(tmp_path)], before) == before
    module.write_text("22")
    assert stamps([str(tmp_path)], before) != before
    module.unlink()
    assert stamps([str(tmp_path)], before) == {}
