"""What goes wrong with the first Streamlit app."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.codespaces.app_scenes import COMPARISON, FOLDER, HOME, SCRIPT
from pytest_cloudlab.checks.codespaces.sabotages.sabotage import Sabotage, checks


class AppNotServed(Sabotage):
    """It was written, and not started or no longer."""

    spoils = "serve_app"
    red = checks("app_is_served")

    def serve_app(self, one: Assignment) -> None:
        self.app_server(one).quit()


class AppOnAnotherPort(Sabotage):
    """It is served on the port after the agreed one, as Streamlit does where that is taken."""

    spoils = "serve_app"
    red = checks("app_is_served")

    def serve_app(self, one: Assignment) -> None:
        server = self.app_server(one)
        replace(server, port=server.port + 1).serve(FOLDER, SCRIPT)


class AnotherServer(Sabotage):
    """Some other web server has the port."""

    spoils = "serve_app"
    red = checks("app_is_served")
    page: ClassVar[str] = ""
    """What it shows, and says then that it is well."""

    def serve_app(self, one: Assignment) -> None:
        server = self.app_server(one)
        server.quit()
        folder = f"{HOME}/{self.title()}"
        if self.page:
            server.machine.write(f"{folder}/index.html", self.page.encode())
            server.machine.write(f"{folder}/_stcore/health", b"ok")
        server.machine.check(
            "mkdir -p %s && cd %s && (setsid python3 -m http.server %s >/dev/null 2>&1 </dev/null & "
            "echo $! > ../app.pid)",
            folder,
            folder,
            str(server.port),
        )
        server.machine.check(
            "until curl --silent --noproxy '*' --output /dev/null localhost:%s; do sleep 0.2; done",
            str(server.port),
        )


class AppLookAlike(AnotherServer):
    """A page that was made to look like Streamlit's, and does nothing."""

    red = checks("app_shows_its_comparisons")
    page = """<!doctype html><div data-testid="stApp" data-test-script-state="notRunning">
        <h2>J. Webb Space Telescope vs Hubble Telescope</h2><div class="jx-handle">wipe</div></div>"""


class EditedApp(Sabotage):
    """One file of the app is not as it has to be."""

    spoils = "serve_app"
    red = checks("app_shows_its_comparisons")
    edit: ClassVar[str]
    """A line of shell, run in the app's folder."""

    def write_app(self, one: Assignment) -> None:
        super().write_app(one)
        self.codespace(one).check(f"cd %s && {self.edit}", FOLDER)


class AppBreaks(EditedApp):
    """Its script ends in an error, after all that it shows."""

    edit = f"echo 'raise RuntimeError(\"left in by mistake\")' >> {SCRIPT}"


class PackageNotInstalled(EditedApp):
    """What it imports was not installed."""

    edit = "rm streamlit_image_comparison.py"


class AnotherHeader(EditedApp):
    """It shows a header of one's own making."""

    edit = f"sed -i 's/^st.header(.*/st.header(\"Two telescopes\")/' {SCRIPT}"


class FewerComparisons(EditedApp):
    """The last comparison was not copied."""

    edit = f"sed -i '/five-galaxies/d' {SCRIPT}"


class BlankComparisons(EditedApp):
    """The script of the comparisons is not where the app says; no error is shown."""

    edit = f"sed -i 's|^<script>|<script src=\"static/comparison.js\">|' {COMPARISON}"


APP: tuple[type[Sabotage], ...] = (
    AppNotServed,
    AppOnAnotherPort,
    AnotherServer,
    AppLookAlike,
    AppBreaks,
    PackageNotInstalled,
    AnotherHeader,
    FewerComparisons,
    BlankComparisons,
)
