"""All command lines of the table, typed one after the other into the same shell."""

from __future__ import annotations

import shlex
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence

from .command import Command, Played

LIMIT_S = 300

# What a line sets (variables, the folder it goes to) is there for the next, as in one shell of a student's.
BEFORE = "[ ! -e ~/.played ] || . ~/.played"

AROUND = f"""
{BEFORE}
%s
status=$?
{{ declare -p THE_PROJECT BUCKET MASCOT GROUPNAME APP_PORT PROJECT_ID INSTANCE_NAME IP
  printf 'cd %%q\\n' "$PWD"; }} > ~/.played 2> /dev/null
exit $status
"""

# Held open like a terminal: at the end of its input, the far shell would end, and the tunnel with it.
MEANWHILE = f"""
{BEFORE}
mkfifo /tmp/held && {{ sleep 3600 > /tmp/held & }}
keeper=$!
setsid bash -c %s < /tmp/held > /tmp/line.log 2>&1 &
line=$!
%s
status=$?
[ "$status" = 0 ] || tail -n 20 /tmp/line.log
kill "$keeper"
# As Ctrl-C would; what does not listen to it is ended all the same.
for signal in INT TERM KILL; do
  kill -$signal -- "-$line" 2> /dev/null || break
  for _ in $(seq 50); do kill -0 -- "-$line" 2> /dev/null || break 2; sleep 0.1; done
done
rm -f /tmp/held
exit $status
"""

Shell = Callable[[str], tuple[int, str]]
"""Runs a bash script in the twin's shell: exit status and all output."""


def play(shell: Shell, table: Sequence[Command]) -> Iterator[Played]:
    for command in table:
        started = time.monotonic()
        if command.meanwhile:
            status, output = shell(MEANWHILE % (shlex.quote(f"{BEFORE}\n{command.line}"), command.meanwhile))
        else:
            status, output = shell(AROUND % command.line)
        after, after_output = shell(AROUND % command.after) if command.after else (0, "")
        seconds = time.monotonic() - started
        yield Played(command, status, output, after, after_output, seconds)


def shell_of(argv: Sequence[str]) -> Shell:
    """A shell that `argv` opens with one more argument: the script."""

    def run(script: str) -> tuple[int, str]:
        try:
            done = subprocess.run(
                (*argv, script),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=LIMIT_S,
            )
        except subprocess.TimeoutExpired as late:
            return 124, (late.stdout or b"").decode(errors="replace") + f"\nnot done after {LIMIT_S} s"
        return done.returncode, done.stdout.decode(errors="replace")

    return run


def versions(shell: Shell) -> dict[str, str]:
    """Of each client in the shell, as it says itself."""
    asked = {
        "gcloud": "gcloud version | sed -n 's/^Google Cloud SDK //p'",
        "gsutil": "gcloud version | sed -n 's/^gsutil //p'",
        "docker": "docker version --format '{{.Client.Version}}'",
        "pip": "pip --version | cut -d ' ' -f 2",
    }
    return {client: shell(script)[1].strip() for client, script in asked.items()}
