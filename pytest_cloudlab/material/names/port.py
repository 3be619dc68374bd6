"""Ports on a page: who listens on one, what leads from one to another, where a browser is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_cloudlab.material.companions.launch import effective
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.shell.command import Command, Word
from pytest_cloudlab.material.shell.options import docker

NUMBER = re.compile(r"\d{2,5}")
_OPEN = r"<[^<>\s]{1,60}>|\{[^{}\s]{1,60}\}|\[[A-Z][^\[\]\s]{1,60}\]|\$\{?\w+\}?"
_PORT = rf"(?:\d{{1,5}}|{_OPEN})"
_PUBLISHED = re.compile(rf"(?:[\d.]+:|\[::\]:)?({_PORT}):({_PORT})(?:/(?:tcp|udp))?")
_TUNNEL = re.compile(
    rf"(?:(?:localhost|[\d.*]+|\[::1\]):)?({_PORT}):(localhost|127\.0\.0\.1|0\.0\.0\.0):({_PORT})"
)
_PAIR = re.compile(rf"({_PORT}):({_PORT})")


@dataclass(frozen=True)
class Listener:
    """`streamlit run app.py` listens on 8501."""

    port: str
    """Digits, or what stands in their place: `<port>`, `$PORT`."""
    program: str
    place: Place

    @property
    def here(self) -> str:
        return self.port


@dataclass(frozen=True)
class PortMapping:
    """`-p 8080:80` leads from 8080 here to 80 in the container, `-L` to a tunnel's other end."""

    near: str
    far: str
    kind: str
    """`container`, `tunnel`."""
    place: Place

    @property
    def here(self) -> str:
        """The port on this side."""
        return self.near


_DEFAULTS = {
    "streamlit": ("8501", ("--server.port",)),
    "jupyter": ("8888", ("--port",)),
    "jupyter-lab": ("8888", ("--port",)),
    "jupyter-notebook": ("8888", ("--port",)),
    "flask": ("5000", ("--port", "-p")),
    "uvicorn": ("8000", ("--port",)),
    "fastapi": ("8000", ("--port",)),
    "gunicorn": ("8000", ("--bind", "-b")),
    "mlflow": ("5000", ("--port", "-p")),
    "tensorboard": ("6006", ("--port",)),
    "mkdocs": ("8000", ("--dev-addr", "-a")),
    "http.server": ("8000", ()),
}
_VERBS = {
    "streamlit": {"run"},
    "jupyter": {"lab", "notebook", "server"},
    "flask": {"run"},
    "fastapi": {"dev", "run"},
    "mlflow": {"ui", "server"},
    "mkdocs": {"serve"},
}


def listens(words: tuple[Word, ...]) -> Listener | None:
    """The server that a command starts, where it is a well-known one.

    >>> listens(words).port  # uvicorn app:app --port 8080
    '8080'
    """
    if not words:
        return None
    texts = [word.text for word in words]
    program = texts[0].rsplit("/", 1)[-1]
    if re.fullmatch(r"python[\d.]*", program) and texts[1:3] == ["-m", "http.server"]:
        port = next((text for text in texts[3:] if NUMBER.fullmatch(text)), "8000")
        return Listener(port, "http.server", words[0].place)
    if program not in _DEFAULTS or "--help" in texts:
        return None
    if program in _VERBS and not any(text in _VERBS[program] for text in texts[1:4]):
        return None
    default, options = _DEFAULTS[program]
    found = Command(words, (), (), words[0].place, "").option(*options)
    if found is None:
        return Listener(default, program, words[0].place)
    port = found.text.rpartition(":")[2]
    return Listener(port, program, found.place) if re.fullmatch(_PORT, port) else None


def listener_of(command: Command) -> Listener | None:
    return listens(effective(command))


def mappings_of(command: Command) -> Iterator[PortMapping]:
    texts = [word.text for word in command.words]
    if (found := docker(command)) and found[0] in ("run", "create"):
        for word in found[1].all("-p", "--publish"):
            if match := _PUBLISHED.fullmatch(word.text):
                yield PortMapping(match[1], match[2], "container", word.place)
    elif command.program == "ssh" or texts[1:3] == ["compute", "ssh"] or texts[1:3] == ["codespace", "ssh"]:
        yield from _tunnels(command.words)
    elif command.program in ("kubectl", "oc") and "port-forward" in texts[:4]:
        for word in command.words:
            if match := _PAIR.fullmatch(word.text):
                yield PortMapping(match[1], match[2], "tunnel", word.place)


def _tunnels(words: tuple[Word, ...]) -> Iterator[PortMapping]:
    for index, word in enumerate(words):
        text, place = word.text, word.place
        if text == "-L" and index + 1 < len(words):
            text, place = words[index + 1].text, words[index + 1].place
        elif text.startswith("-L") and len(text) > 2:
            text = text[2:]
        else:
            continue
        if match := _TUNNEL.fullmatch(text):
            yield PortMapping(match[1], match[3], "tunnel", place)


def opened_by(command: Command) -> tuple[str, Place] | None:
    """The one port that a firewall rule opens."""
    texts = [word.text for word in command.words]
    if command.program == "gcloud" and "firewall-rules" in texts and "create" in texts:
        word = command.option("--allow", "--rules")
        if word and (match := re.fullmatch(r"tcp:(\d{2,5})", word.text)):
            return match[1], word.place
    allowed = texts[2] if command.program == "ufw" and texts[1:2] == ["allow"] and len(texts) == 3 else ""
    if match := re.fullmatch(r"(\d{2,5})(?:/tcp)?", allowed):
        return match[1], command.words[2].place
    return None


_IMAGES = {
    "nginx": "80",
    "httpd": "80",
    "postgres": "5432",
    "redis": "6379",
    "mongo": "27017",
    "mysql": "3306",
    "mariadb": "3306",
    "grafana/grafana": "3000",
    "prom/prometheus": "9090",
    "jupyter/base-notebook": "8888",
    "jupyter/minimal-notebook": "8888",
    "jupyter/scipy-notebook": "8888",
    "jupyter/datascience-notebook": "8888",
}
"""Ports of well-known images, which they listen on unless they are told otherwise."""


def port_of_image(name: str) -> str:
    """Empty for an image that is not known.

    >>> port_of_image("nginx:1.27")
    '80'
    """
    return _IMAGES.get(
        name.partition("@")[0].partition(":")[0].removeprefix("docker.io/").removeprefix("library/"), ""
    )
