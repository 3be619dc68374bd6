"""The machine's Docker engine, through its own command line: it knows contexts and `DOCKER_HOST`."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Mapping

from pytest_cloudlab.errors import CloudlabError, UsageError


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


def remove_all(label: str) -> None:
    """Remove every container, with its volumes, and every network that carries that label."""
    names = list(containers(label))
    if names:
        docker("rm", "--force", "--volumes", *names, within_s=120)
    for network in docker("network", "ls", "--quiet", "--filter", f"label={label}").split():
        # A codespace on it belongs to whoever made it, and may outlive the twin.
        form = "{{range $id, $_ := .Containers}}{{$id}} {{end}}"
        for guest in docker("network", "inspect", "--format", form, network).split():
            docker("network", "disconnect", "--force", network, guest)
        docker("network", "rm", network)
