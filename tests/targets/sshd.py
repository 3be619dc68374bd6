"""A real SSH server on a loopback port, with keys of its own, for as long as a test needs it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.tree import descendants
from pytest_cloudlab.targets.ssh import ssh, ssh_banner
from pytest_cloudlab.targets.target import Target

PROGRAM = "/usr/sbin/sshd"


def missing() -> str:
    """Why no server can be started here, or nothing."""
    if not Path(PROGRAM).exists() or not shutil.which("ssh"):
        return "needs OpenSSH's client and server"
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "needs to be root on Linux, to start an SSH server of its own"
    return ""


@dataclass
class Server:
    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    host: str = "127.0.0.1"

    @property
    def key(self) -> Path:
        return self.folder / "user"

    @property
    def known_hosts(self) -> Path:
        return self.folder / "known_hosts"

    def target(self, **changes: Any) -> Target:
        options: dict[str, Any] = {
            "user": "root",
            "port": self.port,
            "key": self.key,
            "known_hosts": self.known_hosts,
        }
        return ssh(self.host, **(options | changes))

    def drop(self) -> None:
        """End every connection, as hard as can be."""
        for each in descendants(self.process.pid):  # a connection before what it runs
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)

    def stop(self) -> None:
        """With every connection: one whose far command hangs would stay, and its client with it."""
        self.drop()
        self.process.terminate()
        self.process.wait(5)


def make_key(path: Path) -> str:
    """A fresh key pair; returns its public half."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return " ".join(path.with_suffix(".pub").read_text().split()[:2])


def start(folder: Path, host: str = "127.0.0.1", inside: Sequence[str] = (), *, settings: str = "") -> Server:
    """`inside` are the words that start it somewhere else, e.g. in another network; `settings` are more lines
    of its configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    Path("/run/sshd").mkdir(exist_ok=True)
    theirs, user = make_key(folder / "host"), make_key(folder / "user")
    (folder / "authorized_keys").write_text(user + "\n")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "known_hosts").write_text(f"[{host}]:{port} {theirs}\n")
    (folder / "config").write_text(
        f"ListenAddress {host}:{port}\nHostKey {folder}/host\n"
        f"AuthorizedKeysFile {folder}/authorized_keys\n"
        f"PidFile none\nStrictModes no\nUsePAM no\nPermitRootLogin prohibit-password\n"
        f"PasswordAuthentication no\nKbdInteractiveAuthentication no\n{settings}\n"
    )
    log = (folder / "log").open("wb")
    with log:
        process = subprocess.Popen([*inside, PROGRAM, "-D", "-e", "-f", folder / "config"], stderr=log)
    for _ in range(200):
        if ssh_banner(host, port, 1):
            return Server(folder, port, process, host)
        time.sleep(0.02)
    process.kill()
    process.wait()
    raise RuntimeError((folder / "log").read_text())
