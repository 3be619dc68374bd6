"""What a machine's own Docker engine says of its images and containers, asked with its docker command."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.targets import Result, Target

MAX_INSPECT_BYTES = 4 << 20


@dataclass(frozen=True)
class Image:
    """One image in a machine's engine."""

    id: str
    """Digest of its configuration, `sha256:…`."""
    digests: tuple[str, ...]
    """Registry digests it was pushed or pulled with, `sha256:…`."""
    exposed_ports: tuple[int, ...]


@dataclass(frozen=True)
class Container:
    """One running container."""

    id: str
    image: str
    """The name it was started from."""
    image_id: str
    published: dict[int, int]
    """Port of the machine -> port of the container."""
    environment: dict[str, str]


def image(machine: Target, name: str) -> Image:
    """The image called `name`. Raises `NotFound` when the engine has none of that name."""
    result = machine.run("docker image inspect %s", name, max_bytes=MAX_INSPECT_BYTES)
    if not result.ok:
        if "no such image" in result.error_text.lower():
            raise NotFound(f"no image is called {name}")
        raise _engine_trouble(result)
    found = _parse(result)[0]
    digests = (entry.rpartition("@")[2] for entry in found.get("RepoDigests") or ())
    exposed = (found.get("Config") or {}).get("ExposedPorts") or {}
    return Image(found["Id"], tuple(digests), tuple(sorted(_port(port) for port in exposed)))


def file_in_image(machine: Target, name: str, path: str, *, max_bytes: int = 64 << 10) -> bytes:
    """One file of an image, without running anything of it. Raises `NotFound` when it has no such file.

    A container is created, never started, and removed in the same command.
    """
    result = machine.run(
        "c=$(docker create --network none %s -) || exit 125; "
        'docker cp -L "$c":%s - | tar -xOf - | head -c %s; docker rm "$c" >/dev/null',
        name,
        "/" + path.lstrip("/"),
        str(max_bytes),
    )
    complaint = result.error_text.lower()
    if "no such image" in complaint:
        raise NotFound(f"no image is called {name}")
    if "could not find the file" in complaint or "no such container:path" in complaint:
        raise NotFound(f"the image has no file /{path}")
    if not result.ok:
        raise _engine_trouble(result)
    return result.stdout


def running_containers(machine: Target) -> list[Container]:
    """Every running container, newest first."""
    result = machine.run(
        'ids=$(docker ps -q --no-trunc) || exit 125; [ -z "$ids" ] || docker inspect $ids',
        max_bytes=MAX_INSPECT_BYTES,
    )
    if not result.ok:
        raise _engine_trouble(result)
    return [_container(raw) for raw in _parse(result)] if result.stdout.strip() else []


def _container(raw: dict[str, Any]) -> Container:
    published = {
        int(binding["HostPort"]): _port(inner)
        for inner, bindings in ((raw.get("NetworkSettings") or {}).get("Ports") or {}).items()
        for binding in bindings or ()
    }
    pairs = (entry.partition("=") for entry in raw["Config"].get("Env") or ())
    return Container(
        id=raw["Id"],
        image=raw["Config"]["Image"],
        image_id=raw["Image"],
        published=published,
        environment={key: value for key, _, value in pairs},
    )


def _port(port: str) -> int:
    return int(port.partition("/")[0])


def _parse(result: Result) -> list[dict[str, Any]]:
    try:
        parsed: list[dict[str, Any]] = json.loads(result.stdout)
    except ValueError:
        raise CouldNotLook("the machine's docker command did not answer in JSON") from None
    return parsed


def _engine_trouble(result: Result) -> CouldNotLook:
    last = (result.error_text.splitlines() or ["no message"])[-1][:300]
    return CouldNotLook(
        f"the machine's Docker engine did not answer: {last}",
        remedy="Check `docker info` there: is the engine running, may this user ask it?",
    )
