"""Servers on a machine under test, and clients that talk to them through a forward."""

from __future__ import annotations

import socket
import sys
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

from pytest_cloudlab.targets import Target

SERVER = """
import hashlib, socket, threading
heard = []
def echo(c):
    for b in iter(lambda: c.recv(262144), b""):
        c.sendall(b)
def answer(c):
    data = b"".join(iter(lambda: c.recv(262144), b""))
    c.sendall(hashlib.sha256(data).hexdigest().encode() + data)
def first(c):
    c.sendall(b"bye")
    c.shutdown(socket.SHUT_WR)
    heard.append(b"".join(iter(lambda: c.recv(262144), b"")))
def recall(c):
    c.sendall(heard.pop() if heard else b"nothing")
def serve(does, c):
    try:
        does(c)
    except OSError:
        pass
    c.close()
def accept(does, s):
    while True:
        threading.Thread(target=serve, args=(does, s.accept()[0]), daemon=True).start()
ports = []
for does in (echo, answer, first, recall):
    s = socket.create_server(("127.0.0.1", 0), backlog=200)
    ports.append(str(s.getsockname()[1]))
    threading.Thread(target=accept, args=(does, s)).start()
print(*ports, flush=True)
"""


@dataclass(frozen=True)
class Ports:
    """Of a machine, each with a server that serves any number of connections."""

    process: str
    echo: int
    """Sends back at once what comes."""
    answer: int
    """Sends hash and data, once the client has ended its direction."""
    first: int
    """Says `bye` and ends its own direction, then hears the client out."""
    recall: int
    """Tells what the last of `first` heard."""


def serve(target: Target, program: str = "python3") -> Ports:
    folder = target.check("mktemp -d")
    target.write(f"{folder}/server.py", SERVER.encode())
    line = "timeout 300 %s -u %s </dev/null >%s 2>/dev/null & echo $!"
    process = target.check(line, program, f"{folder}/server.py", f"{folder}/ports")
    told = "until [ -s %s ]; do sleep 0.02; done; cat %s; rm -rf %s"
    ports = target.check(told, f"{folder}/ports", f"{folder}/ports", folder)
    return Ports(process, *map(int, ports.split()))


def program_of(kind: str) -> str:
    return sys.executable if kind in ("local", "ssh", "ssh-through-ssh") else "python3"


def connect(url: str, timeout_s: float = 60) -> socket.socket:
    place = urlsplit(url)
    return socket.create_connection((place.hostname, place.port or 0), timeout=timeout_s)


def rest(connection: socket.socket) -> bytes:
    """All that comes until the other side has ended its direction."""
    return b"".join(iter(lambda: connection.recv(1 << 20), b""))


def talk(url: str, data: bytes) -> bytes:
    """The answer to `data`, sent while it is read."""
    with connect(url) as connection:

        def send() -> None:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)

        sending = threading.Thread(target=send)
        sending.start()
        heard = rest(connection)
        sending.join()
        return heard
