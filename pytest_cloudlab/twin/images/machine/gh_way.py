"""How the stand-in gh reaches a codespace: the relay lets its key in, and SSH does the rest."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shlex
import socket
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

RELAY = "https://codespaces-relay.test"
ASK_S = 150
SSH_S = 20
WITH_VALUE = "bcDeFIiLlmOopRSWwBEJQP"
"""OpenSSH's one-letter flags that a value follows."""


class Failure(Exception):
    """Told to who called gh, which then ends with exit code 1."""


def relay(method: str, path: str, body: object = None) -> Any:
    token = os.environ.get("GH_TOKEN") or os.environ.get("GITHUB_TOKEN") or ""
    request = urllib.request.Request(  # noqa: S310  # the address is ours
        f"{RELAY}{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json", "User-Agent": "gh"},
    )
    try:
        with urllib.request.urlopen(request, timeout=ASK_S) as answer:  # noqa: S310  # as above
            return json.load(answer)
    except urllib.error.HTTPError as error:
        try:
            said = json.load(error)["message"]
        except (ValueError, KeyError, TypeError):
            said = error.reason
        raise Failure(f"HTTP {error.code}: {said}") from None
    except OSError as error:
        raise Failure(f"the twin does not answer: {error}") from None


def path_of(name: str) -> str:
    return f"/codespaces/{urllib.parse.quote(name, safe='')}"


def key_pair() -> Path:
    """Like the real one's, made when it is first needed; one of several that need it at once makes it."""
    key = Path.home() / ".ssh" / "codespaces.auto"
    key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = os.open(key.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if not key.exists():
            make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "codespaces.auto", "-f", str(key)]
            subprocess.run(make, check=True, stdin=subprocess.DEVNULL)
    finally:
        os.close(folder)
    return key


class Way:
    """How to reach one codespace over SSH; asking for it starts a codespace that is stopped."""

    def __init__(self, name: str) -> None:
        self.key = key_pair()
        told = relay("POST", f"{path_of(name)}/ssh", {"public_key": Path(f"{self.key}.pub").read_text()})
        self.user, self.address, self.port = told["user"], told["address"], told["port"]
        self.place, self.ref, self.name = f"{self.user}@{self.address}", told["ref"], name
        # The relay vouches for the key that the codespace shows.
        keys = " ".join(shlex.quote(f"{name} {key}") for key in told["host_keys"])
        self.options = [
            *("-i", str(self.key), "-o", f"HostKeyAlias={name}", "-o", "StrictHostKeyChecking=yes"),
            *("-o", "UserKnownHostsFile=/dev/null", "-o", "GlobalKnownHostsFile=/dev/null"),
            *("-o", f"KnownHostsCommand=/usr/bin/printf '%%s\\n' {keys}", "-o", "PasswordAuthentication=no"),
            *("-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR"),
        ]


def split_flags(words: list[str]) -> tuple[list[str], list[str]]:
    """OpenSSH's flags at the front, and the command."""
    flags: list[str] = []
    while words and words[0].startswith("-") and len(words[0]) > 1:
        flag, *words = words
        flags.append(flag)
        if flag[-1] in WITH_VALUE and len(flag) == 2:
            if not words:
                raise Failure(f"ssh flag: {flag} requires an argument")
            flags.append(words[0])
            words = words[1:]
    return flags, words


def stdio(way: Way) -> None:
    with socket.create_connection((way.address, way.port), SSH_S) as far:
        far.settimeout(None)

        def up() -> None:
            while data := os.read(0, 65_536):
                far.sendall(data)
            far.shutdown(socket.SHUT_WR)

        threading.Thread(target=up, daemon=True).start()
        while data := far.recv(65_536):
            view = memoryview(data)
            while view:
                view = view[os.write(1, view) :]


def place(name: str, way: Way) -> str:
    if name.startswith("remote:"):
        return f"{way.place}:{name.removeprefix('remote:')}"
    # scp takes what stands before a colon for a host.
    return name if name.startswith("/") else f"./{name}"


def without_patterns(place: str) -> str:
    """The same place, where scp takes some letters for patterns."""
    host, colon, path = place.partition(":")
    return host + colon + re.sub(r"([][*?{}\\])", r"\\\1", path)
