"""Runs the few tests that failed in the last run once more, with nothing else running beside them.

    python scripts/again.py

An engine or a browser may have failed them, on a machine as busy as a whole run makes it. They are named
first, so that one that passes only now is known. Ends as pytest does, or with 1 where nothing is run.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).parent.parent
FAILED = TOP / ".pytest_cache/v/cache/lastfailed"
MOST = 5
GROUP = re.compile(r"@[^\[\]]*$")
"""What pytest-xdist adds to the id of a test that belongs to a group."""


def main() -> int:
    failed = sorted(GROUP.sub("", name) for name in json.loads(FAILED.read_text())) if FAILED.exists() else []
    # A file that could not be collected stands there, too: what is in it was not run, nor was the rest.
    if not 0 < len(failed) <= MOST or not all("::" in name for name in failed):
        print(f"again: {len(failed)} failed, expected 1 to {MOST} tests: nothing is run once more")
        return 1
    for name in failed:
        print(f"again: failed, and is run once more: {name}", flush=True)
    return subprocess.run([sys.executable, "-m", "pytest", "-v", *failed], cwd=TOP, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
