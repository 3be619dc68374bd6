"""How a far machine passes one connection on: with whichever of four programs it has."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Protocol

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.targets.lost import Lost
from pytest_cloudlab.targets.result import Result

# Each writes the agreed end when the port has said its last: some ways to a machine tell of that only when
# the whole process ends, and a process that was killed must not look like a port that was done.
_PYTHON = r"""
import os,socket,sys,threading
def up():
    try:
        for b in iter(lambda: os.read(0,262144),b""): s.sendall(b)
        s.shutdown(socket.SHUT_WR)
    except OSError: pass
t=None
try:
    s=socket.create_connection((sys.argv[1],int(sys.argv[2])),20)
    s.settimeout(None)
    t=threading.Thread(target=up,daemon=True)
    t.start()
    for b in iter(lambda: s.recv(262144),b""):
        v=memoryview(b)
        while v: v=v[os.write(1,v):]
except OSError: pass
os.write(1,b"\0"+sys.argv[3].encode())
if t: t.join()
"""
_END = r"""{ cat; printf '\000%s' "$3"; }"""

# Best first: bash cannot pass on that the client has said its last while the port goes on; OpenBSD's nc
# keeps it to itself when the port has, for as long as the client goes on.
_TOOLS: dict[str, str] = {
    "python3": "",
    "socat": 'case $1 in *:*) h="[$1]" ;; *) h=$1 ;; esac; socat -t86400 -,shut-close "TCP:$h:$2" | ' + _END,
    "bash": 'exec 5<>"/dev/tcp/$1/$2" || { printf "\\000%s" "$3"; exit 1; }; '
    + _END
    + " <&5 & cat >&5; exec 5>&- >&-; wait",
    "nc": 'nc "$1" "$2" | ' + _END,
}


class Runs(Protocol):
    """What choosing a relay needs of a target."""

    address: str

    def run(self, command: str) -> Result: ...


@dataclass(frozen=True)
class Relay:
    """The words that connect their stdin and stdout to a port, started on the machine."""

    words: tuple[str, ...]
    mark: str
    """Random; one of `words`, by which its processes are known."""

    @property
    def end(self) -> bytes:
        """What it writes behind all else."""
        return b"\0" + self.mark.encode()

    @property
    def stop(self) -> str:
        """A line of shell that ends all its processes on the machine."""
        pattern = f"{self.mark[:-1]}[{self.mark[-1]}]"  # which the line itself does not match
        found = f"$(grep -ls '{pattern}' /proc/[0-9]*/cmdline)"
        return f"for f in {found}; do f=${{f#/proc/}}; kill -9 ${{f%/*}}; done 2>/dev/null; true"


def checked_place(host: str, port: int) -> tuple[str, int]:
    """The place itself. Raises `UsageError` for what is no host name, address or port."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*|[0-9A-Fa-f:.]+", host) or not 0 < port < 65_536:
        raise UsageError(f"{host}:{port} is no place to forward to.")
    return host, port


def relay_to(target: Runs, host: str, port: int) -> Relay:
    """What passes connections to `host:port` on, with a program that `target` has.

    Raises `TargetLost` when the machine has none of them.
    """
    checked_place(host, port)
    found = target.run("for x in " + " ".join(_TOOLS) + '; do command -v "$x" >/dev/null && echo "$x"; done')
    tool = next((name for name in found.text.split() if name in _TOOLS), "")
    if not tool:
        raise Lost(
            f"{target.address} has no program that can pass a connection on.",
            remedy=f"Install one of {', '.join(_TOOLS)} there.",
            reason="tools",
        )
    mark = secrets.token_hex(12)
    place = (host, str(port), mark)
    if tool == "python3":
        return Relay(("python3", "-S", "-c", _PYTHON, *place), mark)
    line = _TOOLS[tool]
    if tool == "nc" and "-N" in target.run("nc -h 2>&1; true").text:
        line = line.replace("nc ", "nc -N ", 1)  # else OpenBSD's keeps the end of our direction to itself
    return Relay(("bash" if tool == "bash" else "sh", "-c", line, "relay", *place), mark)
