"""What goes wrong in the codespace with the Streamlit apps and their image."""

from __future__ import annotations

from typing import ClassVar

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.be.sabotages.sabotage import Sabotage, checks
from pytest_cloudlab.checks.be.streamlit_scenes import APP_CONTAINER, HOME, RUN_APP

ERROR = "raise RuntimeError('left in by mistake')"


class FirstAppNotServed(Sabotage):
    """The first app was written and not started."""

    begins = ends = "serve_first_app"
    red = checks("first_app_is_served")

    def serve_first_app(self, one: Assignment) -> None:
        self.quit_app(one)


class FirstAppBreaks(Sabotage):
    """The first app's page ends in an error."""

    begins = ends = "serve_first_app"
    red = checks("first_app_is_served")

    def write_first_app(self, one: Assignment) -> None:
        super().write_first_app(one)
        file = f"{HOME}/first/{one.lab.parameters.streamlit.first_file}"
        self.stage.codespace(one).check("echo %s >> %s", ERROR, file)


class NoStreamlitServed(Sabotage):
    """Some other web server has the port."""

    begins = ends = "serve_first_app"
    red = checks("first_app_is_served")

    def serve_first_app(self, one: Assignment) -> None:
        self.quit_app(one)
        self.stage.codespace(one).check(
            "cd %s && (setsid python3 -m http.server %s >/dev/null 2>&1 </dev/null & echo $! > app.pid)",
            HOME,
            str(one.lab.parameters.streamlit.port),
        )


class FirstAppServedAgain(Sabotage):
    """The first app still runs where the second was to be."""

    begins = ends = "serve_second_app"
    red = checks("second_app_is_served")

    def serve_second_app(self, one: Assignment) -> None:
        self.clone(one)
        self.write_first_app(one)
        self.serve(one, f"{HOME}/first", one.lab.parameters.streamlit.first_file)


class SecondAppBreaks(Sabotage):
    """The second app's page ends in an error."""

    begins = ends = "serve_second_app"
    red = checks("second_app_is_served")

    def clone(self, one: Assignment) -> None:
        super().clone(one)
        self.stage.codespace(one).check("echo %s >> %s", ERROR, self.app_folder(one) + "/app.py")


class SecondAppInAContainerOnly(Sabotage):
    """The app was never started by hand; its container serves it."""

    begins = ends = "serve_second_app"
    red = checks("second_app_is_served")

    def serve_second_app(self, one: Assignment) -> None:
        self.quit_app(one)
        self.run_app(one)


class AppBuiltUnderAnotherName(Sabotage):
    """The app's image got a tag of one's own making."""

    begins = "build_app"
    ends = "push_app"
    red = checks("app_image_is_built")

    def build_app(self, one: Assignment) -> None:
        super().build_app(one)
        name = self.app_image_name(one)
        self.stage.codespace(one).check("docker tag %s app && docker rmi %s", name, name)

    def run_app(self, one: Assignment) -> None:
        self.start_app(one, "app")

    def push_app(self, one: Assignment) -> None:
        pass


class OtherPortsExposed(Sabotage):
    """The Dockerfile's EXPOSE line is not as agreed."""

    begins = "build_app"
    ends = "push_app"
    red = checks("app_image_exposes_its_port")
    edit: ClassVar[str]
    """A sed script."""

    def write_dockerfile(self, one: Assignment) -> None:
        super().write_dockerfile(one)
        self.stage.codespace(one).check("sed -i %s %s", self.edit, self.app_folder(one) + "/Dockerfile")


class AppPortNotExposed(OtherPortsExposed):
    """The Dockerfile has no EXPOSE line."""

    edit = "/^EXPOSE/d"


class MorePortsExposed(OtherPortsExposed):
    """The Dockerfile exposes a second port."""

    edit = "s/^EXPOSE.*/& 8080/"


class AppNotRun(Sabotage):
    """The image was built and not run."""

    begins = ends = "run_app"
    red = checks("app_container_serves")

    def run_app(self, one: Assignment) -> None:
        self.stage.codespace(one).check("docker rm -f %s", APP_CONTAINER)


class AppPortNotMapped(Sabotage):
    """Another port of the codespace leads to the app."""

    begins = ends = "run_app"
    red = checks("app_container_serves")

    def run_app(self, one: Assignment) -> None:
        self.start_app(one, self.app_image_name(one), outer=one.lab.parameters.streamlit.port + 1)


class AppRunBeforeTheLastBuild(Sabotage):
    """The container that runs is of an image that has been built again since."""

    begins = "build_app"
    ends = "push_app"
    red = checks("app_container_serves")

    def run_app(self, one: Assignment) -> None:
        super().run_app(one)
        self.build_app_again(one)


class AppListensInsideOnly(Sabotage):
    """The port is mapped, but the app listens for its own container only."""

    begins = ends = "run_app"
    red = checks("app_container_serves")

    def run_app(self, one: Assignment) -> None:
        self.start_app(one, self.app_image_name(one), command=(*RUN_APP, "--server.address=127.0.0.1"))


class AppPushedUnderAnotherName(Sabotage):
    """The app's image went to a repository of one's own making."""

    begins = ends = "push_app"
    red = checks("app_image_is_pushed")

    def push_app(self, one: Assignment) -> None:
        self.delete_app_image(one)
        codespace, name = self.stage.codespace(one), self.app_image_name(one)
        other = name.replace(":", "-mine:")
        self.login(codespace, one)
        codespace.check(
            "docker tag %s %s && docker push -q %s && docker rmi %s", name, other, other, other, timeout_s=300
        )


class AppBuiltAgainAfterThePush(Sabotage):
    """The app's image was built and run once more, and not pushed."""

    begins = "build_app"
    ends = "push_app"
    red = checks("pushed_app_image_is_the_built_one")

    def push_app(self, one: Assignment) -> None:
        super().push_app(one)
        self.build_app_again(one)
        self.run_app(one)


APP_IMAGE = (
    AppBuiltUnderAnotherName,
    AppPortNotExposed,
    MorePortsExposed,
    AppNotRun,
    AppPortNotMapped,
    AppRunBeforeTheLastBuild,
    AppListensInsideOnly,
    AppPushedUnderAnotherName,
    AppBuiltAgainAfterThePush,
)
SERVED = (
    FirstAppNotServed,
    FirstAppBreaks,
    NoStreamlitServed,
    FirstAppServedAgain,
    SecondAppBreaks,
    SecondAppInAContainerOnly,
)
"""What goes wrong while an app is served by hand: judged right then, for it does not last."""
