"""Files are told apart by their hash, with whatever the machine has for that, and few are read."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.copies import MOST, Copy, copies
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.targets import Target, open_target

MODEL = b"weights\0" * 1_000
SIZE = len(MODEL)
SHA256 = hashlib.sha256(MODEL).hexdigest()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Target]:
    """This machine, where the current folder and the home folder are the test's own."""
    for folder in ("current", "home/Downloads"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "current")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    with open_target("local://") as target:
        yield target


def test_they_come_in_the_order_of_the_patterns(here: Target, tmp_path: Path) -> None:
    """Each once, from the current folder and from the home folder; names are names."""
    home = tmp_path / "home" / "Downloads"
    for file in (Path("mnist cnn.pt"), Path("it's [1].pt"), home / "mnist_cnn (2).pt"):
        file.write_bytes(MODEL)
    Path("other.pt").write_bytes(MODEL[1:])
    Path("folder.pt").mkdir()
    found = copies(here, SIZE, "mnist cnn.pt", "*.pt", "it's [1].pt", "~/Downloads/*.pt", "none.pt")
    assert found == [
        Copy("mnist cnn.pt", SIZE, SHA256),
        Copy("it's [1].pt", SIZE, SHA256),
        Copy("other.pt", SIZE - 1, ""),
        Copy(f"{home}/mnist_cnn (2).pt", SIZE, SHA256),
    ]


def test_only_files_of_that_size_are_read(here: Target) -> None:
    """10 GB of another model, and a pipe that nobody writes to, cost nothing."""
    with Path("huge.pt").open("wb") as sparse:
        sparse.truncate(10 << 30)
    os.mkfifo("pipe.pt")
    started = time.monotonic()
    assert copies(here, SIZE, "*.pt") == [Copy("huge.pt", 10 << 30, "")]
    assert time.monotonic() - started < 15


def test_others_do_not_crowd_out_the_one(here: Target) -> None:
    """However many there are, as many as are worth it are listed and the rest is passed over."""
    for at in range(3 * MOST):
        Path(f"{at:03}.pt").write_bytes(b"x")
    Path("model.pt").write_bytes(MODEL)
    found = copies(here, SIZE, "*.pt")
    assert len(found) == MOST + 1
    assert found[-1] == Copy("model.pt", SIZE, SHA256)


@pytest.mark.parametrize("tool", ["sha256sum", "shasum", "python3"])
def test_whatever_the_machine_hashes_with(
    tool: str, tmp_path: Path, here: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Mac has no sha256sum."""
    there = sys.executable if tool == "python3" else shutil.which(tool)
    if not there:
        pytest.skip(f"this machine has no {tool}")
    Path("model.pt").write_bytes(MODEL)
    with only(tmp_path, monkeypatch, **{tool: there}) as machine:
        assert copies(machine, SIZE, "*.pt") == [Copy("model.pt", SIZE, SHA256)]


def test_a_machine_without_any_is_not_wrong(
    tmp_path: Path, here: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        only(tmp_path, monkeypatch) as machine,
        pytest.raises(CouldNotLook, match="none of sha256sum, shasum and python3"),
    ):
        copies(machine, SIZE, "*.pt")


def only(folder: Path, monkeypatch: pytest.MonkeyPatch, **tools: str) -> Target:
    """This machine, with these tools and no others that hash."""
    (folder / "bin").mkdir()
    plain = {name: found for name in TOOLS if (found := shutil.which(name))}
    for name, there in {**plain, **tools}.items():
        (folder / "bin" / name).symlink_to(Path(there).resolve() if name == "python3" else there)
    monkeypatch.setenv("PATH", str(folder / "bin"))
    return open_target("local://")


TOOLS = (
    *("sh", "bash", "cat", "cut", "tr", "wc", "timeout", "mktemp", "rm", "mkdir", "mkfifo", "env", "sleep"),
    *("head", "base64", "dirname", "setsid", "kill", "ps", "perl"),
)
