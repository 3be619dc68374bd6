"""What goes wrong before the first image: with the project, with gcloud, with the registry."""

from __future__ import annotations

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.be.sabotages.sabotage import Sabotage, checks
from pytest_cloudlab.rehearsal.project import VIEWER


class TeammateMayOnlyLook(Sabotage):
    """A teammate got the role Viewer."""

    begins = "share_project"
    ends = "share_project"
    red = checks("team_may_edit_the_project")

    def share_project(self, one: Assignment) -> None:
        super().share_project(one)
        self.stage.project.give(f"user:{one.teammate('runs').email}", VIEWER)


class GcloudElsewhere(Sabotage):
    """gcloud is still configured for the project of an earlier session."""

    begins = "configure_gcloud"
    ends = "configure_gcloud"
    red = checks("gcloud_knows_the_project")

    def configure_gcloud(self, one: Assignment) -> None:
        self.stage.codespace(one).check("gcloud config set project my-first-project")


class NoRegistry(Sabotage):
    """Nobody created the shared registry, so nobody could push."""

    begins = "create_registry"
    ends = "push"
    red = checks("shared_registry_exists")
    spoils = ("push",)

    def create_registry(self, one: Assignment) -> None:
        self.stage.project.delete_registry(one.course.registry.split("/", 1)[0])

    def push(self, one: Assignment) -> None:
        pass


PROJECT = (TeammateMayOnlyLook, GcloudElsewhere, NoRegistry)
