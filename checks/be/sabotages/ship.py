"""What goes wrong on the way to the registry."""

from __future__ import annotations

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.be.sabotages.sabotage import Sabotage, checks
from pytest_cloudlab.model import Member
from pytest_cloudlab.rehearsal.project import EDITOR


class PushedUnderAnotherName(Sabotage):
    """The image went to a repository of one's own making."""

    begins = "push"
    ends = "push"
    red = checks("image_is_pushed")

    def push(self, one: Assignment) -> None:
        self.delete_image(one)
        codespace, name = self.stage.codespace(one), self.image_name(one)
        other = name.replace(":", "-mine:")
        self.login(codespace, one)
        codespace.check("docker tag %s %s && docker push -q %s", name, other, other)


class BuiltAgainAfterThePush(Sabotage):
    """The image was built once more and not pushed."""

    begins = "push"
    ends = "push"
    red = checks("pushed_image_is_the_built_one")

    def push(self, one: Assignment) -> None:
        super().push(one)
        self.stage.codespace(one).check(
            "docker build -q --label again=yes --tag %s %s",
            self.image_name(one),
            self.folder(one),
            timeout_s=300,
        )


class PushedBeforeEditing(Sabotage):
    """The placeholder went to the registry; the name came into the image after that."""

    begins = "get_resources"
    ends = "push"
    red = checks("pushed_image_is_the_built_one", "pushed_image_names_you")

    def edit_author(self, one: Assignment) -> None:
        pass

    def push(self, one: Assignment) -> None:
        super().push(one)
        super().edit_author(one)
        self.build(one)


class SameMascotChosen(Sabotage):
    """Another member of the team has the same mascot."""

    begins = "push"
    ends = "push"
    red = checks("team_mascots_are_distinct")
    extra = (Member("carol", "Carol Danvers", {"mascot": "cat", "runs": "dog"}, email="carol@example.com"),)

    def push(self, one: Assignment) -> None:
        super().push(one)
        for member in self.extra:
            self.stage.project.give(f"user:{member.email}", EDITOR)


SHIP = (PushedUnderAnotherName, BuiltAgainAfterThePush, PushedBeforeEditing, SameMascotChosen)
