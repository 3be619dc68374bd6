"""Evidence: what is stored is what can be read, and nothing else can be reached."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_cloudlab import evidence
from pytest_cloudlab.errors import NotFound, TooMuch, UsageError
from pytest_cloudlab.evidence import EvidenceStore, write_atomically

PNG = b"\x89PNG\r\n\x1a\n token=abc \xff\x00"


def test_bytes_come_back_as_they_were(tmp_path: Path) -> None:
    """A picture is stored unchanged under its hash, once for the same content."""
    store = EvidenceStore(tmp_path)
    kept = store.put("page.png", PNG, "image/png")
    again = store.put("other name.png", PNG, "image/png")
    assert store.read(kept) == PNG
    assert (kept.name, kept.media_type, kept.size_bytes) == ("page.png", "image/png", len(PNG))
    assert kept.sha256 == again.sha256 == hashlib.sha256(PNG).hexdigest()
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("media_type", ["text/plain", "text/html; charset=utf-8", "application/json"])
def test_text_loses_its_secrets_before_it_is_stored(tmp_path: Path, media_type: str) -> None:
    """No file in the folder holds the token; bytes that are no UTF-8 survive."""
    store = EvidenceStore(tmp_path)
    kept = store.put("log", b"GET /?token=hunter2 \xff\xfe", media_type)
    assert store.read(kept) == b"GET /?token=[redacted] \xff\xfe"
    assert kept.size_bytes == len(store.read(kept))


def test_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the cap nothing is written; exactly the cap is."""
    monkeypatch.setattr(evidence, "MAX_BYTES", 10)
    store = EvidenceStore(tmp_path)
    with pytest.raises(TooMuch, match="11 bytes"):
        store.put("big", b"x" * 11, "image/png")
    assert list(tmp_path.iterdir()) == []
    store.put("fits", b"x" * 10, "image/png")


def test_a_name_is_only_a_label(tmp_path: Path) -> None:
    """A path or terminal sequence in a name makes no file and reaches no terminal."""
    kept = EvidenceStore(tmp_path / "store").put("../../up\x1b[31m.txt", b"x", "text/plain")
    assert kept.name == "../../up.txt"
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_a_changed_file_is_no_evidence(tmp_path: Path) -> None:
    """Neither is one that is gone, nor one whose record points elsewhere."""
    store = EvidenceStore(tmp_path)
    kept = store.put("page.png", PNG, "image/png")
    file = next(path for path in tmp_path.rglob("*") if path.is_file())
    file.write_bytes(b"forged")
    with pytest.raises(NotFound, match="changed"):
        store.read(kept)
    file.unlink()
    with pytest.raises(NotFound, match="is not in"):
        store.read(kept)
    with pytest.raises(NotFound):
        store.read(replace(kept, sha256="../../etc/passwd"))


def test_a_write_replaces_whole_files(tmp_path: Path) -> None:
    """The old content goes with the move, parents are made, and no draft is left."""
    path = tmp_path / "a" / "b.txt"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert [file.name for file in path.parent.iterdir()] == ["b.txt"]


def test_a_write_that_fails_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk gives up half way, the reader still has the old content."""
    path = tmp_path / "b.txt"
    write_atomically(path, b"one")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(UsageError, match="No space left"):
        write_atomically(path, b"two")
    assert path.read_bytes() == b"one"
    assert [file.name for file in tmp_path.iterdir()] == ["b.txt"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """Writing through a symbolic link changes what it points to."""
    (tmp_path / "real").write_bytes(b"one")
    (tmp_path / "link").symlink_to("real")
    write_atomically(tmp_path / "link", b"two")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"two"


def test_a_folder_cannot_be_written(tmp_path: Path) -> None:
    """The error names the path and what to do."""
    with pytest.raises(UsageError, match=str(tmp_path)):
        write_atomically(tmp_path, b"x")
