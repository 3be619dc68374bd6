"""The first Streamlit app: installed in the codespace, and served there until Control-C."""

from __future__ import annotations

from pathlib import Path

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.fixtures.streamlit_server import StreamlitServer
from pytest_cloudlab.rehearsal import Scene
from pytest_cloudlab.rehearsal.codespace_scenes import CodespaceScenes

APP = Path(__file__).resolve().parent / "app"
SCRIPT = "streamlit_jswt.py"
COMPARISON = "comparison.html"
HOME = "/root/webapp"
FOLDER = f"{HOME}/app"


class AppScenes(CodespaceScenes):
    app_scenes: tuple[Scene, ...] = (
        Scene("serve_app", "3.2", "Serve the first Streamlit app", curtain=True),
    )

    def app_server(self, one: Assignment) -> StreamlitServer:
        return StreamlitServer(self.codespace(one), HOME, one.lab.parameters.app.port)

    def serve_app(self, one: Assignment) -> None:
        server = self.app_server(one)
        server.install("streamlit")
        self.write_app(one)
        server.serve(FOLDER, SCRIPT)

    def write_app(self, one: Assignment) -> None:
        """As the page has it, but for the comparison: that comes with it, so that no other host has to be
        reached."""
        codespace = self.codespace(one)
        codespace.check("rm -rf %s", FOLDER)
        for file in (*APP.glob("*.py"), APP / COMPARISON, *APP.glob("pictures/*.jpg")):
            codespace.write(f"{FOLDER}/{file.relative_to(APP).as_posix()}", file.read_bytes())
