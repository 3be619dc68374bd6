"""What a container engine's command line takes and says."""

from __future__ import annotations

import re

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.targets.lost import Lost, Reason

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")

_SAYINGS: tuple[tuple[str, Reason, str, str], ...] = (
    (
        r"No such container: (\S+)",
        "gone",
        "There is no container named {0}.",
        "Start it, or look at `docker ps -a`.",
    ),
    (
        r"container (\S+) is not running",
        "stopped",
        "The container {0} is not running.",
        "Start it again, or look at its end with `docker logs`.",
    ),
    (
        r"Container (\S+) is paused",
        "stopped",
        "The container {0} is paused.",
        "Continue it with `docker unpause`.",
    ),
    (
        r"Container (\S+) is restarting",
        "stopped",
        "The container {0} keeps restarting.",
        "Look at its end with `docker logs`.",
    ),
    (
        r"permission denied while trying to connect to the Docker",
        "engine",
        "The Docker engine refuses this user.",
        "Add the user to the group `docker`, then log in again.",
    ),
    (
        r"Cannot connect to the Docker daemon|failed to connect to the docker API|error during connect",
        "engine",
        "The Docker engine does not answer.",
        "Start it: it may be stopped, or DOCKER_HOST may name another place.",
    ),
    (
        r"docker: (?:command )?not found",
        "tools",
        "The machine has no `docker` command.",
        "Install Docker there.",
    ),
    (
        r'exec: "sh": executable file not found',
        "tools",
        "The container has no shell to look around with.",
        "Use an image that has `sh`.",
    ),
)


def exec_words(name: str, *, user: str = "") -> tuple[str, ...]:
    """The words that open a shell in a container. Raises `UsageError` for what is no container's name."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no container's name.", remedy="`docker ps` lists them.")
    return ("docker", "exec", "-i", *(("--user", user) if user else ()), name, "sh")


def explain(said: str) -> Lost | None:
    """A clear error for what `docker exec` printed, or None."""
    for pattern, reason, sentence, remedy in _SAYINGS:
        if found := re.search(pattern, said, re.IGNORECASE):
            return Lost(sentence.format(*found.groups()), remedy=remedy, reason=reason)
    return None
