"""What goes wrong with the codespace itself."""

from __future__ import annotations

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.codespaces.sabotages.sabotage import Sabotage, checks

OTHER_REPOSITORY = "fchouteau/isae-cloud-computing-app"


class NoCodespace(Sabotage):
    """None was created."""

    spoils = "create_codespace"
    red = checks(
        "codespace_can_be_entered", "github_made_it_of_the_repository", "forgotten_codespace_costs_little"
    )

    def create_codespace(self, one: Assignment) -> None:
        self.delete_codespace(one)


class StoppedCodespace(Sabotage):
    """It was stopped before the lab was done."""

    spoils = "create_codespace"
    red = checks("codespace_can_be_entered")

    def create_codespace(self, one: Assignment) -> None:
        super().create_codespace(one)
        self.shut_down(one)


class AnotherMachine(Sabotage):
    """The work is done on a machine that is no codespace."""

    spoils = "create_codespace"
    red = NoCodespace.red

    def create_codespace(self, one: Assignment) -> None:
        self.delete_codespace(one)
        self.stage.work_on(one, self.laptop(one).address)


class AnotherRepository(Sabotage):
    """The codespace was created of another repository."""

    spoils = "create_codespace"
    red = checks("repository_is_checked_out", "github_made_it_of_the_repository")

    def create_codespace(self, one: Assignment) -> None:
        self.delete_codespace(one)
        self.make_codespace(one, repository=OTHER_REPOSITORY)


class RunsForHours(Sabotage):
    """Its idle timeout is longer than agreed."""

    spoils = "create_codespace"
    red = checks("forgotten_codespace_costs_little")

    def create_codespace(self, one: Assignment) -> None:
        self.delete_codespace(one)
        self.make_codespace(one, idle_minutes=240)


class LeftRunning(Sabotage):
    """It is left running."""

    spoils = "shut_down"
    red = checks("codespace_is_shut_down")

    def shut_down(self, one: Assignment) -> None:
        pass


CODESPACE = (NoCodespace, StoppedCodespace, AnotherMachine, AnotherRepository, RunsForHours)
CLEANUP = (LeftRunning,)
