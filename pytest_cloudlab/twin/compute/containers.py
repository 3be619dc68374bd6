"""The containers that play the VMs."""

from __future__ import annotations

import re
from collections.abc import Callable

from pytest_cloudlab.twin.compute import iptables
from pytest_cloudlab.twin.compute.instance import Instance
from pytest_cloudlab.twin.engine import EngineError, containers, docker
from pytest_cloudlab.twin.machine import MACHINE_IMAGE, machine_run_options

LONGEST_RUN_S = 12 * 3600
"""A VM without a limit of its own ends then, should nobody be left to remove it."""

JUPYTER_PORT = 8080

START_S = 60

BOOT = (
    # First of all: there must be no moment at which everybody gets in. sed leaves the accounts unread.
    f"sed --unbuffered '/^COMMIT$/q' | (set +e; {iptables.INSTALL});"
    f" cloudlab-ready {START_S}; exec cloudlab-accounts"
)
"""Reads the firewall and then the accounts."""

GRACE_S = 60
"""A limited VM is ended by the twin; its own clock is for when the twin is gone."""


Boot = Callable[[Instance, str, str], None]
"""Brings a VM up, given its accounts and its firewall."""


class Containers:
    """Every method runs a docker command and blocks: call it in a thread."""

    def __init__(self, network: str, label: str, environment: dict[str, str]) -> None:
        self.prefix = network
        self._network = network
        self._label = label
        self._environment = environment

    def run(self, instance: Instance, accounts: str, table: str) -> None:
        """Make it and boot it. Raises `EngineError`."""
        environment = dict(self._environment)
        if instance.image.jupyter:
            environment["CLOUDLAB_JUPYTER"] = str(JUPYTER_PORT)
        docker(
            "run",
            "--detach",
            f"--name={instance.container}",
            f"--hostname={instance.name}",
            f"--network={self._network}",
            f"--ip={instance.address}",
            f"--label={self._label}",
            *machine_run_options(),
            # Names only: docker takes the values from its own environment, where no other user sees them.
            *(f"--env={name}" for name in environment),
            MACHINE_IMAGE,
            # The kernel takes the whole container down with its first process.
            *("timeout", "--kill-after=5", str(_limit_s(instance)), "sleep", "infinity"),
            env=environment,
            within_s=START_S,
        )
        self.boot(instance, accounts, table)

    def start(self, instance: Instance, accounts: str, table: str) -> None:
        """Boot it again."""
        docker("start", instance.container, within_s=START_S)
        self.boot(instance, accounts, table)

    def boot(self, instance: Instance, accounts: str, table: str) -> None:
        """What is to be done once its container runs; does no harm a second time."""
        if instance.hangs:
            self.guard(instance, table)
            return
        # All in one command: each `docker exec` takes as long as what it does here.
        args = ("exec", "--interactive", instance.container, "sh", "-ec", BOOT)
        docker(*args, stdin=f"{table}{accounts}\n".encode(), within_s=START_S + 5)

    def guard(self, instance: Instance, table: str) -> None:
        """Replace its firewall."""
        self._tell(instance, "sh", "-c", iptables.INSTALL, stdin=table)

    def stop(self, instance: Instance) -> None:
        docker("stop", "--time=1", instance.container)

    def remove(self, instance: Instance) -> None:
        try:
            docker("rm", "--force", "--volumes", instance.container)
        except EngineError as error:
            if "No such container" not in error.message:
                raise

    def set_accounts(self, instance: Instance, accounts: str) -> None:
        """Make the users that `ssh-keys` metadata names."""
        self._tell(instance, "cloudlab-accounts", stdin=accounts)

    def host_keys(self, instance: Instance) -> dict[str, str]:
        """Its public SSH host keys by type, e.g. `{"ssh-ed25519": "AAAA…"}`."""
        text = docker("exec", instance.container, "sh", "-c", "cat /etc/ssh/ssh_host_*_key.pub")
        return dict(re.findall(r"^(\S+) (\S+)", text, re.MULTILINE))

    def _tell(self, instance: Instance, *command: str, stdin: str) -> None:
        """A VM that went down by itself, or was paused, is none that others have to wait for."""
        try:
            docker("exec", "--interactive", instance.container, *command, stdin=stdin.encode())
        except EngineError:
            if self.states().get(instance.container) == "running":
                raise

    def states(self) -> dict[str, str]:
        """State by container name, as the engine says."""
        return containers(self._label)


def _limit_s(instance: Instance) -> int:
    return instance.run_for_s + GRACE_S if instance.run_for_s else LONGEST_RUN_S
