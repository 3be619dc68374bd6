"""A codespace of a lab that is done in one: made through GitHub's API, and shut down."""

from __future__ import annotations

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.clouds.codespace import Codespace
from pytest_cloudlab.providers import codespace
from pytest_cloudlab.rehearsal.stage import Stage
from pytest_cloudlab.targets import Target
from pytest_cloudlab.waiting import Deadline, NotYet, until

IDLE_MINUTES, RETENTION_MINUTES = 30, 60
STOP_S = 60


class CodespaceScenes:
    """What a lab's other scenes are mixed into: it brings the stage. The lab has a table `codespace`, with
    `repository`, `branch` and `workspace`."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    # What scenes share.

    def codespace(self, one: Assignment) -> Target:
        return self.stage.codespace(one)

    def laptop(self, one: Assignment) -> Target:
        return self.stage.machine(one, "laptop")

    def name(self, one: Assignment) -> str:
        """What GitHub calls the member's codespace."""
        return self.stage.codespaces[one.member.id].name

    def workspace(self, one: Assignment) -> str:
        workspace: str = one.lab.parameters.codespace.workspace
        return workspace

    # The scenes.

    def create_codespace(self, one: Assignment) -> None:
        self.delete_codespace(one)
        self.make_codespace(one)

    def make_codespace(
        self, one: Assignment, *, repository: str = "", idle_minutes: int = IDLE_MINUTES
    ) -> None:
        wanted = one.lab.parameters.codespace
        made = codespace.provision(
            self.stage.github,
            repository or wanted.repository,
            ledger=self.stage.ledger,
            ref=wanted.branch,
            idle_timeout_minutes=idle_minutes,
            retention_period_minutes=RETENTION_MINUTES,
        )
        self.stage.codespaces[one.member.id] = made
        self.stage.work_on(one, made.target.address)

    def shut_down(self, one: Assignment) -> None:
        name = self.name(one)
        self.stage.github.stop(name)

        def stopped(_: Deadline) -> Codespace:
            found = self.stage.github.get(name)
            if found.state != "Shutdown":
                raise NotYet(f"it is {found.state}")
            return found

        until(stopped, what=f"The codespace {name} is stopped", within_s=STOP_S)

    def delete_codespace(self, one: Assignment) -> None:
        """What the member had before goes."""
        made = self.stage.codespaces.pop(one.member.id, None)
        if made is not None:
            made.release()
        self.stage.work_on(one, "")
