"""What this machine already knows: gcloud's configuration, the environment, git's name."""

from __future__ import annotations

import configparser
import contextlib
import getpass
import subprocess
from collections.abc import Mapping
from pathlib import Path

MAX_BYTES = 64 * 1024
GIT_S = 5


def proposals(env: Mapping[str, str], home: Path) -> dict[str, str]:
    """By question, what may be the answer; empty or missing where nothing is known."""
    gcloud = _gcloud(env, home)
    project = env.get("CLOUDSDK_CORE_PROJECT") or env.get("GOOGLE_CLOUD_PROJECT")
    return {
        "name": _git_name(),
        "email": env.get("CLOUDSDK_CORE_ACCOUNT") or gcloud.get("core.account", ""),
        "project": project or gcloud.get("core.project", ""),
        "registry": "eu.gcr.io/{project}",
        "bucket": "",
        "zones": env.get("CLOUDSDK_COMPUTE_ZONE") or gcloud.get("compute.zone", ""),
        "ssh_user": _user(),
        # Where `gcloud compute ssh` makes it.
        "ssh_key": "~/.ssh/google_compute_engine",
    }


def _gcloud(env: Mapping[str, str], home: Path) -> dict[str, str]:
    """Properties of the configuration in force, such as `core.project`; asking gcloud takes a second."""
    folder = Path(env.get("CLOUDSDK_CONFIG") or home / ".config" / "gcloud")
    name = env.get("CLOUDSDK_ACTIVE_CONFIG_NAME") or _read(folder / "active_config").strip() or "default"
    if "/" in name:
        return {}
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(_read(folder / "configurations" / f"config_{name}"))
    except configparser.Error:
        return {}
    return {f"{part}.{key}": value for part in parser.sections() for key, value in parser[part].items()}


def _read(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES).decode(errors="replace")
    except OSError:
        return ""


def _git_name() -> str:
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        argv = ["git", "config", "--get", "user.name"]
        said = subprocess.run(argv, capture_output=True, timeout=GIT_S, stdin=subprocess.DEVNULL)
        name = said.stdout[:MAX_BYTES].decode(errors="replace").strip()
        return name if name.isprintable() else ""
    return ""


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return ""
