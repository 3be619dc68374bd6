"""What is rewritten once serves every session, unless the file has changed since."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from _pytest.assertion import rewrite

from pytest_cloudlab.grading import rewritten

SETTINGS: Any = SimpleNamespace(getini=lambda name: False)
HOOKED: Any = SimpleNamespace(getini=lambda name: name == "enable_assertion_pass_hook")


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(rewrite, "_rewrite_test", rewrite._rewrite_test)
    monkeypatch.setattr(rewritten, "_ready", {})
    folder = tmp_path / "things"
    folder.mkdir()
    (folder / "conftest.py").write_text("import os\n")
    (folder / "test_things.py").write_text("def test_one():\n    assert 1 == 2\n")
    (folder / "helper.py").write_text("assert 1\n")
    (folder / "test_wrong.py").write_text("def test_one(:\n")
    return folder


def test_check_modules_and_conftests_are_rewritten_once(lab: Path) -> None:
    rewritten.prepare(lab)
    for name in ("conftest.py", "test_things.py"):
        assert (
            rewrite._rewrite_test(lab / name, SETTINGS)[1] is rewrite._rewrite_test(lab / name, SETTINGS)[1]
        )
    _, code = rewrite._rewrite_test(lab / "test_things.py", SETTINGS)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102  # ours
    with pytest.raises(AssertionError, match="assert 1 == 2"):
        names["test_one"]()


def test_what_has_changed_is_rewritten_anew(lab: Path) -> None:
    rewritten.prepare(lab)
    file = lab / "test_things.py"
    before = file.stat()
    file.write_text("def test_two():\n    assert 2 == 3\n")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert "test_two" in rewrite._rewrite_test(file, SETTINGS)[1].co_names


def test_what_makes_no_sense_is_the_session_s_to_tell(lab: Path) -> None:
    rewritten.prepare(lab)
    with pytest.raises(SyntaxError):
        rewrite._rewrite_test(lab / "test_wrong.py", SETTINGS)


def test_a_session_that_wants_more_of_its_asserts_gets_it(lab: Path) -> None:
    rewritten.prepare(lab)
    plain = rewrite._rewrite_test(lab / "test_things.py", SETTINGS)
    assert rewrite._rewrite_test(lab / "test_things.py", HOOKED)[1] is not plain[1]
