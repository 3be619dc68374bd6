"""`python -m tests.commands`: play the table, say how it went, and print the rows for docs/twin.md."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from .command import commands
from .conftest import session
from .markdown import HEAD, rows
from .play import play, versions

with tempfile.TemporaryDirectory(prefix="cloudlab-commands-") as scratch, session(Path(scratch)) as shell:
    failed = 0
    for played in play(shell, commands()):
        failed += not played.as_expected
        mark = "ok " if played.as_expected else "BAD"
        sys.stderr.write(f"{mark} {played.seconds:5.1f} s  {played.command.name}\n")
        if not played.as_expected:
            sys.stderr.write(f"{played.exit}, {played.after_exit}: {played.output}\n{played.after_output}\n")
    table = rows(commands(), versions(shell))
if failed:
    raise SystemExit(f"{failed} did not do what they should")
print("\n".join((*HEAD, *table)))
