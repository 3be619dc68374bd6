"""A machine of the twin: a container with its own Docker engine and SSH server.

The same image serves as a VM and as a member's codespace.
"""

from __future__ import annotations

import contextlib
import functools
import shutil
from pathlib import Path

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.twin.engine import EngineError, docker
from pytest_cloudlab.twin.environment import at_github
from pytest_cloudlab.twin.images import image
from pytest_cloudlab.twin.state import TwinInfo

MACHINE_IMAGE = image("machine")

# An engine inside a container needs nearly all of `--privileged`, which fails on machines whose own
# engine lacks CAP_SYS_RESOURCE; this narrower set works on both kinds.
CAPABILITIES = (
    "--cap-add=ALL",
    "--cap-drop=SYS_RESOURCE",
    "--security-opt=seccomp=unconfined",
    "--security-opt=apparmor=unconfined",
    "--security-opt=systempaths=unconfined",
    "--device-cgroup-rule=a *:* rwm",
)


def machine_run_options() -> tuple[str, ...]:
    """What `docker run` needs for `MACHINE_IMAGE`, besides a network, a name and the environment.

    No command has to follow; one that does replaces `sleep infinity` and starts after the boot script.
    """
    return (
        # Someone has to reap what sessions leave behind.
        "--init",
        # An overlay cannot be stacked on an overlay.
        "--volume=/var/lib/docker",
        *CAPABILITIES,
        *_sdk_mount(),
    )


def machine_environment(info: TwinInfo) -> dict[str, str]:
    """The variables for a machine of that twin. Secret: hand them over in the environment of the docker
    command (`--env NAME`), never in its arguments."""
    return {**info.container_environment(), **at_github(info)}


def wait_until_ready(name: str, *, within_s: float = 30, engine: bool = True) -> None:
    """Return when the container's SSH server, and with `engine` its Docker engine, answers.

    Raises `EngineError` saying what its engine's log said last.
    """
    args = ("exec", name, "cloudlab-ready", str(int(within_s)), *(("docker",) if engine else ()))
    docker(*args, within_s=within_s + 5)


@functools.cache
def why_machines_fail() -> str:
    """Why this machine cannot run machines; empty when it can. Tries one."""
    name = f"cloudlab-probe-{id(object()):x}"
    try:
        docker(
            "run",
            "--detach",
            "--rm",
            "--name",
            name,
            *machine_run_options(),
            MACHINE_IMAGE,
            "timeout",
            "60",
            "sleep",
            "60",
        )
        wait_until_ready(name, within_s=20)
    except (EngineError, UsageError) as error:
        return error.message
    finally:
        with contextlib.suppress(EngineError):
            docker("rm", "--force", "--volumes", name)
    return ""


@functools.cache
def sdk_folder() -> Path | None:
    """Google's SDK on this machine, if there is one."""
    gcloud = shutil.which("gcloud")
    if not gcloud:
        return None
    folder = Path(gcloud).resolve().parent.parent
    return folder if (folder / "lib" / "googlecloudsdk").is_dir() else None


def _sdk_mount() -> tuple[str, ...]:
    """`gcloud` and `gsutil` then work in there too."""
    folder = sdk_folder()
    return (f"--volume={folder}:/usr/lib/google-cloud-sdk:ro",) if folder else ()
