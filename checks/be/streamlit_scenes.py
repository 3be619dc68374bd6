"""The second part of the reference solution: two Streamlit apps, and one of them on the web."""

from __future__ import annotations

from pathlib import Path

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.be.publish_scenes import PublishScenes
from pytest_cloudlab.fixtures.streamlit_server import INSTALL_S, StreamlitServer
from pytest_cloudlab.rehearsal import Scene
from pytest_cloudlab.targets import Target

RESOURCES = Path(__file__).resolve().parent / "streamlit"
FIRST = RESOURCES / "first"
DOCKERFILE = RESOURCES / "Dockerfile"
HOME = "/root/streamlit"
"""Where the codespace keeps the apps, and the Python that runs them."""
APP_CONTAINER = "streamlit"
RUN_APP = ("python", "-m", "streamlit", "run", "app.py")


class StreamlitScenes(PublishScenes):
    """Mixed into the walkthrough, which brings the stage and the way to sign in to the registry."""

    app_scenes = (
        Scene("serve_first_app", "2.3", "Serve the first Streamlit app", curtain=True),
        Scene("serve_second_app", "2.4", "Serve the more complex one", curtain=True),
        Scene("build_app", "2.5", "Build its image"),
        Scene("run_app", "2.5", "Run a container of it"),
        Scene("push_app", "2.5", "Push the image"),
        Scene("create_container_vm", "2.6", "Create a VM that runs it"),
        Scene("open_port", "2.7", "Open its port to the web"),
    )
    app_cleanup = (
        Scene("delete_container_vm", "2.8", "Delete the app's VM"),
        Scene("close_port", "2.8", "Delete the firewall rule"),
        Scene("delete_app_image", "2.8", "Delete the app's image"),
    )

    def login(self, machine: Target, one: Assignment) -> None:
        raise NotImplementedError

    # What scenes share.

    def app_folder(self, one: Assignment) -> str:
        return f"{HOME}/{one.lab.parameters.streamlit.second_repository.rpartition('/')[2]}"

    def app_server(self, one: Assignment) -> StreamlitServer:
        return StreamlitServer(self.stage.codespace(one), HOME, one.lab.parameters.streamlit.port)

    def serve(self, one: Assignment, folder: str, file: str) -> None:
        """Start an app in place of the one that runs, and wait until it is there."""
        self.app_server(one).serve(folder, file)

    def quit_app(self, one: Assignment) -> None:
        self.app_server(one).quit()

    def wait_for_app(self, one: Assignment) -> None:
        self.app_server(one).wait()

    def install(self, one: Assignment, *what: str) -> None:
        self.app_server(one).install(*what)

    # The scenes.

    def serve_first_app(self, one: Assignment) -> None:
        self.install(one, "streamlit")
        self.write_first_app(one)
        self.serve(one, f"{HOME}/first", one.lab.parameters.streamlit.first_file)

    def write_first_app(self, one: Assignment) -> None:
        codespace = self.stage.codespace(one)
        (script,) = FIRST.glob("*.py")
        codespace.write(f"{HOME}/first/{one.lab.parameters.streamlit.first_file}", script.read_bytes())
        for picture in (FIRST / "pictures").iterdir():
            codespace.write(f"{HOME}/first/pictures/{picture.name}", picture.read_bytes())

    def serve_second_app(self, one: Assignment) -> None:
        self.clone(one)
        self.install(one, "-r", f"{self.app_folder(one)}/requirements.txt")
        self.serve(one, self.app_folder(one), "app.py")

    def clone(self, one: Assignment) -> None:
        name = one.lab.parameters.streamlit.second_repository
        self.stage.codespace(one).check(
            "rm -rf %s && git clone --quiet --depth 1 %s %s",
            self.app_folder(one),
            f"https://github.com/{name}.git",
            self.app_folder(one),
            timeout_s=60,
        )

    def write_dockerfile(self, one: Assignment) -> None:
        text = DOCKERFILE.read_text().replace("8501", str(one.lab.parameters.streamlit.port))
        self.stage.codespace(one).write(f"{self.app_folder(one)}/Dockerfile", text.encode())

    def build_app(self, one: Assignment) -> None:
        self.quit_app(one)
        self.write_dockerfile(one)
        self.build_app_again(one, again="no")

    def build_app_again(self, one: Assignment, again: str = "yes") -> None:
        """The same image, but for a label."""
        self.stage.codespace(one).check(
            "docker build --quiet --label %s --tag %s %s",
            f"again={again}",
            self.app_image_name(one),
            self.app_folder(one),
            timeout_s=INSTALL_S,
        )

    def run_app(self, one: Assignment) -> None:
        self.start_app(one, self.app_image_name(one))
        self.wait_for_app(one)

    def start_app(
        self, one: Assignment, image: str, *, outer: int = 0, command: tuple[str, ...] = ()
    ) -> None:
        """Run `image` behind the codespace's port `outer`, or the agreed one; what ran before goes."""
        port = one.lab.parameters.streamlit.port
        codespace = self.stage.codespace(one)
        codespace.check("docker rm -f %s >/dev/null 2>&1 || true", APP_CONTAINER)
        codespace.check(
            f"docker run -d --name %s -p %s %s{' %s' * len(command)}",
            APP_CONTAINER,
            f"{outer or port}:{port}",
            image,
            *command,
        )

    def push_app(self, one: Assignment) -> None:
        codespace = self.stage.codespace(one)
        self.login(codespace, one)
        codespace.check("docker push --quiet %s", self.app_image_name(one), timeout_s=INSTALL_S)
