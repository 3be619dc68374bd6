"""Bash's own word on whether a script parses."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from functools import lru_cache

TIME_LIMIT_S = 5
MAX_CHARACTERS = 16 * 1024
_LINE = re.compile(r"line (\d+): (.*)")
_HEREDOC = re.compile(r"here-document at line (\d+) delimited by end-of-file \(wanted `(.*)'\)")


@dataclass(frozen=True)
class Refusal:
    line: int
    said: str
    """e.g. "syntax error near unexpected token `done'"."""
    delimiter: str = ""
    """Of a here-document that begins on `line` and never ends."""


@lru_cache(maxsize=512)
def refusal(code: str) -> Refusal | None:
    """Why `bash -n` does not take it: that reads the script and runs nothing of it, no expansion either.

    None where it parses, and where there is no bash to ask.
    """
    if len(code) > MAX_CHARACTERS:
        return None
    try:
        done = subprocess.run(
            ["bash", "--norc", "--noprofile", "-n"],
            input=f"{code}\n".replace("\0", " ").encode("utf-8", "replace"),
            capture_output=True,
            check=False,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath)},
            timeout=TIME_LIMIT_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    errors = done.stderr.decode("utf-8", "replace")
    if match := _HEREDOC.search(errors):
        return Refusal(int(match[1]), "", match[2])
    if done.returncode == 0:
        return None
    found = _LINE.search(errors)
    return Refusal(int(found[1]), found[2].strip()) if found else None
