"""The channel on other shells, and on machines that lack some programs."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pytest_cloudlab.errors import TimedOut, TooMuch, UsageError
from pytest_cloudlab.targets import Lost, Target, open_target

NEEDED = [
    "sh",
    "cat",
    "mkdir",
    "mkfifo",
    "rm",
    "sleep",
    "base64",
    "setsid",
    "head",
    "tr",
    "yes",
    "ls",
    "readlink",
]


def folder_with(folder: Path, *programs: str) -> str:
    for program in programs:
        # Not what a version manager puts first on the path: that needs more programs than it says.
        found = str(Path(sys.executable).resolve()) if program == "python3" else shutil.which(program)
        assert found, program
        (folder / program).symlink_to(found)
    return str(folder)


def shell(name: str, tmp_path: Path) -> Target:
    if name == "without-timeout":
        return Target("odd://", ("env", f"PATH={folder_with(tmp_path, *NEEDED)}", "sh"))
    words = name.split()
    if not shutil.which(words[0]):
        pytest.skip(f"{words[0]} is not installed")
    if words[0] != "busybox":
        return Target("odd://", words)
    for applet in (*NEEDED, "timeout"):
        (tmp_path / applet).symlink_to(shutil.which("busybox") or "")
    return Target("odd://", ("env", f"PATH={tmp_path}", "sh"))


@pytest.fixture(params=["dash", "bash --posix", "busybox", "without-timeout"])
def odd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Target]:
    with shell(request.param, tmp_path) as target:
        yield target


def test_streams_status_and_stdin(odd: Target) -> None:
    """The basics hold everywhere."""
    result = odd.run("cat; echo err >&2; exit 7", stdin=bytes(range(256)))
    assert (result.exit_status, result.stdout, result.stderr) == (7, bytes(range(256)), b"err\n")
    assert [each.text for each in odd.run_many(["cat", "echo two"])] == ["", "two"]
    assert odd.run("exit 124").exit_status == 124


def test_nothing_is_run_where_the_channel_has_no_folder(tmp_path: Path) -> None:
    """The first command travels with the prelude, and waits for it."""
    mark = tmp_path / "mark"
    programs = tmp_path / "programs"
    programs.mkdir()
    path = folder_with(programs, *(name for name in NEEDED if name != "mkdir"))
    with Target("odd://", ("env", f"PATH={path}", "sh")) as odd:
        with pytest.raises(Lost, match="no folder that can be written to") as caught:
            odd.run(f": >{mark}")
        assert caught.value.reason == "tools"
        time.sleep(0.3)
    assert not mark.exists()


def test_a_timeout_kills_the_group(odd: Target) -> None:
    """Also where there is no `timeout`, or one that kills only its own child."""
    mark = str(10**8 + secrets.randbelow(10**8))
    started = time.monotonic()
    with pytest.raises(TimedOut):
        odd.run(f"sleep {mark} & sleep {mark}; true", timeout_s=0.4)
    assert time.monotonic() - started < 20
    with open_target("local://") as here:
        left = here.run("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '").text
    assert f"sleep {mark} " not in left.replace(f"sleep {mark} &", "")
    assert odd.run("echo well").text == "well"


def test_a_watchdog_ends_with_its_command(odd: Target) -> None:
    """No timer is left behind by commands that end in time."""
    for _ in range(5):
        assert odd.run("true", timeout_s=98_765).ok
    with open_target("local://") as here:
        assert "98765" not in here.run("cat /proc/[0-9]*/cmdline 2>/dev/null").text.replace("98765' '", "")


def test_endless_output_and_a_process_left_behind(odd: Target) -> None:
    """The cap and the separation of commands hold everywhere."""
    with pytest.raises(TooMuch):
        odd.run("yes", max_bytes=10_000, timeout_s=10)
    assert odd.run("sleep 3 & echo hi").text == "hi"
    assert odd.run("echo next").text == "next"


def test_a_word_that_comes_late_is_for_nobody(odd: Target) -> None:
    """Neither for the next command, nor for what is sent with the first one."""
    late = "(sleep 0.3; echo late; sleep 0.3; echo later) &"
    assert odd.run(f"{late} echo one").stdout == b"one\n"
    assert odd.run("sleep 0.5; echo two").stdout == b"two\n"
    answers = odd.run_many([f"{late} echo three", "sleep 1; echo four", "echo five"])
    assert [one.stdout for one in answers] == [b"three\n", b"four\n", b"five\n"]


def test_what_passes_the_output_on_ends_with_the_shell(odd: Target) -> None:
    """Though a process that was left behind would keep it."""
    fifo = odd.run("sleep 60 & echo $! >&2; exec readlink /proc/$!/fd/1")
    try:
        assert ".cloudlab-" in fifo.text
        started = time.monotonic()
        odd.close()
        assert time.monotonic() - started < 2
        assert holders(fifo.text) <= {"sleep"}
    finally:
        os.kill(int(fifo.error_text), signal.SIGKILL)


def holders(path: str) -> set[str]:
    """The programs that have it open."""
    found = set()
    for fd in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if str(fd.readlink()).startswith(path):
                found.add((fd.parent.parent / "comm").read_text().strip())
    return found


def test_without_base64_no_data_is_sent(tmp_path: Path) -> None:
    """The command does not run on an empty stdin instead."""
    path = folder_with(tmp_path, *(name for name in NEEDED if name != "base64"))
    with Target("odd://", ("env", f"PATH={path}", "sh")) as target, pytest.raises(Lost, match="base64"):
        target.run("cat", stdin=b"x")


def test_noise_before_the_shell_is_passed_over() -> None:
    """What login files print does not end up in an answer."""
    with Target("odd://", ("sh", "-c", "echo Welcome; echo hint >&2; exec sh")) as target:
        result = target.run("echo me")
    assert (result.stdout, result.stderr) == (b"me\n", b"")


def test_a_shell_that_never_answers_is_lost() -> None:
    """Opening has a limit of its own."""
    with Target("odd://", ("sleep", "60"), open_timeout_s=0.3) as target, pytest.raises(Lost) as caught:
        target.run("true")
    assert caught.value.reason == "timeout"


def test_nothing_stays_on_the_machine() -> None:
    """The channel's own folder goes with it."""
    with open_target("local://") as target:
        folder = target.run(
            "readlink /proc/$(ps -o ppid= -p $$)/../self >/dev/null; ls -d /dev/shm/.cloudlab-*"
        )
        mine = set(folder.text.split())
    assert mine
    time.sleep(0.2)
    left = {str(path) for path in Path("/dev/shm").glob(".cloudlab-*")}
    assert mine - left


def test_what_cannot_be_a_command_is_said_at_once() -> None:
    """A NUL character, or more than one argument can hold."""
    with open_target("local://") as target:
        for command in ("a\0b", "x" * 200_000):
            with pytest.raises(UsageError):
                target.run(command)
        assert target.run("echo well").text == "well"


def test_an_address_that_nobody_provides() -> None:
    """It says which kinds there are; a bad option is a usage error too."""
    with pytest.raises(UsageError, match="ssh://"):
        open_target("carrier-pigeon://coop")
    with pytest.raises(UsageError):
        open_target("docker://web", colour="red")
