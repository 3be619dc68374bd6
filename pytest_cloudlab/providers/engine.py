"""A Docker engine, through Docker's own command line: it finds the engine as the user's shell does."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pytest_cloudlab.errors import (
    CloudlabError,
    CouldNotLook,
    Forbidden,
    NotFound,
    TimedOut,
    Unreachable,
    UsageError,
)
from pytest_cloudlab.providers.ledger import EXPIRES_LABEL, RUN_LABEL, Entry
from pytest_cloudlab.waiting import NotYet, until

CALL_S = 60
"""A slow disk makes a create take seconds; an engine that hangs longer is as good as absent."""

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class EngineContainer:
    id: str
    name: str
    status: str
    """As Docker says it: `created`, `running`, `paused`, `restarting`, `exited`, `dead`."""
    labels: Mapping[str, str]

    def is_of(self, entry: Entry) -> bool:
        """Whether it is this entry's, and not another that came to bear its name."""
        return all(self.labels.get(label) == entry.labels[label] for label in (RUN_LABEL, EXPIRES_LABEL))

    @property
    def expires_at(self) -> int | None:
        """Unix seconds; None where the label is missing or no number."""
        text = self.labels.get(EXPIRES_LABEL, "")
        return int(text) if re.fullmatch(r"[0-9]{1,12}", text) else None


@dataclass(frozen=True)
class Engine:
    """Every call raises `Unreachable` or `Forbidden` when the engine does not answer or refuses."""

    address: str
    """E.g. `unix:///var/run/docker.sock`."""

    @classmethod
    def default(cls) -> Engine:
        """The engine that `docker` itself would use. Raises `UsageError` when there is no such command."""
        address = os.environ.get("DOCKER_HOST", "")
        return cls(address or _call("context", "inspect", "--format", "{{.Endpoints.docker.Host}}"))

    def image_command(self, image: str) -> tuple[str, ...]:
        """Entrypoint and command of an image. Raises `UsageError` when this engine does not have it."""
        config = json.loads(self._docker("image", "inspect", "--format", "{{json .Config}}", "--", image))
        config = config or {}
        return (*(config.get("Entrypoint") or ()), *(config.get("Cmd") or ()))

    def create(
        self,
        image: str,
        command: Sequence[str],
        *,
        name: str,
        labels: Mapping[str, str],
        options: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
    ) -> str:
        """The id of a new container, not started. `env` is handed over without being seen in argv.

        Raises `UsageError` when the name is taken or the image, a network or an option is not right.
        """
        arguments = ["create", "--pull", "never", "--name", name]
        for key, value in labels.items():
            arguments += ["--label", f"{key}={value}"]
        if env:
            arguments += ["--env-file", "/dev/stdin"]
        arguments += [*options, "--entrypoint", command[0], "--", image, *command[1:]]
        return self._docker(*arguments, stdin=_env_file(env or {}))

    def start(self, container_id: str) -> None:
        self._docker("start", "--", container_id)

    def container(self, name: str) -> EngineContainer:
        """The container of exactly this name or full id. Raises `NotFound`."""
        found = json.loads(self._docker("container", "inspect", "--format", "{{json .}}", "--", name))
        container = EngineContainer(
            found["Id"], found["Name"].lstrip("/"), found["State"]["Status"], found["Config"]["Labels"] or {}
        )
        if name not in (container.name, container.id):  # Docker also takes the beginning of an id
            raise NotFound(f"there is no container {name!r}", remedy="Check its name with `docker ps -a`.")
        return container

    def provisioned(self) -> list[EngineContainer]:
        """Every container on this engine that carries a run's label, whoever made it."""
        ids = self._docker("ps", "--all", "--quiet", "--no-trunc", "--filter", f"label={RUN_LABEL}").split()
        containers = []
        for container_id in ids:
            try:
                containers.append(self.container(container_id))
            except NotFound:
                continue  # it ended since
        return containers

    def remove(self, container_id: str) -> bool:
        """Delete a container, running or not, and its anonymous volumes. False when there is none."""
        try:
            # With --force a missing one is no error; what was deleted is named.
            return bool(self._docker("rm", "--force", "--volumes", "--", container_id))
        except NotFound:
            return False
        except CouldNotLook as error:
            if "already in progress" not in error.message:
                raise
            until(lambda _: self._gone(container_id), what="the container is removed", within_s=30)
        return True

    def _gone(self, container_id: str) -> None:
        try:
            self.container(container_id)
        except NotFound:
            return
        raise NotYet("still there")

    def _docker(self, *arguments: str, stdin: bytes = b"") -> str:
        return _call("--host", self.address, *arguments, stdin=stdin)


def _call(*arguments: str, stdin: bytes = b"") -> str:
    try:
        done = subprocess.run(["docker", *arguments], input=stdin, capture_output=True, timeout=CALL_S)
    except FileNotFoundError:
        raise UsageError("there is no `docker` command here", remedy="Install Docker's client.") from None
    except subprocess.TimeoutExpired:
        raise TimedOut(
            f"the Docker engine gave no answer within {CALL_S} s",
            remedy="Look whether `docker ps` answers; start the engine again if not.",
        ) from None
    if done.returncode:
        raise _failure(" ".join(done.stderr.decode(errors="replace").split())[:400])
    return done.stdout.decode(errors="replace").strip()


def _failure(said: str) -> CloudlabError:
    if re.search(r"permission denied.*(daemon|docker\.sock)", said, re.I):
        return Forbidden(
            "the Docker engine refuses this user",
            remedy="Join the group `docker` (`sudo usermod -aG docker $USER`) and log in again.",
        )
    if re.search(
        r"cannot connect to the docker daemon|error during connect|docker daemon running", said, re.I
    ):
        return Unreachable("no Docker engine answers", remedy="Start it: `docker ps` has to work here first.")
    if match := re.search(r"no such image: (\S+?):?(?:\s|$)", said, re.I):
        return UsageError(f"the Docker engine has no image {match[1]}", remedy="Pull or build it first.")
    if re.search(r"no such (container|object)", said, re.I):
        return NotFound("there is no such container", remedy="Check its name with `docker ps -a`.")
    if match := re.search(r'container name "/?([^"]+)" is already in use', said):
        return UsageError(
            f"a container named {match[1]} is there already",
            remedy="`cloudlab sweep` removes what dead runs left; else choose another name or remove it.",
        )
    if re.search(r'exec: "timeout".*not found', said):
        return UsageError(
            "the image has no `timeout` command, which ends a container that nobody came back for",
            remedy="Use an image with coreutils or busybox.",
        )
    if re.search(
        r"invalid reference format|unknown flag|network \S+ not found|unknown shorthand", said, re.I
    ):
        return UsageError(f"Docker does not accept this container: {said}", remedy="Mend what it names.")
    return CouldNotLook(f"Docker could not do it: {said}", remedy="Try it by hand with `docker`.")


def _env_file(env: Mapping[str, str]) -> bytes:
    for key, value in env.items():
        if not VARIABLE.fullmatch(key) or "\n" in value or "\0" in value:
            raise UsageError(
                f"the environment variable {key!r} cannot be given to a container",
                remedy="A name is letters, digits and _; a value is one line. Write longer ones to a file.",
            )
    return "".join(f"{key}={value}\n" for key, value in env.items()).encode()
