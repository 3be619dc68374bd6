"""A shell in the twin: a machine like a student's codespace, kept with its files until the twin is down."""

from __future__ import annotations

import subprocess
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.files import SLUG
from pytest_cloudlab.twin.engine import EngineError, containers, docker
from pytest_cloudlab.twin.images import Progress, ensure_images
from pytest_cloudlab.twin.machine import (
    MACHINE_IMAGE,
    machine_environment,
    machine_run_options,
    wait_until_ready,
)
from pytest_cloudlab.twin.state import LABEL, TwinInfo

DEFAULT_NAME = "shell"
START_S = 60
LOGIN = ("bash", "--login")

# What only the boot script reads, and what would otherwise stand in every `env`.
_BOOT_ONLY = ("CLOUDLAB_CA", "CLOUDLAB_TOKEN", "CLOUDLAB_ADC", "CLOUDLAB_BOTO")
# Debian's own prompts show this file's text, in every kind of shell: `(twin)root@alice:~#`.
_MARK = "echo twin > /etc/debian_chroot"


@dataclass(frozen=True)
class Shell:
    """A machine that runs in the twin; `name` is its host name."""

    name: str
    container: str

    @property
    def address(self) -> str:
        """As a roster's target."""
        return f"docker://{self.container}"

    def run(self, command: Sequence[str] = (), *, terminal: bool = False) -> int:
        """The exit code of `command` in there (default: a login shell), with this process's own standard
        streams. With `terminal`, it has one, and they have to be one."""
        argv = ["docker", "exec", "--interactive", *(["--tty"] if terminal else []), "--workdir=/root"]
        inside = ["env", *(f"--unset={name}" for name in _BOOT_ONLY), "--", *(command or LOGIN)]
        return subprocess.run([*argv, self.container, *inside]).returncode


def opened(
    info: TwinInfo,
    name: str = DEFAULT_NAME,
    *,
    without: Collection[str] = (),
    progress: Progress = lambda _: None,
) -> Shell:
    """The shell of that name in a running twin: the one that is there, or a new one.

    A new one does not get the variables named by `without`. It is removed by `control.down`, as all that
    carries the twin's label. Raises `UsageError` for a name that
    is none, `EngineError` when it cannot be started.
    """
    if not SLUG.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name for a shell.", remedy="Use a short name of a-z, 0-9 and inner hyphens."
        )
    shell = Shell(name, f"cloudlab-shell-{info.id}-{name}")
    state = containers(f"{LABEL}={info.id}").get(shell.container)
    if state == "running":
        return shell
    if state is None:
        ensure_images(progress)
        progress(f"Starting the machine {name}, with a Docker engine of its own")
        _make(info, shell, without)
    else:
        progress(f"Starting the machine {name} again")
        docker("unpause" if state == "paused" else "start", shell.container, within_s=START_S)
    wait_until_ready(shell.container, within_s=START_S)
    return shell


def _make(info: TwinInfo, shell: Shell, without: Collection[str]) -> None:
    environment = {name: value for name, value in machine_environment(info).items() if name not in without}
    try:
        docker(
            "run",
            "--detach",
            f"--name={shell.container}",
            f"--hostname={shell.name}",
            f"--network={info.network}",
            f"--label={LABEL}={info.id}",
            *machine_run_options(),
            # Names only: docker takes the values from its own environment, where no other user sees them.
            *(f"--env={name}" for name in environment),
            MACHINE_IMAGE,
            *("sh", "-c", f"{_MARK}; exec sleep infinity"),
            env=environment,
            within_s=START_S,
        )
    except EngineError as error:
        # Somebody opened it in another terminal at the same moment.
        if "is already in use by container" not in error.message:
            raise
