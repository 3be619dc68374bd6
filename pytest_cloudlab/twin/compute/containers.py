"""The containers that play the VMs."""

from __future__ import annotations

import re

from pytest_cloudlab.twin.compute.instance import Instance
from pytest_cloudlab.twin.engine import EngineError, containers, docker
from pytest_cloudlab.twin.machine import MACHINE_IMAGE, machine_run_options, wait_until_ready

LONGEST_RUN_S = 12 * 3600
"""A VM without a limit of its own ends then, should nobody be left to remove it."""

JUPYTER_PORT = 8080

START_S = 60

GRACE_S = 60
"""A limited VM is ended by the twin; its own clock is for when the twin is gone."""


class Containers:
    """Every method runs a docker command and blocks: call it in a thread."""

    def __init__(self, network: str, label: str, environment: dict[str, str]) -> None:
        self.prefix = network
        self._network = network
        self._label = label
        self._environment = environment

    def run(self, instance: Instance, accounts: str) -> str:
        """Make it and boot it; returns its address. Raises `EngineError`."""
        environment = dict(self._environment)
        if instance.image.jupyter:
            environment["CLOUDLAB_JUPYTER"] = str(JUPYTER_PORT)
        docker(
            "run",
            "--detach",
            f"--name={instance.container}",
            f"--hostname={instance.name}",
            f"--network={self._network}",
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
        return self._boot(instance, accounts)

    def start(self, instance: Instance, accounts: str) -> str:
        """Boot it again; returns its address, which may have changed."""
        docker("start", instance.container, within_s=START_S)
        return self._boot(instance, accounts)

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
        docker("exec", "--interactive", instance.container, "cloudlab-accounts", stdin=accounts.encode())

    def host_keys(self, instance: Instance) -> dict[str, str]:
        """Its public SSH host keys by type, e.g. `{"ssh-ed25519": "AAAA…"}`."""
        text = docker("exec", instance.container, "sh", "-c", "cat /etc/ssh/ssh_host_*_key.pub")
        return dict(re.findall(r"^(\S+) (\S+)", text, re.MULTILINE))

    def states(self) -> dict[str, str]:
        """State by container name, as the engine says."""
        return containers(self._label)

    def _boot(self, instance: Instance, accounts: str) -> str:
        wait_until_ready(instance.container, within_s=START_S, engine=False)
        if accounts:
            self.set_accounts(instance, accounts)
        form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        return docker("inspect", "--format", form, instance.container).strip()


def _limit_s(instance: Instance) -> int:
    return instance.run_for_s + GRACE_S if instance.run_for_s else LONGEST_RUN_S
