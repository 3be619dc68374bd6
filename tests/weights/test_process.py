"""A process of one's own ends with all that it started, and says no more than it may."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from pytest_cloudlab.errors import TimedOut, TooMuch
from pytest_cloudlab.weights.process import Ended, run_alone


def run(*argv: str, cwd: Path, wall_s: float = 20, max_bytes: int = 1_000) -> Ended:
    return run_alone(argv, cwd=cwd, env={"PATH": os.environ["PATH"]}, wall_s=wall_s, max_bytes=max_bytes)


def gone(pid: int) -> bool:
    """Whether a process has ended, waited for or not; given a second to do so."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state in "ZX":
            return True
        time.sleep(0.01)
    return False


def test_it_is_run_where_and_with_what_it_is_told(tmp_path: Path) -> None:
    """Its folder, its environment, both streams apart, its exit status, and nothing to read."""
    ended = run("sh", "-c", "pwd; cat; echo no >&2; exit 3", cwd=tmp_path)
    assert ended == Ended(3, f"{tmp_path}\n".encode(), b"no\n")
    assert ended.signal_name == ""


def test_a_signal_has_a_name(tmp_path: Path) -> None:
    """That of the signal that ended it, and not of our own clearing up."""
    assert run("sh", "-c", "kill -SEGV $$", cwd=tmp_path).signal_name == "SIGSEGV"
    assert Ended(-signal.SIGKILL, b"", b"").signal_name == "SIGKILL"


@pytest.mark.parametrize("holds", ["", " >/dev/null 2>&1"], ids=["streams", "nothing"])
def test_nothing_outlives_its_time(tmp_path: Path, holds: str) -> None:
    """The whole group ends, whether its members hold the streams open or not."""
    started = time.monotonic()
    with pytest.raises(TimedOut):
        run(
            "sh",
            "-c",
            f"sleep 300{holds} & echo $! > child; echo $$ > leader; wait",
            cwd=tmp_path,
            wall_s=0.5,
        )
    assert time.monotonic() - started < 10
    assert gone(int((tmp_path / "child").read_text()))
    assert gone(int((tmp_path / "leader").read_text()))


def test_what_it_leaves_behind_is_ended(tmp_path: Path) -> None:
    """A child that closed its streams and stays when its parent has ended."""
    run("sh", "-c", "sleep 300 >/dev/null 2>&1 & echo $! > child", cwd=tmp_path)
    assert gone(int((tmp_path / "child").read_text()))


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_endless_output_ends_it(tmp_path: Path, stream: str) -> None:
    """After the most that is taken, on either stream."""
    code = (
        f"import sys, os\nopen('pid', 'w').write(str(os.getpid()))\nwhile True: sys.{stream}.write('x' * 999)"
    )
    with pytest.raises(TooMuch):
        run(sys.executable, "-c", code, cwd=tmp_path)
    assert gone(int((tmp_path / "pid").read_text()))
