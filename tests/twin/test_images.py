"""What names an image."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pytest_cloudlab.twin import images


@pytest.fixture
def tag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of a copy of the machine's folder, which is made the one that counts."""
    shutil.copytree(images.FOLDER, tmp_path / "images", ignore=shutil.ignore_patterns(images.BYTECODE))
    monkeypatch.setattr(images, "FOLDER", tmp_path / "images")
    return images.image.__wrapped__("machine")


def test_bytecode_changes_no_image(tag: str) -> None:
    """pip compiles what it installs, also what is for a machine."""
    assert tag == images.image("machine")
    folder = images.FOLDER / "machine" / images.BYTECODE
    folder.mkdir()
    (folder / "gh_way.cpython-311.pyc").write_bytes(b"x")
    assert images.image.__wrapped__("machine") == tag


def test_every_file_counts(tag: str) -> None:
    with (images.FOLDER / "machine" / "gh").open("a") as file:
        file.write("# changed")
    assert images.image.__wrapped__("machine") != tag
