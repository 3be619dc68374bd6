"""A lab's check modules, their asserts rewritten once for all the sessions that are forked from here.

Each session would do it anew, which is a third of its work: nothing is written into a lab's folder.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import Any

from _pytest.assertion import rewrite

MOST_FILES = 200
PLAIN: Any = SimpleNamespace(getini=lambda name: False)
"""A session's settings, as far as the rewriting asks for them."""

_rewrite = rewrite._rewrite_test
_ready: dict[Path, tuple[os.stat_result, CodeType]] = {}


def prepare(lab: Path) -> None:
    """Rewrite what pytest will rewrite there. What cannot be is left to the session, which says why."""
    files = [*lab.rglob("conftest.py"), *lab.rglob("test_*.py")]
    for file in files[:MOST_FILES]:
        with contextlib.suppress(OSError, SyntaxError, ValueError, RecursionError):
            _ready[file] = _rewrite(file, PLAIN)
    rewrite._rewrite_test = _looked_up


def _looked_up(fn: Path, config: Any) -> tuple[os.stat_result, CodeType]:
    found = _ready.get(fn)
    if found and not config.getini("enable_assertion_pass_hook") and _unchanged(fn, found[0]):
        return found
    return _rewrite(fn, config)


def _unchanged(file: Path, before: os.stat_result) -> bool:
    now = os.stat(file)
    return (now.st_mtime_ns, now.st_size, now.st_ino) == (before.st_mtime_ns, before.st_size, before.st_ino)
