"""What goes wrong on the page."""

from __future__ import annotations

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.be.sabotages.sabotage import Sabotage, checks
from pytest_cloudlab.checks.be.walkthrough import CONTAINER


class PageChanged(Sabotage):
    """The right container runs, but the app in it was tampered with."""

    begins = "run"
    edit: str
    """A sed script for the app."""

    def run(self, one: Assignment) -> None:
        super().run(one)
        self.runner(one).check("docker exec %s sed -i %s app.py", CONTAINER, self.edit)
        self.runner(one).check("docker restart -t 0 %s", CONTAINER)


class AnotherMascotShown(PageChanged):
    """The page shows a mascot that is not the teammate's."""

    edit = 's/^MASCOT = .*/MASCOT = "panda"/'
    red = checks("page_shows_the_mascot")


class UserHidden(PageChanged):
    """The page does not show who runs it."""

    edit = 's/user=.*/user="",/'
    red = checks("page_names_you")


class PictureKept(PageChanged):
    """The page shows the same picture however often it is refreshed."""

    edit = "s/^PICTURES = .*/PICTURES = [1]/"
    red = checks("page_changes_its_picture")


class TeammateDidNotEdit(Sabotage):
    """The teammate's image still names nobody."""

    begins = "get_resources"
    ends = "push"
    by = "teammate"
    red = checks("page_names_the_author")

    def edit_author(self, one: Assignment) -> None:
        pass


PAGE = (AnotherMascotShown, UserHidden, PictureKept, TeammateDidNotEdit)
