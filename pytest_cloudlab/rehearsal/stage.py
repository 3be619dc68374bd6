"""Where a rehearsal happens: a twin, a codespace for each member, and a roster that names them."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.model import Course, Lab, Member, Roster, Team
from pytest_cloudlab.providers import docker, gce, key_pair
from pytest_cloudlab.providers.ledger import Ledger
from pytest_cloudlab.providers.sweep import sweep
from pytest_cloudlab.targets import Target
from pytest_cloudlab.twin import control
from pytest_cloudlab.twin.machine import (
    MACHINE_IMAGE,
    machine_environment,
    machine_run_options,
    wait_until_ready,
)

if TYPE_CHECKING:
    from pytest_cloudlab.clouds.compute import Compute
    from pytest_cloudlab.clouds.registry import Registry
    from pytest_cloudlab.clouds.storage import Bucket

TTL_S = 2 * 3600
TEAM = "rocket"
BUCKET = "cloudlab-resources"
REGISTRY_HOST = "eu.gcr.io"
SSH_USER = "student"
BUCKET_FOLDER = "bucket"
"""Folder beside a lab's checks with what its bucket holds."""


class Stage:
    """A context manager: on leaving it, all that it made is gone.

    A twin that is up in `twin_state` is used and left alone; else one is started and stopped.
    """

    def __init__(
        self,
        lab: Lab,
        cast: Sequence[Member],
        *,
        data: Path,
        twin_state: Path,
        progress: Callable[[str], None],
    ) -> None:
        self.lab = lab
        self.data = data
        self._cast = cast
        self._twin_state = twin_state
        self._progress = progress
        self._run = secrets.token_hex(3)
        self._open = ExitStack()
        self._codespaces: dict[str, docker.Container] = {}
        self.vms: dict[str, gce.Machine] = {}
        """The VMs that the walkthrough provisioned, by member."""

    def __enter__(self) -> Stage:
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(parents=True)
        try:
            self._raise_curtain()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for vm in self.vms.values():
            self._open.callback(vm.release)
        self._open.close()

    def _raise_curtain(self) -> None:
        info = control.status(self._twin_state)
        if info is None:
            folder = Path(self.lab.folder) / BUCKET_FOLDER
            buckets = {BUCKET: folder} if folder.is_dir() else {}
            info = control.up(self._twin_state, buckets=buckets, progress=self._progress)
            self._open.callback(control.down, self._twin_state)
        self.twin = info
        self._enter_environment(info.environment())
        self.ledger = Ledger(self.data.parent / "ledger.sqlite")
        # A rehearsal that was killed left its codespaces; its twin's VMs went with the twin.
        sweep(self.ledger, compute_for=lambda project: self.compute, progress=self._progress)
        self.ssh_key = key_pair.generate(self.data)
        self._progress(f"starting {len(self._cast)} codespaces")
        with ThreadPoolExecutor(max_workers=len(self._cast)) as pool:
            started = [pool.submit(self._start_codespace, member) for member in self._cast]
            for one in started:
                one.exception()
            for one in started:
                one.result()
        self._write_roster()

    def _enter_environment(self, variables: dict[str, str]) -> None:
        """Clients in this process and its children now talk to the twin."""
        before = {name: os.environ.get(name) for name in variables}
        os.environ.update(variables)

        def leave() -> None:
            for name, value in before.items():
                os.environ.pop(name, None) if value is None else os.environ.update({name: value})

        self._open.callback(leave)

    def _start_codespace(self, member: Member) -> None:
        container = docker.provision(
            MACHINE_IMAGE,
            name=f"cloudlab-codespace-{member.id}-{self._run}",
            ledger=self.ledger,
            ttl_s=TTL_S,
            network=self.twin.network,
            env=machine_environment(self.twin),
            options=machine_run_options(),
        )
        self._codespaces[member.id] = container
        self._open.callback(container.release)
        wait_until_ready(container.name)

    def _write_roster(self) -> None:
        members = tuple(
            replace(member, targets={"codespace": self._codespaces[member.id].target.address})
            for member in self._cast
        )
        course = Course(
            project=self.twin.project,
            registry=f"{REGISTRY_HOST}/{self.twin.project}",
            bucket=BUCKET,
            zones=self.twin.zones,
            ssh_user=SSH_USER,
            ssh_key=str(self.ssh_key),
        )
        self.roster = Roster(course, (Team(TEAM, members),))
        self.roster_file = self.data / "teams.toml"
        self.roster_file.write_text(roster_text(self.lab, self.roster), encoding="utf-8")

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        return tuple(Assignment(self.lab, self.roster, team, member) for team, member in self.roster.everyone)

    def codespace(self, one: Assignment) -> Target:
        return self._codespaces[one.member.id].target

    @property
    def compute(self) -> Compute:
        from pytest_cloudlab.clouds.compute import Compute

        return Compute(self.twin.project)

    @property
    def registry(self) -> Registry:
        from pytest_cloudlab.clouds.credentials import access_token
        from pytest_cloudlab.clouds.registry import Registry

        return Registry(REGISTRY_HOST, access_token)

    @property
    def bucket(self) -> Bucket:
        from pytest_cloudlab.clouds.credentials import access_token
        from pytest_cloudlab.clouds.storage import Bucket

        return Bucket(BUCKET, access_token)


def roster_text(lab: Lab, roster: Roster) -> str:
    """`roster` as the TOML file that `load_roster` reads back."""

    def table(values: dict[str, object]) -> str:
        # A JSON string of printable text is a TOML string too.
        return "\n".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())

    course = roster.course
    parts = [table({"lab": lab.folder}), "[course]"]
    parts.append(
        table(
            {
                "project": course.project,
                "registry": course.registry,
                "bucket": course.bucket,
                "zones": list(course.zones),
                "ssh_user": course.ssh_user,
                "ssh_key": course.ssh_key,
            }
        )
    )
    for team in roster.teams:
        parts += ["[[team]]", table({"id": team.id})]
        for member in team.members:
            targets = ", ".join(f"{key} = {json.dumps(value)}" for key, value in member.targets.items())
            parts += ["[[team.member]]", table({"id": member.id, "name": member.name, **member.choices})]
            parts.append(f"targets = {{ {targets} }}")
    return "\n\n".join(parts) + "\n"
