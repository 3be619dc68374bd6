"""The machine's Docker engine, through its own command line: it knows contexts and `DOCKER_HOST`."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
from collections.abc import Mapping

from pytest_cloudlab.errors import CloudlabError, UsageError
from pytest_cloudlab.waiting import Deadline, NotYet, until

MEANWHILE = re.compile(r"No such (container|network)|already in progress|not found|is not connected", re.I)
"""What the engine says when somebody else removed a thing, or is about to."""


class EngineError(CloudlabError):
    """A docker command failed; the message is what it said."""


def docker(
    *args: str, stdin: bytes | None = None, env: Mapping[str, str] | None = None, within_s: float = 60
) -> str:
    """The standard output of `docker ARGS`. Raises `EngineError`."""
    try:
        done = subprocess.run(
            ("docker", *args),
            # Without a stdin of its own it would read the caller's.
            input=stdin if stdin is not None else b"",
            capture_output=True,
            env={**os.environ, **(env or {})},
            timeout=within_s,
        )
    except subprocess.TimeoutExpired:
        raise EngineError(f"docker {args[0]}: no answer after {within_s:g} s") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit code {done.returncode}"]
        raise EngineError(f"docker {args[0]}: {said[-1]}")
    return done.stdout.decode(errors="replace")


async def docker_async(
    *args: str, stdin: bytes | None = None, env: Mapping[str, str] | None = None, within_s: float = 60
) -> str:
    return await asyncio.to_thread(docker, *args, stdin=stdin, env=env, within_s=within_s)


def require_engine() -> None:
    """Raises `UsageError` when no engine answers."""
    try:
        docker("version", "--format", "{{.Server.Version}}", within_s=20)
    except FileNotFoundError:
        raise UsageError(
            "There is no docker command on this machine.", remedy="Install Docker Engine."
        ) from None
    except EngineError as error:
        raise UsageError(
            f"The Docker engine does not answer ({error.message}).",
            remedy="Start it, and check that you may use it: `docker ps` must work.",
        ) from None


def containers(label: str) -> dict[str, str]:
    """Names of all containers with that label, with their state, e.g. `{"x": "running"}`."""
    lines = docker(
        "ps", "--all", "--filter", f"label={label}", "--format", "{{.Names}}\t{{.State}}"
    ).splitlines()
    return dict(line.split("\t", 1) for line in lines if line)


def remove_all(label: str, within_s: float = 120) -> None:
    """Remove every container, with its volumes, every volume and every network that carries that label."""

    def gone(_: Deadline) -> None:
        try:
            if names := list(containers(label)):
                docker("rm", "--force", "--volumes", *names, within_s=within_s)
            if volumes := docker("volume", "ls", "--quiet", "--filter", f"label={label}").split():
                docker("volume", "rm", "--force", *volumes)
            for name in docker("network", "ls", "--quiet", "--filter", f"label={label}").split():
                _remove_network(name)
        except EngineError as error:
            if not MEANWHILE.search(error.message):
                raise
            raise NotYet(error.message) from None
        # One that was on its way is there only now.
        if names := list(containers(label)):
            raise NotYet(f"there is {', '.join(names)}")

    until(gone, what=f"Everything with label {label} is removed", within_s=within_s, longest_pause_s=0.5)


def _remove_network(name: str) -> None:
    # A codespace on it belongs to whoever made it, and may outlive the twin.
    form = "{{range $id, $_ := .Containers}}{{$id}} {{end}}"
    for guest in docker("network", "inspect", "--format", form, name).split():
        docker("network", "disconnect", "--force", name, guest)
    docker("network", "rm", name)
