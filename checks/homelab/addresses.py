"""Where a name leads, asked where the member sits: other networks may be told otherwise."""

from __future__ import annotations

import re

from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.targets import Target

MOST = 8
ASK_S = 20
_ADDRESS = re.compile(r"[0-9A-Fa-f:.]{2,45}")
NO_SUCH_NAME, NO_TOOL = 2, 127
# macOS has no getent; Python has a resolver of the same kind.
_ASK = """
if command -v getent > /dev/null; then getent ahosts "$1"
else python3 -c 'import socket, sys
try: print(*(each[4][0] for each in socket.getaddrinfo(sys.argv[1], None)), sep="\\n")
except socket.gaierror: sys.exit(2)' "$1"
fi
"""


def addresses(machine: Target, name: str) -> list[str]:
    """The addresses that `name` has there, each once; none when it leads nowhere.

    Raises `CouldNotLook` when the machine cannot ask, and what `Target.run` raises.
    """
    done = machine.run("sh -c %s sh %s", _ASK, name, timeout_s=ASK_S, max_bytes=64 << 10)
    if done.exit_status == NO_SUCH_NAME:
        return []
    if not done.ok:
        raise CouldNotLook(
            f"{machine.address} cannot look names up"
            + (": it has neither getent nor python3" if done.exit_status == NO_TOOL else "")
        )
    found = (line.split()[0] for line in done.text.splitlines() if line.strip())
    return list(dict.fromkeys(each for each in found if _ADDRESS.fullmatch(each)))[:MOST]
