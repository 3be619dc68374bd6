"""The containers that play the codespaces."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pytest_cloudlab.twin.engine import EngineError, containers, docker
from pytest_cloudlab.twin.github import account
from pytest_cloudlab.twin.github.codespace import Codespace
from pytest_cloudlab.twin.machine import MACHINE_IMAGE, machine_run_options, wait_until_ready

LONGEST_RUN_S = 12 * 3600
"""One that nobody is left to stop ends then."""

START_S = 60
PREPARE_S = 120

_USED = "ss -Htn state established '( sport = :22 )'"
_AUTHORIZE = (
    "umask 077; mkdir -p /root/.ssh; touch /root/.ssh/authorized_keys; read -r key;"
    ' grep -qxF "$key" /root/.ssh/authorized_keys || printf "%s\\n" "$key" >> /root/.ssh/authorized_keys;'
    " cat /etc/ssh/ssh_host_*_key.pub"
)


class Containers:
    """Every method runs a docker command and blocks: call it in a thread. All raise `EngineError`."""

    def __init__(self, network: str, label: str, environment: Mapping[str, str], token: str) -> None:
        self._network = network
        self._label = label
        self._environment = environment
        self._token = token

    def name(self, one: Codespace) -> str:
        return f"{self._network}-{one.name}"

    def make(self, one: Codespace) -> None:
        """Make its container, if there is none yet, and boot it; does no harm a second time."""
        if self.name(one) not in self.states():
            self._create(one)
        self._start(one)

    def _create(self, one: Codespace) -> None:
        environment = {**self._environment, **self._own_environment(one)}
        docker(
            "create",
            f"--name={self.name(one)}",
            f"--hostname=codespaces-{one.environment_id[:6]}",
            f"--network={self._network}",
            f"--label={self._label}",
            *machine_run_options(),
            # Names only: docker takes the values from its own environment, where no other user sees them.
            *(f"--env={name}" for name in environment),
            MACHINE_IMAGE,
            # The kernel takes the whole container down with its first process.
            *("timeout", "--kill-after=5", str(LONGEST_RUN_S), "sleep", "infinity"),
            env=environment,
            within_s=START_S,
        )

    def _start(self, one: Codespace) -> None:
        docker("start", self.name(one), within_s=START_S)
        wait_until_ready(self.name(one), within_s=START_S, engine=False)
        order = {
            "repository": one.repository,
            "ref": one.ref,
            "workspace": one.workspace,
            "devcontainer": one.devcontainer,
        }
        args = ("exec", "--interactive", self.name(one), "cloudlab-codespace")
        docker(*args, stdin=json.dumps(order).encode(), within_s=PREPARE_S)

    def stop(self, one: Codespace) -> None:
        docker("stop", "--time=1", self.name(one))

    def remove(self, one: Codespace) -> None:
        try:
            docker("rm", "--force", "--volumes", self.name(one))
        except EngineError as error:
            if "No such container" not in error.message:
                raise

    def used(self, one: Codespace) -> bool:
        """Whether somebody is logged in over SSH, or runs a command through the engine."""
        running = docker("inspect", "--format", "{{json .ExecIDs}}", self.name(one)).strip()
        return running not in ("null", "[]") or bool(self._ask(one, _USED))

    def address(self, one: Codespace) -> str:
        form = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"
        return docker("inspect", "--format", form, self.name(one)).split()[0]

    def authorize(self, one: Codespace, key: str) -> list[str]:
        """Let the holder of that key in as root. Returns its public host keys, e.g. `ssh-ed25519 AAAA…`."""
        args = ("exec", "--interactive", self.name(one), "sh", "-ec", _AUTHORIZE)
        lines = docker(*args, stdin=f"{key}\n".encode()).splitlines()
        return [" ".join(line.split()[:2]) for line in lines]

    def listening(self, one: Codespace) -> list[int]:
        """The TCP ports that something listens on in there, but for SSH's."""
        told = [line.split()[3] for line in self._ask(one, "ss -Htln").splitlines() if len(line.split()) > 3]
        # Docker's own resolver listens there.
        ports = {int(each.rpartition(":")[2]) for each in told if not each.startswith("127.0.0.11:")}
        return sorted(ports - {22})

    def devcontainer(self, one: Codespace) -> str:
        """What `cloudlab-codespace` has made of its dev container file: JSON, or nothing."""
        path = "/workspaces/.codespaces/shared/merged_devcontainer.json"
        return self._ask(one, f"head -c 1000000 {path} 2> /dev/null || true")

    def states(self) -> dict[str, str]:
        """State by container name, as the engine says."""
        return containers(self._label)

    def _ask(self, one: Codespace, line: str) -> str:
        return docker("exec", self.name(one), "sh", "-c", line, within_s=20).strip()

    def _own_environment(self, one: Codespace) -> dict[str, str]:
        return {
            "CODESPACES": "true",
            "CODESPACE_NAME": one.name,
            "CODESPACE_VSCODE_FOLDER": one.workspace,
            "GITHUB_REPOSITORY": one.repository,
            "GITHUB_USER": account.LOGIN,
            "GITHUB_TOKEN": self._token,
            "GITHUB_API_URL": account.API,
            "GITHUB_SERVER_URL": account.WEB,
            "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN": "app.github.dev",
        }
