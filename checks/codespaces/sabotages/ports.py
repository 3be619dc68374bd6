"""What goes wrong with Jupyter and its port."""

from __future__ import annotations

import json

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.codespaces.port_scenes import JUPYTER, SERVED
from pytest_cloudlab.checks.codespaces.sabotages.sabotage import Sabotage, checks

RECORD = "~/.local/share/jupyter/runtime/jpserver-%s.json"
RELAY = """
import socket, sys, threading
def pass_on(source, sink):
    while data := source.recv(65536): sink.sendall(data)
    sink.shutdown(socket.SHUT_WR)
here = socket.create_server(("127.0.0.1", int(sys.argv[2])))
while True:
    near = here.accept()[0]
    far = socket.create_connection((sys.argv[1], int(sys.argv[2])))
    for ends in ((near, far), (far, near)): threading.Thread(target=pass_on, args=ends, daemon=True).start()
"""
"""Hands every connection on to the machine of that address."""


class JupyterNotStarted(Sabotage):
    """Nothing listens."""

    spoils = "start_jupyter"
    red = checks("jupyter_asks_for_its_token")

    def start_jupyter(self, one: Assignment) -> None:
        self.stop_serving(self.codespace(one))


class JupyterKilled(Sabotage):
    """It was killed: its record is still there."""

    spoils = "start_jupyter"
    red = JupyterNotStarted.red

    def start_jupyter(self, one: Assignment) -> None:
        super().start_jupyter(one)
        self.codespace(one).check(f"read -r it < {SERVED}.pid && kill -KILL $it")


class AnotherPort(Sabotage):
    """Another program had the port, and Jupyter took the next."""

    spoils = "start_jupyter"
    red = JupyterNotStarted.red

    def start_jupyter(self, one: Assignment) -> None:
        self.serve_jupyter(one, port=self.port(one) + 1)


class WithoutToken(Sabotage):
    """Its token was switched off, so that nobody has to copy it."""

    spoils = "start_jupyter"
    red = JupyterNotStarted.red

    def start_jupyter(self, one: Assignment) -> None:
        self.serve_jupyter(one, "--ServerApp.token=", "--ServerApp.password=")


class LookAlike(Sabotage):
    """A web server of another kind has the port, and answers everything that Jupyter would."""

    spoils = "start_jupyter"
    red = JupyterNotStarted.red

    def start_jupyter(self, one: Assignment) -> None:
        port = str(self.port(one))
        words = ("python3", "-m", "http.server", "--bind", "127.0.0.1", port)
        self.serve(self.codespace(one), self.workspace(one), self.port(one), *words)


class JupyterOfAnotherMachine(Sabotage):
    """The port leads on to a Jupyter on the laptop, and that one's record was copied."""

    spoils = "start_jupyter"
    red = checks("port_leads_into_your_codespace")

    def start_jupyter(self, one: Assignment) -> None:
        codespace, laptop, port = self.codespace(one), self.laptop(one), self.port(one)
        self.serve(laptop, "/root", port, *JUPYTER, "--ip", "0.0.0.0", "--port", str(port))  # noqa: S104
        record = laptop.check(f"read -r it < {SERVED}.pid && cat {RECORD % '$it'}")
        address = laptop.check("hostname -i").split()[0]
        self.serve(codespace, "/root", port, "python3", "-c", RELAY, address, str(port))
        relay = codespace.check(f"cat {SERVED}.pid")
        forged = json.loads(record) | {"pid": int(relay), "root_dir": self.workspace(one)}
        codespace.write(RECORD.replace("~", "/root") % relay, json.dumps(forged).encode())


class PortMadePublic(Sabotage):
    """Everybody may see it."""

    spoils = "agree_on_visibility"
    red = checks("port_is_as_private_as_agreed")

    def agree_on_visibility(self, one: Assignment) -> None:
        self.make_port(one, "public")


PORTS = (
    JupyterNotStarted,
    JupyterKilled,
    AnotherPort,
    WithoutToken,
    LookAlike,
    JupyterOfAnotherMachine,
    PortMadePublic,
)
