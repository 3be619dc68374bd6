"""What a service keeps over a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.twin.saved import Saved


def test_what_was_written_is_read_by_the_next(tmp_path: Path) -> None:
    """Another object on the same folder, as after a restart, reads it; each service its own."""
    Saved(tmp_path / "saved").write("compute", {"instances": [{"name": "é"}]})
    Saved(tmp_path / "saved").write("policy", {"etag": "1"})
    again = Saved(tmp_path / "saved")
    assert again.read("compute") == {"instances": [{"name": "é"}]}
    assert again.read("policy") == {"etag": "1"}
    assert again.read("storage") == {}


def test_a_crash_while_writing_keeps_the_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is replaced as a whole, or not at all."""
    saved = Saved(tmp_path)
    saved.write("compute", {"a": 1})

    def crash(*_: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(OSError, match="disk full"):
        saved.write("compute", {"a": 2})
    assert saved.read("compute") == {"a": 1}
