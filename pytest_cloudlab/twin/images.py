"""The images of a twin and its labs: a base, the machine, and stand-ins for what cannot be pulled.

Built here, once for each content of their folders; nothing is pulled but the base, where that works.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.twin.ca import machine_bundle
from pytest_cloudlab.twin.engine import EngineError, docker

BASE = "cloudlab/debian:bookworm"
ALWAYS = ("machine", "python")
"""The images of every twin; a lab's surroundings ask for what else they need."""
FOLDER = Path(__file__).parent / "images"
BYTECODE = "__pycache__"
PULL_S = 60
BUILD_S = 1200

Progress = Callable[[str], None]

BASE_DOCKERFILE = b"""FROM debian:bookworm-slim
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends python3 ca-certificates \\
 && rm -rf /var/lib/apt/lists/*
"""


@functools.cache
def image(name: str) -> str:
    """The tag of one of our images, e.g. `cloudlab/machine:0f3a…`: it changes with its folder's content
    and with the certificates this machine trusts, which go into it."""
    digest = hashlib.sha256(machine_bundle())
    # An installer leaves the bytecode of Python files beside them.
    for file in sorted(each for each in (FOLDER / name).iterdir() if each.is_file()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return f"cloudlab/{name}:{digest.hexdigest()[:12]}"


def ensure_images(progress: Progress, names: Sequence[str] = ALWAYS) -> None:
    """Build what is not there yet; about a minute the first time, nothing afterwards.

    Raises `UsageError` when an image cannot be built.
    """
    if all(_exists(image(name)) for name in names):
        return
    with one_at_a_time():
        _ensure_base(progress)
        for name in names:
            if not _exists(image(name)):
                progress(f"Building {image(name)}")
                _build(name)


def cache_folder() -> Path:
    """Where this machine keeps what every twin can use again."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cloudlab"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two twins that start together must not build the same thing twice."""
    with (cache_folder() / "images.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _exists(tag: str) -> bool:
    return bool(docker("images", "--quiet", tag).strip())


def _build(name: str) -> None:
    with tempfile.TemporaryDirectory(prefix="cloudlab-build-") as context:
        shutil.copytree(FOLDER / name, context, dirs_exist_ok=True, ignore=shutil.ignore_patterns(BYTECODE))
        Path(context, "machine-ca.crt").write_bytes(machine_bundle())
        try:
            docker("build", "--network", "host", "--tag", image(name), context, within_s=BUILD_S)
        except EngineError as error:
            raise UsageError(
                f"The twin's {name} image cannot be built: {error.message}",
                remedy=f"See why with `docker build {FOLDER / name}`; it needs a Debian package index.",
            ) from None


def _ensure_base(progress: Progress) -> None:
    if _exists(BASE):
        return
    progress(f"Making the base image {BASE}")
    try:
        docker("pull", "--quiet", "debian:bookworm-slim", within_s=PULL_S)
        docker("build", "--network", "host", "--tag", BASE, "-", stdin=BASE_DOCKERFILE, within_s=BUILD_S)
    except EngineError as error:
        progress(f"debian:bookworm-slim cannot be pulled ({error.message}); bootstrapping one")
        _bootstrap_base()


def _bootstrap_base() -> None:
    if not shutil.which("mmdebstrap"):
        raise UsageError(
            f"{BASE} can neither be pulled nor made: mmdebstrap is not installed.",
            remedy="Run `docker pull debian:bookworm-slim`, or install mmdebstrap, and try again.",
        )
    with tempfile.TemporaryDirectory(prefix="cloudlab-base-") as folder:
        archive = Path(folder, "base.tar")
        argv = (
            "mmdebstrap",
            "--variant=minbase",
            "--include=python3,ca-certificates",
            "bookworm",
            str(archive),
        )
        try:
            subprocess.run(argv, check=True, capture_output=True, timeout=BUILD_S)
            docker("import", str(archive), BASE, within_s=BUILD_S)
        except (subprocess.SubprocessError, EngineError) as error:
            raise UsageError(
                f"The base image {BASE} cannot be made: {error}", remedy="Does `mmdebstrap` work by hand?"
            ) from None
