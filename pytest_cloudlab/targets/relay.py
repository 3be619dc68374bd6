"""How a far machine passes one connection on: with whichever of five programs it has."""

from __future__ import annotations

import re
from typing import Protocol

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.targets.lost import Lost
from pytest_cloudlab.targets.result import Result

_PYTHON = """
import os,shutil,socket,sys,threading
s=socket.create_connection((sys.argv[1],int(sys.argv[2])),20)
s.settimeout(None)
def up():
    try:
        while b:=os.read(0,65536): s.sendall(b)
        s.shutdown(socket.SHUT_WR)
    except OSError: pass
threading.Thread(target=up,daemon=True).start()
while b:=s.recv(65536):
    v=memoryview(b)
    while v: v=v[os.write(1,v):]
"""

# Best first: the first two pass on the end of one direction while the other goes on.
_TOOLS: dict[str, tuple[str, ...]] = {
    "python3": ("python3", "-c", _PYTHON, "{host}", "{port}"),
    "socat": ("socat", "-t86400", "-", "TCP:{address}"),
    "nc": ("nc", "{host}", "{port}"),
    "bash": (
        "bash",
        "-c",
        'exec 5<>"/dev/tcp/$1/$2" || exit 1; cat <&5 & cat >&5; wait',
        "bash",
        "{host}",
        "{port}",
    ),
}


class Runs(Protocol):
    """What choosing a relay needs of a target."""

    address: str

    def run(self, command: str) -> Result: ...


def checked_place(host: str, port: int) -> tuple[str, int]:
    """The place itself. Raises `UsageError` for what is no host name, address or port."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*|[0-9A-Fa-f:.]+", host) or not 0 < port < 65_536:
        raise UsageError(f"{host}:{port} is no place to forward to.")
    return host, port


def relay_command(target: Runs, host: str, port: int) -> tuple[str, ...]:
    """The words that connect their stdin and stdout to `host:port` when started on `target`.

    Raises `TargetLost` when the machine has none of the programs.
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
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    words = []
    for word in _TOOLS[tool]:
        known = {"{host}": host, "{port}": str(port), "TCP:{address}": f"TCP:{address}"}
        words.append(known.get(word, word))
    if tool == "nc" and "-N" in target.run("nc -h 2>&1; true").text:
        words.insert(1, "-N")  # else OpenBSD's keeps the end of our direction to itself
    return tuple(words)
