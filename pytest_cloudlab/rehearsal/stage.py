"""Where a rehearsal happens: a twin, a machine for each member, and a roster that names them."""

from __future__ import annotations

import secrets
import shutil
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.lab import lab_module, lab_of
from pytest_cloudlab.model import Course, Lab, Member, Roster, Team
from pytest_cloudlab.providers import codespace as github_codespace
from pytest_cloudlab.providers import docker, gce, key_pair
from pytest_cloudlab.providers.ledger import Ledger
from pytest_cloudlab.providers.sweep import sweep
from pytest_cloudlab.rehearsal.clients import BUCKET, REGISTRY_HOST, Clients, environment
from pytest_cloudlab.roster_file import roster_text
from pytest_cloudlab.targets import Target
from pytest_cloudlab.twin import control
from pytest_cloudlab.twin.machine import (
    MACHINE_IMAGE,
    machine_environment,
    machine_run_options,
    wait_until_ready,
)
from pytest_cloudlab.twin.state import Files

TTL_S = 2 * 3600
TEAM = "rocket"
CODESPACE = "codespace"
SSH_USER = "student"
BUCKET_FOLDER = "bucket"
"""Folder beside a lab's checks with what its bucket holds."""
REPOSITORIES_FOLDER = "repositories"
"""Folder beside a lab's checks with the repositories that its page has students clone: `OWNER/NAME/`."""


class Surroundings(Protocol):
    """What a lab's `walkthrough.py` may have under this name, for what is there before its members begin,
    such as a cluster or a home network: a context manager that gets the roster as it would be, yields it as
    it then is, and leaves nothing."""

    def __call__(self, stage: Stage, roster: Roster) -> AbstractContextManager[Roster]: ...


