"""A Jupyter server in the codespace, behind a port that is forwarded."""

from __future__ import annotations

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.rehearsal import Scene
from pytest_cloudlab.rehearsal.codespace_scenes import CodespaceScenes
from pytest_cloudlab.targets import Target
from pytest_cloudlab.waiting import Deadline, NotYet, until
from pytest_cloudlab.webpage import Page, fetch_through

SERVED = "/tmp/cloudlab-port"  # noqa: S108  # in the codespace, which is nobody else's
"""Beginning of the paths of what is kept of the server: its process, and its log."""
SERVER_S = 60
JUPYTER = ("jupyter-server", "--no-browser", "--allow-root", "--ServerApp.port_retries=0")


class PortScenes(CodespaceScenes):
    port_scenes = (
        Scene("agree_on_visibility", "1.3", "Say who may see the port"),
        Scene("start_jupyter", "1.3", "Start Jupyter", curtain=True),
    )

    # What scenes share.

    def port(self, one: Assignment) -> int:
        port: int = one.lab.parameters.jupyter.port
        return port

    def make_port(self, one: Assignment, visibility: str) -> None:
        self.laptop(one).check(
            "gh codespace ports visibility %s --codespace %s",
            f"{self.port(one)}:{visibility}",
            self.name(one),
            timeout_s=60,
        )

    def serve_jupyter(self, one: Assignment, *options: str, port: int = 0) -> None:
        port = port or self.port(one)
        words = (*JUPYTER, "--ip", "127.0.0.1", "--port", str(port), *options)
        self.serve(self.codespace(one), self.workspace(one), port, *words)

    def serve(self, machine: Target, folder: str, port: int, *words: str) -> None:
        """Start a server in place of the one that runs, and wait until it answers."""
        self.stop_serving(machine)
        machine.check(
            f"cd %s && setsid sh -c 'echo $$ > {SERVED}.pid; exec \"$@\"' sh{' %s' * len(words)} "
            f"> {SERVED}.log 2>&1 < /dev/null &",
            folder,
            *words,
        )

        def answers(_: Deadline) -> Page:
            try:
                return fetch_through(machine, url + "/api", port)
            except NotFound as nobody:
                raise NotYet(nobody.message) from None

        with machine.forward(port) as url:
            until(answers, what=f"{words[0]} answers on port {port}", within_s=SERVER_S)

    def stop_serving(self, machine: Target) -> None:
        machine.check(
            f"read -r it < {SERVED}.pid 2>/dev/null && rm {SERVED}.pid && kill $it && "
            "while kill -0 $it 2>/dev/null; do sleep 0.1; done; true"
        )

    # The scenes.

    def agree_on_visibility(self, one: Assignment) -> None:
        self.make_port(one, one.lab.parameters.jupyter.visibility)

    def start_jupyter(self, one: Assignment) -> None:
        self.stop_serving(self.laptop(one))  # where a sabotage may have had one
        self.serve_jupyter(one)
