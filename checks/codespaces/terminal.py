"""Commands as the student's own terminal finds them.

A command that comes in over SSH may miss what an image adds to the PATH: terminals are login shells.
"""

from __future__ import annotations

from pytest_cloudlab.targets import Target

LOGIN_S = 20
_PATH = 'printf "%s\n" "$PATH"; bash -lc \'printf "\n%s" "$PATH"\' 2>/dev/null'
SYSTEM = "/usr/local/sbin:/usr/sbin:/sbin"


def terminal_path(machine: Target) -> str:
    """The PATH of a login shell, then our own and that of the system's commands.

    Raises what `Target.run` raises.
    """
    lines = machine.run(_PATH, timeout_s=LOGIN_S, max_bytes=64 << 10).text.splitlines() or [""]
    # A login's files may print; the PATH is what comes last.
    return ":".join(dict.fromkeys([*lines[-1].split(":"), *lines[0].split(":"), *SYSTEM.split(":")]))