class Stage(Clients):
    """A context manager: on leaving it, all that it made is gone.

    A member of the cast names in `targets` the machines to begin with, such as a `laptop`; who names none
    begins in a codespace.

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
        self._machines: dict[str, dict[str, docker.Container]] = {}
        """By member, then by what the roster calls it."""
        self._worked_on: dict[str, str] = {}
        self._writing = threading.Lock()
        self.codespaces: dict[str, github_codespace.Provisioned] = {}
        """Those that the walkthrough had GitHub make, by member."""
        self.vms: dict[str, gce.Machine] = {}
        """The VMs that the walkthrough provisioned, by member."""
        self.props: dict[str, Any] = {}
        """What the lab's surroundings keep here for its scenes."""

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
        for codespace in self.codespaces.values():
            self._open.callback(codespace.release)
        self._open.close()

    def _raise_curtain(self) -> None:
        info = control.status(self._twin_state)
        if info is None:
            # One whose process has ended is somebody's: it is taken up again, and left running.
            ours = not Files(self._twin_state).settings.exists()
            folder = Path(self.lab.source) / BUCKET_FOLDER
            buckets = {BUCKET: folder} if folder.is_dir() else {}
            info = control.up(
                self._twin_state,
                buckets=buckets,
                repositories=repositories(Path(self.lab.source)),
                progress=self._progress,
            )
            if ours:
                self._open.callback(control.down, self._twin_state)
        self.twin = info
        self._open.enter_context(environment(info.environment()))
        self.ledger = Ledger(self.data.parent / "ledger.sqlite")
        # A rehearsal that was killed left its codespaces; its twin's VMs went with the twin.
        sweep(self.ledger, compute_for=lambda project: self.compute, progress=self._progress)
        self.ssh_key = key_pair.generate(self.data)
        wanted = [(member, key) for member in self._cast for key in member.targets or (CODESPACE,)]
        self._progress(f"starting {len(wanted)} {' and '.join(sorted({f'{key}s' for _, key in wanted}))}")
        with ThreadPoolExecutor(max_workers=len(wanted)) as pool:
            started = [pool.submit(self._start_machine, member, key) for member, key in wanted]
            for one in started:
                one.exception()
            for one in started:
                one.result()
        self._scene = self._set_the_scene()
        self._write_roster()
        leader = self.roster.teams[0].members[0]
        self.project.own(f"user:{leader.email}")

    def _start_machine(self, member: Member, key: str) -> None:
        container = docker.provision(
            MACHINE_IMAGE,
            name=f"cloudlab-{key}-{member.id}-{self._run}",
            ledger=self.ledger,
            ttl_s=TTL_S,
            network=self.twin.network,
            env=_left_to_the_member(machine_environment(self.twin)),
            options=machine_run_options(),
        )
        self._machines.setdefault(member.id, {})[key] = container
        self._open.callback(container.release)
        wait_until_ready(container.name)

    def _set_the_scene(self) -> Roster:
        """The members at the machines that they begin with, and what the lab puts around them."""
        course = Course(
            project=self.twin.project,
            registry=f"{REGISTRY_HOST}/{self.twin.project}",
            bucket=BUCKET,
            zones=self.twin.zones,
            ssh_user=SSH_USER,
            ssh_key=str(self.ssh_key),
        )
        members = tuple(
            replace(member, targets=self._began_at(member), email=f"{member.id}@example.com")
            for member in self._cast
        )
        roster = Roster(course, (Team(TEAM, members),))
        folder = Path(self.lab.source)
        if not (folder / "walkthrough.py").is_file():
            return roster
        surroundings: Surroundings | None = getattr(lab_module(folder, "walkthrough"), "surroundings", None)
        return self._open.enter_context(surroundings(self, roster)) if surroundings else roster

    def _began_at(self, member: Member) -> dict[str, str]:
        return {key: one.target.address for key, one in self._machines[member.id].items()}

    def _write_roster(self) -> None:
        teams = tuple(
            replace(team, members=tuple(self._at_work(member) for member in team.members))
            for team in self._scene.teams
        )
        self.roster = replace(self._scene, teams=teams)
        self.roster_file = self.data / "teams.toml"
        self.roster_file.write_text(roster_text(self.lab.folder, self.roster), encoding="utf-8")

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        return tuple(
            Assignment(lab_of(self.lab, member), self.roster, team, member)
            for team, member in self.roster.everyone
        )

    def codespace(self, one: Assignment) -> Target:
        made = self.codespaces.get(one.member.id)
        return made.target if made else self.machine(one, CODESPACE)

    def machine(self, one: Assignment, key: str) -> Target:
        """The machine that the member began with under that key."""
        return self._machines[one.member.id][key].target

    def work_on(self, one: Assignment, address: str) -> None:
        """The roster says from now on that the member's codespace is there; nowhere when empty."""
        with self._writing:  # members play a scene at the same time
            self._worked_on[one.member.id] = address
            self._write_roster()

    def _at_work(self, member: Member) -> Member:
        address = self._worked_on.get(member.id)
        return replace(member, targets={**member.targets, CODESPACE: address}) if address else member

    def set_up_project(self) -> None:
        """As the members find it who do all of the rest themselves: their leader owns it, and the key of the
        roster opens their VMs, through the project's common metadata as an instructor would see to it."""
        from pytest_cloudlab.clouds.common_metadata import CommonMetadata
        from pytest_cloudlab.rehearsal.project import OWNER

        leader = self.assignments[0].member
        self.project.give(f"user:{leader.email}", OWNER)
        key = key_pair.public_half(self.ssh_key)
        CommonMetadata(self.twin.project).add_key(self.roster.course.ssh_user, key)


def _left_to_the_member(variables: dict[str, str]) -> dict[str, str]:
    """Without the project: pointing gcloud at it is a step of the lab's."""
    return {name: value for name, value in variables.items() if name != "CLOUDSDK_CORE_PROJECT"}


def repositories(lab_folder: Path) -> dict[str, Path]:
    """`owner/name` -> the folder of what is in it."""
    folders = sorted((lab_folder / REPOSITORIES_FOLDER).glob("*/*/"))
    return {f"{folder.parent.name}/{folder.name}": folder for folder in folders}
