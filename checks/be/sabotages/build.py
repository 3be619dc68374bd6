"""What goes wrong in the codespace."""

from __future__ import annotations

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.be.sabotages.sabotage import Sabotage, checks


class FileMissing(Sabotage):
    """One picture was not downloaded."""

    begins = "get_resources"
    ends = "push"
    red = checks("resources_are_complete")

    def edit_author(self, one: Assignment) -> None:
        super().edit_author(one)
        self.stage.codespace(one).check("rm %s", self.folder(one) + "/imgs/3.gif")


class FileChanged(Sabotage):
    """The app was edited."""

    begins = "get_resources"
    ends = "push"
    red = checks("resources_are_complete")

    def edit_author(self, one: Assignment) -> None:
        super().edit_author(one)
        self.stage.codespace(one).check("echo '# mine' >> %s", self.folder(one) + "/app.py")


class OtherMascotToo(Sabotage):
    """A teammate's resources were downloaded beside one's own."""

    begins = "get_resources"
    ends = "push"
    red = checks("no_other_mascot_is_downloaded")

    def get_resources(self, one: Assignment) -> None:
        super().get_resources(one)
        mascot = one.teammate("runs").choices["mascot"]
        folder = self.folder(one)
        self.stage.codespace(one).check("cp -r %s %s", folder, f"{folder.rpartition('/')[0]}/{mascot}")


class AuthorNotEdited(Sabotage):
    """AUTHOR.txt keeps its placeholder."""

    begins = "get_resources"
    ends = "push"
    red = checks("author_file_names_you")

    def edit_author(self, one: Assignment) -> None:
        pass


class BuiltUnderAnotherName(Sabotage):
    """The image got a tag of one's own making."""

    begins = "build"
    ends = "push"
    red = checks("image_is_built")

    def build(self, one: Assignment) -> None:
        super().build(one)
        name = self.image_name(one)
        self.stage.codespace(one).check("docker tag %s webapp && docker rmi %s", name, name)

    def push(self, one: Assignment) -> None:
        pass


class BuiltBeforeEditing(Sabotage):
    """The image was built while AUTHOR.txt still had its placeholder."""

    begins = "get_resources"
    ends = "push"
    red = checks("image_holds_your_name")

    def edit_author(self, one: Assignment) -> None:
        pass

    def build(self, one: Assignment) -> None:
        super().build(one)
        super().edit_author(one)


class NoPortExposed(Sabotage):
    """The image was built without the EXPOSE line."""

    begins = "build"
    ends = "push"
    red = checks("image_exposes_a_port")

    def build(self, one: Assignment) -> None:
        folder = self.folder(one)
        self.stage.codespace(one).check(
            "sed '/^EXPOSE/d' %s | docker build --quiet --tag %s --file - %s",
            folder + "/Dockerfile",
            self.image_name(one),
            folder,
            timeout_s=300,
        )


BUILD = (
    FileMissing,
    FileChanged,
    OtherMascotToo,
    AuthorNotEdited,
    BuiltUnderAnotherName,
    BuiltBeforeEditing,
    NoPortExposed,
)
