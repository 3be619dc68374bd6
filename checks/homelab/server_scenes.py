"""What runs on the desktop, what forwards its ports, and the files that travel."""

from __future__ import annotations

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.homelab.home_scenes import HomeScenes
from pytest_cloudlab.fixtures.streamlit_server import StreamlitServer
from pytest_cloudlab.rehearsal import Scene
from pytest_cloudlab.rehearsal.background import start, stop
from pytest_cloudlab.targets import Target

JUPYTER = ("jupyter-server", "--no-browser", "--ServerApp.port_retries=0", "--ip", "127.0.0.1")
API = """
import json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Api(BaseHTTPRequestHandler):
    def do_GET(self):
        answer = json.dumps({"greeting": "hello from the desktop"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Api).serve_forever()
"""
APP = 'import streamlit as st\n\nst.title("Trained at home")\n'
IMAGE = "python:3.10"
CONTAINER = "web"
START_S = 180
MASTER = "/tmp/cloudlab-tunnel"  # noqa: S108  # of the laptop, which is nobody else's


class ServerScenes(HomeScenes):
    jupyter_scenes = (
        Scene("start_jupyter", "3.1", "Start Jupyter on the desktop"),
        Scene("bring_file", "3.1", "Bring a file from the desktop"),
        Scene("send_file", "3.1", "Send a file to the desktop"),
        Scene("open_tunnel", "3.2", "Forward its port"),
    )
    server_scenes = (
        Scene("serve_api", "4", "Start an API on the desktop"),
        Scene("serve_app", "4", "Start a Streamlit app on the desktop"),
        Scene("run_container", "4", "Start a container on the desktop"),
    )

    # What scenes share.

    def port(self, one: Assignment, what: str) -> int:
        port: int = getattr(one.lab.parameters.ports, what)
        return port

    def forward(self, one: Assignment, near: int, far: int) -> None:
        """With an `ssh -L` of its own, in place of the one that the laptop's port had."""
        self.stop_forwarding(one, near)
        self.laptop(one).check(
            f"ssh -f -N -M -S {MASTER}-{near} -o BatchMode=yes -o ExitOnForwardFailure=yes "
            f"-L {near}:localhost:{far} -p %s %s </dev/null >{MASTER}-{near}.log 2>&1 || "
            f"{{ cat {MASTER}-{near}.log >&2; exit 1; }}",
            str(self.ssh_port(one)),
            self.at_home(one),
        )

    def stop_forwarding(self, one: Assignment, near: int) -> None:
        self.laptop(one).check(f"ssh -S {MASTER}-{near} -O exit tunnel > /dev/null 2>&1; true")

    def serve_jupyter(self, one: Assignment, *options: str, port: int = 0) -> None:
        port = port or self.port(one, "jupyter")
        with self.desktop(one) as desktop:
            start(desktop, "jupyter", port, *JUPYTER, "--port", str(port), *options)

    def streamlit(self, one: Assignment, desktop: Target) -> StreamlitServer:
        home = f"/home/{one.member.id}/app"
        return StreamlitServer(desktop, home, self.port(one, "streamlit"))

    def install_streamlit(self, server: StreamlitServer) -> None:
        if not server.machine.run("[ -x %s ]", f"{server.home}/python/bin/streamlit").ok:
            server.install("streamlit")

    # The scenes.

    def start_jupyter(self, one: Assignment) -> None:
        self.serve_jupyter(one)

    def open_tunnel(self, one: Assignment) -> None:
        port = self.port(one, "jupyter")
        self.forward(one, port, port)

    def bring_file(self, one: Assignment) -> None:
        with self.desktop(one) as desktop:
            desktop.check("head -c 300000 /dev/urandom > ~/from-desktop.bin")
        self.copy(one, f"{self.at_home(one)}:from-desktop.bin", "/root/Downloads/")

    def send_file(self, one: Assignment) -> None:
        self.laptop(one).check("head -c 200000 /dev/urandom > ~/from-laptop.bin")
        self.copy(one, "/root/from-laptop.bin", f"{self.at_home(one)}:")

    def copy(self, one: Assignment, source: str, sink: str) -> None:
        self.laptop(one).check(
            "mkdir -p ~/Downloads; scp -q -o BatchMode=yes -P %s %s %s",
            str(self.ssh_port(one)),
            source,
            sink,
            timeout_s=60,
        )

    def serve_api(self, one: Assignment) -> None:
        port = self.port(one, "api")
        stop(self.laptop(one), "api")  # where a sabotage may have had one
        with self.desktop(one) as desktop:
            start(desktop, "api", port, "python3", "-c", API, str(port))
        self.forward(one, port, port)

    def serve_app(self, one: Assignment) -> None:
        port = self.port(one, "streamlit")
        with self.desktop(one) as desktop:
            server = self.streamlit(one, desktop)
            desktop.write(f"{server.home}/app.py", APP.encode())
            self.install_streamlit(server)
            server.serve(server.home, "app.py")
        self.forward(one, port, port)

    def run_container(self, one: Assignment) -> None:
        port = self.port(one, "container")
        with self.desktop(one) as desktop:
            stop(desktop, CONTAINER)  # likewise
            desktop.check(
                f"docker rm --force {CONTAINER} > /dev/null 2>&1; docker run --detach --name {CONTAINER} "
                f"-p {port}:80 {IMAGE} python -m http.server 80",
                timeout_s=START_S,
            )
        self.forward(one, port, port)

    def stop_server(self, one: Assignment, name: str) -> None:
        with self.desktop(one) as desktop:
            stop(desktop, name)
