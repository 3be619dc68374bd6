"""What a machine's own Docker engine says of its images and containers, asked with its docker command."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pytest_cloudlab.clouds.images import Manifest
from pytest_cloudlab.errors import CouldNotLook, NotFound, TooMuch
from pytest_cloudlab.targets import Result, Target

MAX_INSPECT_BYTES = 4 << 20
BROKEN = "cloudlab: the copy broke off"


@dataclass(frozen=True)
class Image:
    """One image in a machine's engine."""

    id: str
    """Digest of its configuration, `sha256:…`."""
    digests: tuple[str, ...]
    """Registry digests it was pushed or pulled with, `sha256:…`."""
    exposed_ports: tuple[int, ...]
    """TCP only."""

    def is_what_was_pushed(self, pushed: Manifest) -> bool:
        """Whether a registry's manifest is that of this very image."""
        # An engine names an image by its configuration or its manifest, and a pushed one by the manifest or,
        # where the build added attestations, by the index above it.
        names = {pushed.digest, pushed.index_digest}
        return self.id in {pushed.config_digest, *names} and bool(names & set(self.digests))


@dataclass(frozen=True)
class Container:
    """One running container."""

    id: str
    image: str
    """The name it was started from."""
    image_id: str
    published: dict[int, int]
    """Port of the machine -> port of the container, TCP only."""
    environment: dict[str, str]


def image(machine: Target, name: str) -> Image:
    """The image called `name`. Raises `NotFound` when the engine has none of that name."""
    result = machine.run("docker image inspect %s", name, max_bytes=MAX_INSPECT_BYTES)
    if not result.ok:
        if "no such image" in result.error_text.lower():
            raise NotFound(f"no image is called {name}")
        raise _engine_trouble(result)
    with _as_engines_say():
        found = json.loads(result.stdout)[0]
        digests = (entry.rpartition("@")[2] for entry in found.get("RepoDigests") or ())
        exposed = (found.get("Config") or {}).get("ExposedPorts") or {}
        return Image(found["Id"], tuple(digests), tuple(sorted(_tcp(exposed))))


def file_in_image(machine: Target, name: str, path: str, *, max_bytes: int = 64 << 10) -> bytes:
    """One file of an image, without running anything of it. Raises `NotFound` when it has no such file.

    A container is created, never started, and removed in the same command, even if that is cut short.
    Raises `TooMuch` for a larger file.
    """
    result = machine.run(
        "c=$(docker create --pull never --network none %s -) || exit 125; "
        """trap 'docker rm "$c" >/dev/null' EXIT; trap 'exit 143' TERM; """
        '{ docker cp -L "$c":%s - || echo %s >&2; } | { tar -xOf - || echo %s >&2; } | head -c %s',
        name,
        "/" + path.lstrip("/"),
        BROKEN,
        BROKEN,
        str(max_bytes + 1),
    )
    complaint = result.error_text.lower()
    if "no such image" in complaint:
        raise NotFound(f"no image is called {name}")
    if "could not find the file" in complaint or "no such container:path" in complaint:
        raise NotFound(f"the image has no file /{path.lstrip('/')}")
    if len(result.stdout) > max_bytes:
        raise TooMuch(f"the image's file /{path.lstrip('/')} is larger than {max_bytes} bytes")
    if not result.ok or BROKEN in complaint:
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
    with _as_engines_say():
        if not result.stdout.strip():
            return []
        # Asked about the containers there are, an engine tells of one at least.
        first, *others = json.loads(result.stdout)
        return [_container(raw) for raw in (first, *others)]


def _container(raw: dict[str, Any]) -> Container:
    published = {
        int(binding["HostPort"]): inner
        for inner, bindings in _tcp((raw.get("NetworkSettings") or {}).get("Ports") or {}).items()
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


def _tcp(ports: dict[str, Any]) -> dict[int, Any]:
    """Of `8081/tcp` and the like, those of TCP: what a web page can be on."""
    split = ((port.partition("/"), at) for port, at in ports.items())
    return {int(number): at for (number, _, protocol), at in split if protocol in ("", "tcp")}


@contextlib.contextmanager
def _as_engines_say() -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise CouldNotLook("the machine's docker command did not answer as an engine does") from None


def _engine_trouble(result: Result) -> CouldNotLook:
    last = (result.error_text.splitlines() or ["no message"])[-1][:300]
    return CouldNotLook(
        f"the machine's Docker engine did not answer: {last}",
        remedy="Check `docker info` there: is the engine running, may this user ask it?",
    )
