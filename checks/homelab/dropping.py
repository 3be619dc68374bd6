"""A connection of our own, ended from within, and opened again."""

from __future__ import annotations

import time
from dataclasses import dataclass

from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.lost import Lost
from pytest_cloudlab.targets.onward import NearLost
from pytest_cloudlab.waiting import Deadline

# Above our shell there is the process of sshd that serves this one connection, and perhaps shells between.
# Nothing else is ended: without /proc, nobody knows which it is.
_WHO = """
serves=$PPID
for _ in 1 2 3 4 5 6; do
  case $(cat "/proc/$serves/comm" 2> /dev/null) in sshd*|'') break;; esac
  serves=$(cut -d ' ' -f 4 "/proc/$serves/stat")
done
case $(cat "/proc/$serves/comm" 2> /dev/null) in sshd*) ;; *) serves=0;; esac
printf '%s %s\n' "$serves" "$(cat /etc/machine-id 2> /dev/null)$(hostname)"
"""
PAUSE_S = 0.5


@dataclass(frozen=True)
class Return:
    opened: bool
    same_machine: bool
    after_s: float
    tries: int
    reason: str
    """Why the last one that failed did, as `Lost` has it; `near` when it never came to ask the machine."""
    refused: str
    """What the last try that failed met with; empty when the first one got in."""


def drop_and_return(machine: Target, within_s: float) -> Return:
    """Raises `CouldNotLook` when the connection cannot be dropped."""
    before = _who(machine)
    try:
        machine.run("kill -9 %s", before[0], timeout_s=5)
    except Lost:
        pass
    else:
        machine.close()
        if _who(machine)[0] == before[0]:
            raise CouldNotLook("our own connection could not be dropped")
    started, deadline, reason, refused, tries = time.monotonic(), Deadline.after(within_s), "", "", 0
    while True:
        tries += 1
        try:
            now = _who(machine)
        except Lost as lost:
            reason = "near" if isinstance(lost, NearLost) else lost.reason
            refused = lost.message[:300]
            if deadline.passed:
                return Return(False, False, _since(started), tries, reason, refused)
            time.sleep(min(PAUSE_S, deadline.remaining_s()))
        else:
            return Return(True, now[1] == before[1], _since(started), tries, reason, refused)


def _since(started: float) -> float:
    return round(time.monotonic() - started, 1)


def _who(machine: Target) -> tuple[str, str]:
    """The process that serves the connection, and the machine it runs on."""
    process, _, machine_id = machine.run(_WHO, max_bytes=4096).text.partition(" ")
    if not process.isdecimal() or int(process) < 2:
        raise CouldNotLook(f"{machine.address} does not say which process serves the connection")
    return process, machine_id
