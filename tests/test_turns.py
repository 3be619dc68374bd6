from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pytest_cloudlab.errors import TimedOut
from pytest_cloudlab.turns import turn
from tests.turn_holder import held_by_another

HOLDER = """
from pytest_cloudlab.turns import turn
with turn("cup", at_once=1, within_s=20):
    print("held", flush=True)
    input()
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def test_no_more_than_so_many_at_once() -> None:
    """Others wait, and are served when somebody is done."""
    using, most, done = [0], [0], []
    lock = threading.Lock()
    release = threading.Event()

    def use() -> None:
        with turn("cup", at_once=2, within_s=20):
            with lock:
                using[0] += 1
                most[0] = max(most[0], using[0])
                if len(done) + using[0] >= 2:
                    release.set()
            assert release.wait(20)
            with lock:
                using[0] -= 1
                done.append(True)

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most[0], len(done)) == (2, 6)


def test_who_waits_too_long_could_not_look() -> None:
    with held_by_another("cup"):
        with pytest.raises(TimedOut, match="a cup is free"), turn("cup", at_once=1, within_s=0.1):
            pass
        with turn("plate", at_once=1, within_s=0.1):
            pass
    with turn("cup", at_once=1, within_s=0.1):
        pass


def test_a_thread_that_has_one_takes_no_second() -> None:
    with turn("cup", at_once=1, within_s=0.1), turn("cup", at_once=1, within_s=0.1):
        pass


def test_the_turn_of_a_killed_process_is_over() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(TimedOut), turn("cup", at_once=1, within_s=0.1):
            pass
        holder.kill()
        holder.wait()
        with turn("cup", at_once=1, within_s=20):
            pass


def test_where_no_file_can_be_kept_nobody_waits(cache: Path) -> None:
    (cache / "cloudlab").write_text("a file where the folder would be")
    with turn("cup", at_once=1, within_s=0.1):
        pass


def test_where_nobody_has_a_home_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container's user may be a bare number."""

    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", homeless)
    with turn("cup", at_once=1, within_s=0.1):
        pass
