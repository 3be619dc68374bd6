"""A real SSH server on a loopback port, with keys of its own, for as long as a test needs it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
        return ssh("127.0.0.1", **(options | changes))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(5)


def make_key(path: Path) -> str:
    """A fresh key pair; returns its public half."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return " ".join(path.with_suffix(".pub").read_text().split()[:2])


def start(folder: Path) -> Server:
    folder.mkdir(parents=True, exist_ok=True)
    Path("/run/sshd").mkdir(exist_ok=True)
    host, user = make_key(folder / "host"), make_key(folder / "user")
    (folder / "authorized_keys").write_text(user + "\n")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host}\n")
    (folder / "config").write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {folder}/host\n"
        f"AuthorizedKeysFile {folder}/authorized_keys\n"
        f"PidFile none\nStrictModes no\nUsePAM no\nPermitRootLogin prohibit-password\n"
        f"PasswordAuthentication no\nKbdInteractiveAuthentication no\n"
    )
    log = (folder / "log").open("wb")
    with log:
        process = subprocess.Popen([PROGRAM, "-D", "-e", "-f", folder / "config"], stderr=log)
    for _ in range(200):
        if ssh_banner("127.0.0.1", port, 1):
            return Server(folder, port, process)
        time.sleep(0.02)
    process.kill()
    process.wait()
    raise RuntimeError((folder / "log").read_text())
