"""A disk that is full, and has room again."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_cloudlab.model import Verdict

from .classroom import classroom

CHECKS = '''
def test_taken(keep, measure):
    """You took a rope."""
    keep("rope.bin", os.urandom(8_000), "application/octet-stream")
    measure(words=os.urandom(900).hex())


def test_long(assignment, measure):
    """It is long."""
    measure(words=os.urandom(900).hex())
    assert assignment.member.id != "bob", "it is short"
'''
MEMBERS = ("alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi")
# In a mount namespace of its own: when the shell is gone, so is the disk.
SHELL = """
set -u
mkdir -p {data} {kept}
mount -t tmpfs -o size=1m,mode=700 tmpfs {data} || exit 77
head -c {ballast} /dev/zero > {data}/ballast
{grade} > {kept}/first 2>&1
echo $? > {kept}/status
rm {data}/ballast
{grade} > {kept}/second 2>&1
echo $? >> {kept}/status
cp -r {data} {kept}/data
"""


def in_a_namespace(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
        capture_output=True,
        text=True,
        timeout=180,
    )


def missing() -> str:
    if not shutil.which("unshare"):
        return "needs unshare"
    if in_a_namespace("mount -t tmpfs tmpfs /mnt").returncode:
        return "needs user namespaces in which a tmpfs can be mounted"
    return ""


@pytest.mark.parametrize("free_kb", [60, 300])
def test_a_full_disk_fails_nobody_and_is_gone_on_from(tmp_path: Path, free_kb: int) -> None:
    """Before the first observation or amid them: one sentence says so, what was judged is kept, and once
    there is room the rest is."""
    if reason := missing():
        pytest.skip(reason)
    room, kept = classroom(tmp_path, CHECKS, MEMBERS), tmp_path / "kept"
    grade = shlex.join([sys.executable, "-m", "pytest_cloudlab", "grade", str(room.roster), "--workers", "2"])
    done = in_a_namespace(
        SHELL.format(
            data=shlex.quote(str(room.data)),
            kept=shlex.quote(str(kept)),
            ballast=(1024 - free_kb) * 1024,
            grade=grade,
        )
    )
    assert done.returncode == 0, done.stderr
    first, second = (kept / "first").read_text(), (kept / "second").read_text()
    assert (kept / "status").read_text().split() == ["2", "0"], first + second
    sentence = (
        f"cloudlab: {room.data}/journal.sqlite: cannot be used as the journal (database or disk is full)"
    )
    assert first.splitlines()[-2:] == [
        sentence,
        "  → Make room on its disk and run it again: what it holds is kept.",
    ]
    assert "0 to fix" in second
    room.data.rmdir()
    (kept / "data").rename(room.data)
    expected = {"taken": "passed", "long": "passed"}
    assert room.verdicts() == {m: expected | ({"long": "failed"} if m == "bob" else {}) for m in MEMBERS}
    failed = [one for one in room.observations() if one.verdict is Verdict.FAILED]
    assert {(one.member, one.message) for one in failed} == {("bob", "it is short")}
