"""A saved model is found wherever it lies, and what only looks like one is not."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pytest_cloudlab.checks.codespaces.saved_models import clone_made, newest_model
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.targets import Target, open_target

NAME = "mnist_cnn.pt"


@pytest.fixture(scope="module")
def here() -> Iterator[Target]:
    with open_target("local://") as target:
        yield target


def saved(file: Path, seconds: int) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"weights")
    os.utime(file, (seconds, seconds))
    return file


def test_the_newest_counts(here: Target, tmp_path: Path) -> None:
    """In whichever folder, under whatever folder's name, and behind a link."""
    saved(tmp_path / NAME, 1_000)
    newest = saved(tmp_path / "it's a\tfolder" / "two  words" / NAME, 2_000)
    assert newest_model(here, str(tmp_path), NAME) == str(newest)
    elsewhere = saved(tmp_path.parent / f"{tmp_path.name}-elsewhere" / "model", 3_000)
    link = tmp_path / "linked" / NAME
    link.parent.mkdir()
    link.symlink_to(elsewhere)
    assert newest_model(here, str(tmp_path), NAME) == str(link)


def test_packages_and_git_bring_files_of_their_own(here: Target, tmp_path: Path) -> None:
    """Neither is a folder of that name a file, nor a link that leads nowhere; the folder itself may be a
    virtual environment."""
    for folder in (".git/objects", "lib/python3/site-packages/torch", "node_modules/x", "env/share"):
        saved(tmp_path / folder / NAME, 1_000)
    for venv in ("env", "."):
        (tmp_path / venv / "pyvenv.cfg").touch()
    (tmp_path / "a" / NAME).mkdir(parents=True)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / NAME).symlink_to(tmp_path / "nowhere")
    with pytest.raises(NotFound, match=rf"There is no file {NAME} in \S+\.\n"):
        newest_model(here, str(tmp_path), NAME)
    mine = saved(tmp_path / "training" / NAME, 500)
    assert newest_model(here, str(tmp_path), NAME) == str(mine)


def test_a_model_of_another_name_is_named(here: Target, tmp_path: Path) -> None:
    """Whoever chose a name sees at once what is wrong; and whatever it is, it is printable."""
    saved(tmp_path / "training" / "model.pth", 1_000)
    with pytest.raises(NotFound, match=r"there is training/model\.pth\.\n"):
        newest_model(here, str(tmp_path), NAME)
    saved(tmp_path / "\x1b[31mred.pt", 2_000)
    with pytest.raises(NotFound, match=r"there is red\.pt\.\n"):
        newest_model(here, str(tmp_path), NAME)


def test_thousands_of_files_are_not_looked_through(here: Target, tmp_path: Path) -> None:
    """The newest is among those that are."""
    for at in range(2_000):
        saved(tmp_path / "data" / f"{at}.pt", at + 1)
    newest = saved(tmp_path / NAME, 5_000)
    assert newest_model(here, str(tmp_path), NAME) == str(newest)
    os.utime(newest, (0, 0))
    with pytest.raises(NotFound, match=r"there is data/1999\.pt"):
        newest_model(here, str(tmp_path), NAME)


def test_a_clone_knows_when_it_was_made(here: Target, tmp_path: Path) -> None:
    """Work in it changes nothing about that, and a copy keeps the time of the first."""
    clone = tmp_path / "clone"
    before = datetime.now(UTC).replace(microsecond=0)
    subprocess.run(["git", "init", "--quiet", clone], check=True)
    made = clone_made(here, str(clone))
    assert before <= made <= datetime.now(UTC)
    saved(clone / "work", 5_000_000_000)
    subprocess.run(["git", "-C", clone, "add", "work"], check=True)
    assert clone_made(here, str(clone)) == made
    earlier = made - timedelta(days=3)
    os.utime(clone / ".git" / "description", (earlier.timestamp(),) * 2)
    assert clone_made(here, str(clone)) == earlier


def test_no_clone_knows_nothing(here: Target, tmp_path: Path) -> None:
    """Which is nobody's fault here: that there is a clone is another check's question."""
    with pytest.raises(CouldNotLook, match="nothing tells when the codespace was created"):
        clone_made(here, str(tmp_path))
