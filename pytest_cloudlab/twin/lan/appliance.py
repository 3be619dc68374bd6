"""A small machine of a home, or of its provider: a container that ends by itself if nobody ends it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence

from pytest_cloudlab.twin.engine import EngineError, docker
from pytest_cloudlab.twin.images import image
from pytest_cloudlab.twin.state import LABEL, TwinInfo
from pytest_cloudlab.waiting import Deadline, NotYet, until

IMAGE = "lan"
TTL_S = 2 * 3600
UP_S = 30


def start(info: TwinInfo, name: str, command: Sequence[str], *, network: str, options: Sequence[str]) -> None:
    """In place of what has that name: a rehearsal that was killed leaves its own. Raises `EngineError`."""
    remove(name)
    docker(
        *("run", "--detach", "--rm", "--init", f"--name={name}", f"--network={network}"),
        *(f"--label={LABEL}={info.id}", "--cap-add=NET_ADMIN", "--cap-add=NET_RAW", *options),
        *(image(IMAGE), "timeout", "-k", "5", str(TTL_S), *command),
    )


def remove(name: str) -> None:
    """Whether it is there or not."""
    with contextlib.suppress(EngineError):
        docker("rm", "--force", "--volumes", name)


def wait_for(name: str, test: str, what: str) -> None:
    """Until a line of shell succeeds in there. Raises `TimedOut`."""

    def asked(_: Deadline) -> None:
        if not inside(name, f"{{ {test}; }} > /dev/null 2>&1 && echo yes || true").strip():
            raise NotYet("not yet")

    until(asked, what=what, within_s=UP_S, longest_pause_s=0.2)


def inside(name: str, line: str, *args: str, stdin: bytes | None = None) -> str:
    """What a line of shell, run as root in there, prints; `$1` and so on are `args`. Raises `EngineError`."""
    return docker("exec", "--interactive", name, "sh", "-c", line, "sh", *args, stdin=stdin)


def address(name: str, network: str) -> str:
    """Its address on that network; empty where it is not on it."""
    found = json.loads(docker("inspect", "--format", "{{json .NetworkSettings.Networks}}", name))
    return str(found.get(network, {}).get("IPAddress", ""))
