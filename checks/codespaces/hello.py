"""The student's "Hello World": found among the scripts of the workspace, and run."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from pytest_cloudlab.checks.codespaces.new_files import shown
from pytest_cloudlab.checks.codespaces.terminal import terminal_path
from pytest_cloudlab.errors import TimedOut, TooMuch
from pytest_cloudlab.targets import Target

SCRIPT_BYTES = 8 << 10
OUTPUT_BYTES = 64 << 10
RUN_S = 10
READ, RUN = 100, 20
"""How many scripts are read, and run, at most."""

# No link: it may lead anywhere, and to what never ends.
_READ = f"[ -f %s ] && [ ! -L %s ] && head -c {SCRIPT_BYTES + 1} -- %s"
_RUN = "cd %s && PATH=%s && export PATH PYTHONDONTWRITEBYTECODE=1 && exec python3 %s"


def candidates(machine: Target, workspace: str, new: Sequence[str]) -> list[str]:
    """Those of the paths `new` that may be one, the likeliest first. Raises what `Target.run` raises."""
    scripts = sorted((path for path in new if path.endswith(".py")), key=_likely)[:READ]
    texts = machine.run_many([(_READ, *[f"{workspace}/{path}"] * 3) for path in scripts])
    return [
        path
        for path, text in zip(scripts, texts, strict=True)
        if text.ok and len(text.stdout) <= SCRIPT_BYTES and b"hello" in text.stdout.lower()
    ][:RUN]


def run_hello(machine: Target, workspace: str, script: str, says: str) -> str:
    """What is wrong with it, as the rest of a sentence; empty when it says what it has to, and ends.

    Raises what `Target.run` raises, but for a script that does not end.
    """
    folder, name = posixpath.split(f"{workspace}/{script}")
    path = terminal_path(machine)
    try:
        ran = machine.run(_RUN, folder, path, f"./{name}", timeout_s=RUN_S, max_bytes=OUTPUT_BYTES)
    except TimedOut:  # by the far machine's own clock
        return f"does not end within {RUN_S} s."
    except TooMuch:
        return "prints without end."
    if not ran.ok:
        lines = ran.error_text.splitlines()
        return f"fails: {shown(lines[-1]) if lines else f'exit code {ran.exit_status}'}"
    if letters(says) not in letters(ran.text):
        told = shown(" ".join(ran.text.split()))[:100]
        return f'prints {f"{chr(34)}{told}{chr(34)}" if told else "nothing"}, expected "{says}".'
    return ""


def letters(text: str) -> str:
    """
    >>> letters("Hello, World!")
    'helloworld'
    """
    return re.sub(r"[\W\d_]", "", text.casefold())


def _likely(path: str) -> tuple[bool, int, str]:
    return "hello" not in posixpath.basename(path).lower(), path.count("/"), path
