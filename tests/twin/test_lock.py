"""Who changes a twin's folder is alone in it."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.twin.lock import alone


def test_another_waits_and_gives_up_in_words(tmp_path: Path) -> None:
    with (
        alone(tmp_path),
        pytest.raises(UsageError, match=r"Another command .* for 0\.2 s"),
        alone(tmp_path, within_s=0.2),
    ):
        pass
    with alone(tmp_path, within_s=0.2):
        pass


def test_who_waited_for_a_folder_that_was_removed_does_not_get_it(tmp_path: Path) -> None:
    """`up` that waited for `down` must not start a twin in a folder that is no longer there."""
    folder = tmp_path / "twin"
    folder.mkdir()
    ended: list[str] = []

    def wait() -> None:
        try:
            with alone(folder, within_s=10):
                ended.append("in")
        except FileNotFoundError:
            ended.append("gone")

    waiter = threading.Thread(target=wait)
    with alone(folder):
        waiter.start()
        waiter.join(0.2)
        shutil.rmtree(folder)
    waiter.join(10)
    assert ended == ["gone"]
