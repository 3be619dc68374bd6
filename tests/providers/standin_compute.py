"""A stand-in for Compute Engine whose VMs are containers with a real SSH server.

It implements `providers.machines.Machines` and lets a test say what the real one seldom does.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime

from pytest_cloudlab.clouds.compute import Instance, InstanceSpec
from pytest_cloudlab.errors import CloudlabError, NotFound, UsageError
from pytest_cloudlab.providers.engine import Engine
from pytest_cloudlab.twin.machine import MACHINE_IMAGE, machine_run_options


class StandInCompute:
    project = "standin"

    def __init__(self, engine: Engine, prefix: str) -> None:
        self.prefix = prefix
        """In front of the containers' names, so that tests do not meet."""
        self.specs: dict[str, InstanceSpec] = {}
        self.ids: dict[str, str] = {}
        self.deleted: list[str] = []
        self.status = "RUNNING"
        self.has_address = True
        self.published: list[str] | CloudlabError | None = None
        """What guest attributes say instead of the truth."""
        self.failure: BaseException | None = None
        """Raised by `create` once the VM is there."""
        self.silent: CloudlabError | None = None
        """Raised by everything else."""
        self._engine = engine

    def container(self, name: str) -> str:
        return f"{self.prefix}-{name}"

    def instance(self, name: str, zones: Sequence[str]) -> Instance:
        self._speak()
        spec = self.specs.get(name)
        if spec is None or spec.zone not in zones:
            raise NotFound(f"no VM {name} in {', '.join(zones)}")
        return Instance(
            name=name,
            id=self.ids[name],
            zone=spec.zone,
            status=self.status,
            machine_type=spec.machine_type,
            scopes=(),
            disks=(),
            external_ip=self._address(name) if self.has_address else "",
            metadata=spec.metadata,
            labels=spec.labels,
            created=datetime.now(UTC).isoformat(),
        )

    def create(self, spec: InstanceSpec) -> Instance:
        if spec.name in self.specs:
            raise UsageError(f"there is a VM {spec.name} already")
        name = self.container(spec.name)
        container_id = self._engine.create(
            MACHINE_IMAGE, ["timeout", "120", "cloudlab-boot", "sleep", "120"], name=name, labels={},
            options=["--rm", *machine_run_options()],
        )  # fmt: skip
        self._engine.start(container_id)
        self._exec(spec.name, "cloudlab-ready", "20")
        self._exec(spec.name, "cloudlab-accounts", stdin=spec.metadata.get("ssh-keys", ""))
        self.specs[spec.name] = spec
        self.ids[spec.name] = str(int(container_id[:12], 16))
        if self.failure:
            raise self.failure
        return self.instance(spec.name, [spec.zone])

    def delete(self, name: str, zone: str) -> None:
        self._speak()
        if name not in self.specs:
            raise NotFound(f"no VM {name}")
        self._engine.remove(self.container(name))
        del self.specs[name]
        self.deleted.append(name)

    def host_keys(self, name: str, zone: str) -> list[str]:
        self._speak()
        if isinstance(self.published, CloudlabError):
            raise self.published
        return self.true_keys(name) if self.published is None else self.published

    def true_keys(self, name: str) -> list[str]:
        return self._exec(name, "sh", "-c", "cat /etc/ssh/ssh_host_*.pub").splitlines()

    def _address(self, name: str) -> str:
        found = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        return self._run("inspect", "--format", found, self.container(name)).strip()

    def _exec(self, name: str, *command: str, stdin: str = "") -> str:
        return self._run("exec", "-i", self.container(name), *command, stdin=stdin)

    def _run(self, *arguments: str, stdin: str = "") -> str:
        argv = ["docker", "--host", self._engine.address, *arguments]
        return subprocess.run(
            argv, input=stdin, check=True, capture_output=True, text=True, timeout=60
        ).stdout

    def _speak(self) -> None:
        if self.silent:
            raise self.silent
