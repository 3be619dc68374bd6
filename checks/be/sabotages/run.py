"""What goes wrong on the VM with the teammate's image."""

from __future__ import annotations

from pytest_cloudlab import containers
from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.be.sabotages.sabotage import Sabotage, checks
from pytest_cloudlab.checks.be.walkthrough import CONTAINER


class ImageNotPulled(Sabotage):
    """The VM has no image of the teammate's."""

    begins = "pull"
    red = checks("teammate_image_is_pulled")

    def pull(self, one: Assignment) -> None:
        self.runner(one).check("docker rm -f %s >/dev/null 2>&1 || true", CONTAINER)
        self.runner(one).check("docker rmi -f %s >/dev/null 2>&1 || true", self.teammate_image_name(one))

    def run(self, one: Assignment) -> None:
        pass


class OwnImageRun(Sabotage):
    """The member runs the image she built herself."""

    begins = "run"
    red = checks("container_runs_teammate_image")

    def run(self, one: Assignment) -> None:
        name = self.image_name(one)
        self.runner(one).check("docker pull --quiet %s", name, timeout_s=300)
        (port,) = containers.image(self.runner(one), name).exposed_ports
        self.start(one, name, port=port, user=one.member.name)


class NothingRun(Sabotage):
    """The image was pulled and not run."""

    begins = "run"
    red = checks("container_runs_teammate_image")

    def run(self, one: Assignment) -> None:
        self.runner(one).check("docker rm -f %s >/dev/null 2>&1 || true", CONTAINER)


class WrongPortMapped(Sabotage):
    """The VM's port leads to a port of the container that nothing listens on."""

    begins = "run"
    red = checks("port_is_mapped")

    def run(self, one: Assignment) -> None:
        self.start(one, self.teammate_image_name(one), port=9999, user=one.member.name)


class UserMissing(Sabotage):
    """USER was not set."""

    begins = "run"
    red = checks("container_knows_your_name")

    def run(self, one: Assignment) -> None:
        name = self.teammate_image_name(one)
        (port,) = containers.image(self.runner(one), name).exposed_ports
        self.start(one, name, port=port, user=None)


RUN = (ImageNotPulled, OwnImageRun, NothingRun, WrongPortMapped, UserMissing)
