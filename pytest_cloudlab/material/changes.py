"""Which lines the change under review adds, as git tells."""

from __future__ import annotations

import os
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from pytest_cloudlab.errors import UsageError

TIMEOUT_S = 20.0
MOST_BYTES = 64 << 20
"""Of a diff; a longer one is no change that anybody reviews."""
# A folder that somebody else prepared may name programs in its .git/config: none of them is started.
_SAFE = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=true")
_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPED = re.compile(rb'\\([0-7]{3}|[abfnrtv\\"])')
_LETTERS = dict(zip(b'abfnrtv\\"', b'\a\b\f\n\r\t\v\\"', strict=True))


def touched_lines(root: Path, base: str) -> Mapping[str, frozenset[int]]:
    """By path from `root`, the lines that differ from where this work left `base`, files that git does not
    know yet among them. Raises `UsageError` when git cannot tell."""
    commit = _fork_point(root, base)
    if commit is None:
        raise UsageError(
            f"--base {base}: git knows no such commit, or none that it shares with what is checked out here",
            remedy="Name a branch or commit that is here; a shallow clone needs its history "
            "(actions/checkout: fetch-depth: 0).",
        )
    diff = _git(
        root, "diff", "--unified=0", "--relative", "--no-ext-diff", "--no-textconv", "--no-color",
        "--no-renames", "--ignore-submodules", "--src-prefix=a/", "--dst-prefix=b/", "-z", commit, "--",
    )  # fmt: skip
    new = _git(root, "ls-files", "-z", "--others", "--exclude-standard")
    if diff is None or new is None:
        raise UsageError(
            f"--base {base}: git could not compare within {TIMEOUT_S:g} s and {MOST_BYTES >> 20} MiB",
            remedy="Name a base that is closer, or leave --base out.",
        )
    found = added_lines(diff)
    for name in new.decode("utf-8", "surrogateescape").split("\0"):
        if name:
            found[name] = frozenset(range(1, _count_lines(root / name) + 1))
    return found


def is_known(root: Path, base: str) -> bool:
    """Whether git can compare with `base`."""
    return _fork_point(root, base) is not None


def added_lines(diff: bytes) -> dict[str, frozenset[int]]:
    """By path, the numbers of the lines that a diff without context adds.

    A hunk says how many lines it has, so that an added line that looks like a header is none.
    """
    found: dict[str, set[int]] = defaultdict(set)
    path = ""
    lines = iter(diff.split(b"\n"))
    for line in lines:
        if line.startswith(b"+++ "):
            path = _path(line[4:])
        elif hunk := _HUNK.match(line):
            removed, start, added = (int(number) if number else 1 for number in hunk.groups())
            if path:
                found[path].update(range(start, start + added))
            _skip(lines, removed + added)
    return {path: frozenset(numbers) for path, numbers in found.items()}


def _skip(lines: Iterator[bytes], count: int) -> None:
    """Past `count` lines of content; git's remark on a missing last line end is none."""
    while count and (line := next(lines, None)) is not None:
        count -= not line.startswith(b"\\")


def _path(name: bytes) -> str:
    """`docs/a.md` of `b/docs/a.md`, or of the same in quotes; empty for what is gone."""
    name = name.rstrip(b"\t\r")
    if name.startswith(b'"'):
        name = _ESCAPED.sub(lambda found: bytes([_byte(found[1])]), name.strip(b'"'))
    if not name.startswith(b"b/"):
        return ""
    return name[2:].decode("utf-8", "surrogateescape")


def _byte(escape: bytes) -> int:
    return int(escape, 8) & 0xFF if len(escape) == 3 else _LETTERS[escape[0]]


def _fork_point(root: Path, base: str) -> str | None:
    if base.startswith("-"):
        return None
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{commit}}")
    if not commit:
        return None
    shared = _git(root, "merge-base", commit.decode().strip(), "HEAD")
    return shared.decode().split("\n")[0].strip() if shared else None


def _git(root: Path, *args: str) -> bytes | None:
    """What git prints; None when it fails, takes too long or prints too much."""
    keep = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    quiet = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            ["git", *_SAFE, *args], cwd=root, env={**keep, **quiet}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=TIMEOUT_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return None if done.returncode or len(done.stdout) > MOST_BYTES else done.stdout


def _count_lines(file: Path) -> int:
    try:
        if file.stat().st_size > MOST_BYTES or not file.is_file():
            return 0
        return file.read_bytes().count(b"\n") + 1
    except OSError:
        return 0
