"""A process that looks at a stranger's file cannot take more, write, start programs or reach a network."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pytest_cloudlab.weights.process import Ended, run_alone


def limited(code: str, cwd: Path) -> Ended:
    program = (
        "import os, resource, socket, subprocess, sys, time\nfrom pytest_cloudlab.weights import limits\n"
    )
    return run_alone(
        [sys.executable, "-P", "-c", program + code],
        cwd=cwd,
        env={name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
        wall_s=30,
        max_bytes=100_000,
    )


def test_memory_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    """And given again once the limit is lifted, for torch."""
    ended = limited(
        "limits.allow_memory(20 << 20)\n"
        "try: bytearray(40 << 20)\n"
        "except MemoryError: print('refused')\n"
        "limits.lift_memory(); print(len(bytearray(40 << 20)))",
        tmp_path,
    )
    assert ended.stdout.decode().split() == ["refused", str(40 << 20)]


def test_the_peak_is_this_process_s_own(tmp_path: Path) -> None:
    """Not that of the one that started it, which getrusage would tell."""
    ended = limited("print(limits.held_bytes('VmHWM'), limits.held_bytes('VmNone'))", tmp_path)
    peak, none = map(int, ended.stdout.split())
    assert 4 << 20 < peak < 64 << 20
    assert none == 0


def test_time_ends_it_even_when_nobody_waits(tmp_path: Path) -> None:
    """Computing and waiting, each by a limit of its own."""
    assert limited("limits.allow_time(100, 0.1); time.sleep(20)", tmp_path).signal_name == "SIGALRM"
    ended = limited("limits.allow_time(0, 20)\nwhile True: pass", tmp_path)
    assert ended.signal_name == "SIGXCPU"


def test_no_file_grows(tmp_path: Path) -> None:
    """Streams still do."""
    ended = limited(
        "limits.write_nothing(); print('said', flush=True); open('x', 'wb', 0).write(b'y')", tmp_path
    )
    assert ended.stdout == b"said\n"
    assert b"File too large" in ended.stderr
    assert (tmp_path / "x").read_bytes() == b""


@pytest.mark.parametrize(
    ("code", "event"),
    [
        ("os.system('touch canary')", "os.system"),
        ("subprocess.run(['touch', 'canary'])", "subprocess.Popen"),
        ("os.execvp('touch', ['touch', 'canary'])", "os.exec"),
        ("os.fork() or open('canary', 'w')", "os.fork"),
        ("os.posix_spawnp('touch', ['touch', 'canary'], {})", "os.posix_spawn"),
        ("socket.socket(); open('canary', 'w')", "socket.__new__"),
    ],
    ids=["system", "popen", "exec", "fork", "spawn", "socket"],
)
def test_starting_a_program_ends_it_first(tmp_path: Path, code: str, event: str) -> None:
    """With a word about what was tried, even if whoever tried would catch errors."""
    ended = limited(
        f"limits.start_nothing(print)\ntry: {code}\nexcept BaseException: pass\nprint('went on')", tmp_path
    )
    assert (ended.status, ended.stdout.decode().split()) == (0, [event])
    assert not (tmp_path / "canary").exists()
