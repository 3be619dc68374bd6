"""What goes wrong with what runs on the desktop, and with the files that travel."""

from __future__ import annotations

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.homelab.sabotages.sabotage import Sabotage, checks
from pytest_cloudlab.checks.homelab.server_scenes import API, CONTAINER
from pytest_cloudlab.rehearsal.background import start

SERVE = ("python3", "-m", "http.server", "--bind", "127.0.0.1")


class JupyterNotStarted(Sabotage):
    """Nothing listens."""

    spoils = "start_jupyter"
    red = checks("jupyter_asks_for_its_token")

    def start_jupyter(self, one: Assignment) -> None:
        self.stop_server(one, "jupyter")


class JupyterOnAnotherPort(Sabotage):
    """The agreed port was taken, and it took the next one."""

    spoils = "start_jupyter"
    red = JupyterNotStarted.red

    def start_jupyter(self, one: Assignment) -> None:
        self.serve_jupyter(one, port=self.port(one, "jupyter") + 1)


class WithoutToken(Sabotage):
    """Its token was switched off, so that nobody has to copy it."""

    spoils = "start_jupyter"
    red = JupyterNotStarted.red

    def start_jupyter(self, one: Assignment) -> None:
        self.serve_jupyter(one, "--ServerApp.token=", "--ServerApp.password=")


class LookAlike(Sabotage):
    """A web server of another kind has the port."""

    spoils = "start_jupyter"
    red = JupyterNotStarted.red

    def start_jupyter(self, one: Assignment) -> None:
        port = self.port(one, "jupyter")
        with self.desktop(one) as desktop:
            start(desktop, "jupyter", port, *SERVE, str(port))


class TunnelNotOpen(Sabotage):
    """It was closed with the terminal."""

    spoils = "open_tunnel"
    red = checks("tunnel_has_the_same_number_at_both_ends")

    def open_tunnel(self, one: Assignment) -> None:
        self.stop_forwarding(one, self.port(one, "jupyter"))


class TunnelToAnotherNumber(Sabotage):
    """The two numbers of its `-L` are not the same."""

    spoils = "open_tunnel"
    red = TunnelNotOpen.red

    def open_tunnel(self, one: Assignment) -> None:
        self.forward(one, self.port(one, "jupyter"), self.ssh_port(one))


class DownloadCutShort(Sabotage):
    """The connection broke off in the middle."""

    spoils = "bring_file"
    red = checks("file_came_home_to_your_laptop")

    def bring_file(self, one: Assignment) -> None:
        super().bring_file(one)
        self.laptop(one).check("truncate -s 4096 ~/Downloads/from-desktop.bin")


class FileNotSent(Sabotage):
    """It stayed on the laptop."""

    spoils = "send_file"
    red = checks("file_went_to_your_desktop")

    def send_file(self, one: Assignment) -> None:
        with self.desktop(one) as desktop:
            desktop.check("rm -f ~/from-laptop.bin")


class AnotherFileSent(Sabotage):
    """What lies there has its name and its length, and nothing else of it."""

    spoils = "send_file"
    red = FileNotSent.red

    def send_file(self, one: Assignment) -> None:
        super().send_file(one)
        with self.desktop(one) as desktop:
            desktop.check("head -c 200000 /dev/urandom > ~/from-laptop.bin")


class ApiNotStarted(Sabotage):
    """Its tunnel ends where nobody listens."""

    spoils = "serve_api"
    red = checks("api_answers_on_your_laptop")

    def serve_api(self, one: Assignment) -> None:
        self.stop_server(one, "api")


class ApiIsAListing(Sabotage):
    """A server of files has its port."""

    spoils = "serve_api"
    red = ApiNotStarted.red

    def serve_api(self, one: Assignment) -> None:
        port = self.port(one, "api")
        with self.desktop(one) as desktop:
            start(desktop, "api", port, *SERVE, str(port))


class ApiOnTheLaptop(Sabotage):
    """It was started on the laptop, where it answers just as well."""

    spoils = "serve_api"
    red = checks("all_of_them_are_forwarded_at_once")

    def serve_api(self, one: Assignment) -> None:
        port = self.port(one, "api")
        self.stop_forwarding(one, port)
        start(self.laptop(one), "api", port, "python3", "-c", API, str(port))


class AppNotForwarded(Sabotage):
    """The app runs on the desktop, and nobody on the laptop sees it."""

    spoils = "serve_app"
    red = checks("streamlit_answers_on_your_laptop")

    def serve_app(self, one: Assignment) -> None:
        self.stop_forwarding(one, self.port(one, "streamlit"))


class NoContainer(Sabotage):
    """What serves the port runs on the desktop itself."""

    spoils = "run_container"
    red = checks("container_answers_on_your_laptop")

    def run_container(self, one: Assignment) -> None:
        port = self.port(one, "container")
        with self.desktop(one) as desktop:
            desktop.check(f"docker rm --force {CONTAINER}")
            start(desktop, CONTAINER, port, *SERVE, str(port))


SERVERS = (
    JupyterNotStarted,
    JupyterOnAnotherPort,
    WithoutToken,
    LookAlike,
    TunnelNotOpen,
    TunnelToAnotherNumber,
    DownloadCutShort,
    FileNotSent,
    AnotherFileSent,
    ApiNotStarted,
    ApiIsAListing,
    ApiOnTheLaptop,
    AppNotForwarded,
    NoContainer,
)
