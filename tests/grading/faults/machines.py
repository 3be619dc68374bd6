"""SSH servers of their own, that a test may stop, kill and bring back at the same port."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from dataclasses import dataclass

from bench.tree import descendants
from pytest_cloudlab.targets.ssh import ssh_banner
from pytest_cloudlab.waiting import NotYet, until
from tests.targets import sshd


@dataclass
class Machine:
    server: sshd.Server

    @property
    def address(self) -> str:
        return f"ssh://root@127.0.0.1:{self.server.port}"

    @property
    def target(self) -> dict[str, str]:
        """As a member of a roster has it."""
        return {"vm": self.address, "key": str(self.server.key), "known": str(self.server.known_hosts)}

    def signal_all(self, number: int) -> None:
        """To the server and to all that it serves."""
        for pid in [self.server.process.pid, *descendants(self.server.process.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def hang(self) -> None:
        """Whoever connects is heard by the kernel, and by nobody else."""
        self.signal_all(signal.SIGSTOP)

    def kill(self) -> None:
        self.signal_all(signal.SIGKILL)
        self.server.process.wait()

    def back(self) -> None:
        """Up again, as it was, at the same address."""
        self.kill()
        with (self.server.folder / "log").open("ab") as log:
            self.server.process = subprocess.Popen(
                [sshd.PROGRAM, "-D", "-e", "-f", self.server.folder / "config"], stderr=log
            )

        def answers(_: object) -> None:
            if not ssh_banner("127.0.0.1", self.server.port, 1):
                raise NotYet("no banner")

        until(answers, what=self.address, within_s=20)
