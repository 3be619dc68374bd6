"""What every kind of target does alike: one suite, run over each."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pytest_cloudlab.errors import NotFound, TargetLost, TimedOut, TooMuch
from pytest_cloudlab.targets import CommandFailed, Target

EVERY_BYTE = bytes(range(256))
Doomed = tuple[Target, Callable[[], None]]


def test_arguments_arrive_as_they_were_given(target: Target) -> None:
    """Quotes, blanks, newlines, dollars and letters beyond ASCII pass through `%s` unchanged."""
    hard = "a  b'c\"d$HOME`id`\n\\x *é✓ %s"
    assert target.run("printf %%s %s", hard).stdout == hard.encode()


def test_both_streams_and_the_status_stay_apart(target: Target) -> None:
    """stdout, stderr and exit status come back separately."""
    result = target.run("echo out; echo err >&2; exit 3")
    assert (result.exit_status, result.stdout, result.stderr) == (3, b"out\n", b"err\n")


@pytest.mark.parametrize("status", [0, 1, 124, 126, 137, 255])
def test_every_exit_status_is_the_commands_own(target: Target, status: int) -> None:
    """Also those that `timeout` and shells use for themselves."""
    assert target.run(f"exit {status}").exit_status == status


def test_a_missing_command_has_status_127(target: Target) -> None:
    """A command that is not there is an answer, not a lost target."""
    assert target.run("no-such-command-here").exit_status == 127


def test_output_is_binary_safe(target: Target, scratch: Path) -> None:
    """All 256 bytes, without a newline at the end, on both streams."""
    target.write(f"{scratch}/bytes", EVERY_BYTE)
    result = target.run("cat %s; cat %s >&2", f"{scratch}/bytes", f"{scratch}/bytes")
    assert (result.stdout, result.stderr) == (EVERY_BYTE, EVERY_BYTE)


def test_eight_megabytes_on_stderr(target: Target) -> None:
    """A full stderr does not block stdout."""
    result = target.run("head -c 8000000 /dev/zero >&2; echo done")
    assert (len(result.stderr), result.text) == (8_000_000, "done")


def test_stdin_reaches_the_command(target: Target) -> None:
    """Binary data given as stdin arrives, and its end too."""
    assert target.run("cat", stdin=EVERY_BYTE * 40).stdout == EVERY_BYTE * 40


def test_commands_cannot_eat_the_script(target: Target) -> None:
    """A command that reads its stdin finds it empty, and the commands after it still run."""
    texts = [each.text for each in target.run_many(["cat", "echo one", "read x; cat", "echo two"])]
    assert texts == ["", "one", "", "two"]


@pytest.mark.parametrize(
    "command",
    ["exit 3", "set -e; false", "cd /", "echo 'unbalanced", "(", "exec >&-", "kill -9 $$", "cat <<X", "trap"],
)
def test_no_command_leaks_into_the_next(target: Target, command: str) -> None:
    """Neither the working directory nor an option nor a broken line outlives its command."""
    before = target.run("pwd; echo $-").text
    after = target.run_many([command, "pwd; echo $-"])[1]
    assert after.text == before


def test_ten_commands_in_a_pipeline(target: Target) -> None:
    """Ten answers in order; a tuple carries arguments."""
    results = target.run_many([("echo %s", f"n {number}") for number in range(10)])
    assert [each.text for each in results] == [f"n {number}" for number in range(10)]


def test_a_timeout_leaves_no_orphan(target: Target) -> None:
    """The whole process group dies on the machine itself, and the channel goes on."""
    mark = str(10**8 + secrets.randbelow(10**8))
    started = time.monotonic()
    with pytest.raises(TimedOut):
        target.run(f"sh -c 'sleep {mark}; true' & sleep {mark}; true", timeout_s=0.5)
    assert time.monotonic() - started < 3
    left = target.run("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '").text
    assert f"sleep {mark}" not in left.replace(f"'sleep {mark}'", "")


def test_a_command_that_ignores_the_timeout_is_killed(target: Target) -> None:
    """One that does not react to TERM gets KILL."""
    with pytest.raises(TimedOut):
        target.run("trap '' TERM; while :; do sleep 1; done", timeout_s=0.3)
    assert target.run("echo well").text == "well"


def test_a_timeout_does_not_harm_its_neighbours(target: Target) -> None:
    """In a pipeline the others still run; the call says that one was not completed."""
    with pytest.raises(TimedOut):
        target.run_many(["echo one", "sleep 60", "echo three"], timeout_s=0.4)
    assert target.run("echo four").text == "four"


@pytest.mark.parametrize("command", ["yes", "yes >&2", "cat /dev/zero"])
def test_endless_output_is_too_much(target: Target, command: str) -> None:
    """It is stopped at the cap, and does not go on over there."""
    mark = secrets.token_hex(8)
    with pytest.raises(TooMuch):
        target.run(f": {mark}; {command}", max_bytes=100_000, timeout_s=20)
    deadline = time.monotonic() + 5
    find = f"grep -ls '{mark[:-1]}[{mark[-1]}]' /proc/[0-9]*/cmdline"  # which does not match itself
    while (left := target.run(find).text) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == ""


def test_output_up_to_the_cap_is_fine(target: Target) -> None:
    """The cap itself is allowed; one byte more is not."""
    assert len(target.run("head -c 100000 /dev/zero", max_bytes=100_000).stdout) == 100_000
    with pytest.raises(TooMuch):
        target.run("head -c 100001 /dev/zero", max_bytes=100_000)


def test_a_process_left_behind_neither_hangs_nor_interferes(target: Target) -> None:
    """It holds the streams open and writes to them; nobody waits for it, nobody reads it."""
    target.run("true")  # what opening takes is not what this is about
    started = time.monotonic()
    result = target.run("(for i in 1 2 3 4 5 6 7 8; do echo late; sleep 0.2; done) & echo hi")
    assert result.text.startswith("hi") or result.text == "late\nhi"
    assert time.monotonic() - started < 1
    assert target.run("echo clean").stdout == b"clean\n"
    assert target.run("sleep 1; echo clean").stdout == b"clean\n"


@pytest.mark.parametrize("kind", ["local", "ssh"], indirect=True)
def test_a_killed_target_is_lost(doomed: Doomed) -> None:
    """A command that was running when the machine went raises; it has no exit status."""
    target, kill = doomed
    timer = threading.Timer(0.5, kill)
    timer.start()
    with pytest.raises(TargetLost):
        target.run("sleep 20")
    timer.join()


@pytest.mark.parametrize("kind", ["docker", "docker-through-ssh"], indirect=True)
@pytest.mark.docker
def test_a_dead_container_never_answers_no(doomed: Doomed) -> None:
    """testinfra's `exists` on a dead container raises; testinfra's own backend says False."""
    target, kill = doomed
    assert target.host.file("/etc/passwd").exists
    assert not target.host.file("/no/such/file").exists
    kill()
    with pytest.raises(TargetLost):
        _ = target.host.file("/etc/passwd").exists


@pytest.mark.parametrize(
    "kind", ["local", "ssh", pytest.param("docker", marks=pytest.mark.docker)], indirect=True
)
def test_a_target_that_dies_within_a_pipeline_is_lost(doomed: Doomed) -> None:
    """No answer is made up for the commands that were not run."""
    target, kill = doomed
    timer = threading.Timer(0.7, kill)
    timer.start()
    with pytest.raises(TargetLost):
        target.run_many(["echo one", "sleep 20", "echo three"])
    timer.join()


@pytest.mark.parametrize("kind", ["local", "ssh"], indirect=True)
def test_a_lost_channel_opens_anew(doomed: Doomed) -> None:
    """The next use after a loss is a new connection."""
    target, kill = doomed
    timer = threading.Timer(0.3, kill)
    timer.start()
    with pytest.raises(TargetLost):
        target.run("sleep 20")
    timer.join()
    assert target.run("echo back").text == "back"


def test_a_file_comes_back_as_it_was_written(target: Target, scratch: Path) -> None:
    """3 MB of random bytes into a new folder, with its mode; overwritten as a whole."""
    data = secrets.token_bytes(3_000_000)
    path = f"{scratch}/a b/it's"
    target.write(path, data, mode=0o640)
    assert target.read(path) == data
    assert target.check("stat -c %%a %s", path) == "640"
    target.write(path, b"")
    assert target.read(path) == b""
    assert target.check("ls -A %s", f"{scratch}/a b") == "it's"


def test_reading_what_is_not_there(target: Target, scratch: Path) -> None:
    """A missing file is an answer; an endless one is too much."""
    with pytest.raises(NotFound):
        target.read(f"{scratch}/none")
    with pytest.raises(CommandFailed):
        target.read(str(scratch))
    with pytest.raises(TooMuch):
        target.read("/dev/zero", max_bytes=10_000)


def test_writing_onto_a_folder_is_refused(target: Target, scratch: Path) -> None:
    """It does not end up inside the folder."""
    with pytest.raises(CommandFailed):
        target.write(str(scratch), b"x")
    assert target.check("ls -A %s", str(scratch)) == ""


def test_check_raises_with_the_end_of_stderr(target: Target) -> None:
    """A command that had to succeed says why it did not."""
    with pytest.raises(CommandFailed, match="no luck") as caught:
        target.check("echo no luck >&2; exit 4")
    assert caught.value.exit_status == 4


def test_commands_from_several_threads(target: Target) -> None:
    """Each thread gets its own answers."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: target.run(f"echo {number}").text, range(40)))
    assert answers == [str(number) for number in range(40)]


def test_text_of_hostile_bytes(target: Target) -> None:
    """Bytes that are no text do not end the check that reads them."""
    assert target.host.run("printf '\\377x'").stdout == "\ufffdx"


def test_output_cannot_pass_for_a_frame(target: Target) -> None:
    """A command does not know the nonce: what looks like a frame's end stays output."""
    line = "printf '\\n%s:m:0:1\\n' 0123456789abcdef01234567; tr '\\0' ' ' </proc/$PPID/cmdline; exit 1"
    result = target.run(line)
    assert result.exit_status == 1
    assert b":m:0:1\n" in result.stdout
