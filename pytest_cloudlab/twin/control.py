"""Start a twin, find a running one, and take everything of it away again."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from pytest_cloudlab.errors import TimedOut, UsageError
from pytest_cloudlab.twin import process
from pytest_cloudlab.twin.engine import remove_all, require_engine
from pytest_cloudlab.twin.images import Progress, ensure_images
from pytest_cloudlab.twin.registry_store import require_binary
from pytest_cloudlab.twin.state import DEFAULT_ZONES, Files, Settings, TwinInfo
from pytest_cloudlab.waiting import Deadline, NotYet, until

READY_S = 60
END_S = 15

BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")
PROJECT = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")
ZONE = re.compile(r"[a-z]+-[a-z]+[0-9]+-[a-z]")


def up(
    state: Path,
    *,
    project: str = "cloudlab-twin",
    zones: Sequence[str] = DEFAULT_ZONES,
    buckets: Mapping[str, Path] | None = None,
    port: int = 0,
    progress: Progress = lambda _: None,
    within_s: float = READY_S,
) -> TwinInfo:
    """Start a twin that keeps its files in `state`; returns when it answers.

    `buckets` maps a bucket's name to the folder it serves; `port` 0 is any free one. Images that are
    missing are built first, which takes about a minute once and does not count towards `within_s`.

    Raises `UsageError` when a twin runs there already, the port is taken, or something is not installed.
    """
    files = Files(state.resolve())
    settings = _settings(project, zones, buckets or {}, port)
    if running := status(state):
        raise UsageError(
            f"A twin runs there already: {files.folder}, port {running.port}.",
            remedy="Use it, take it down first, or name another folder.",
        )
    require_binary()
    require_engine()
    if files.settings.exists():
        progress("Removing what an earlier twin left behind")
        down(state)
    if files.folder.exists() and any(files.folder.iterdir()):
        raise UsageError(f"{files.folder} is not empty.", remedy="Name a folder of the twin's own.")
    ensure_images(progress)
    progress("Starting the twin")
    files.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    files.write(files.settings, settings)
    try:
        return _start(files, within_s)
    except BaseException:
        down(state)
        raise


def status(state: Path) -> TwinInfo | None:
    """The twin that runs there; None when there is none, or only what a dead one left."""
    info = Files(state.resolve()).read_info()
    return info if info and info.alive else None


def down(state: Path) -> None:
    """End the twin and remove its containers, their volumes, its network and its files.

    Does the same for one that died; nothing when there is none.
    """
    files = Files(state.resolve())
    settings, info = files.read_settings(), files.read_info()
    if info:
        _end(info)
    if settings:
        remove_all(settings.label)
    elif files.settings.exists():
        raise UsageError(f"{files.settings} cannot be read.", remedy=f"Remove {files.folder} by hand.")
    else:
        return
    shutil.rmtree(files.folder)


def _settings(project: str, zones: Sequence[str], buckets: Mapping[str, Path], port: int) -> Settings:
    if not PROJECT.fullmatch(project):
        raise UsageError(
            f"{project!r} is not a project's name.", remedy="Use 6 to 30 of a-z, 0-9 and hyphens."
        )
    if not zones or (bad := [zone for zone in zones if not ZONE.fullmatch(zone)]):
        raise UsageError(f"Not a zone: {bad if zones else 'none given'}.", remedy="Like europe-west1-b.")
    for name, folder in buckets.items():
        if not BUCKET.fullmatch(name):
            raise UsageError(
                f"{name!r} is not a bucket's name.", remedy="Use 3 to 63 of a-z, 0-9, -, _ and dots."
            )
        if not folder.is_dir():
            raise UsageError(
                f"Bucket {name}: {folder} is not a folder.", remedy="Name the folder it shall serve."
            )
    return Settings(
        id=secrets.token_hex(4),
        project=project,
        zones=tuple(zones),
        buckets={name: str(folder.resolve()) for name, folder in buckets.items()},
        port=port,
        token=f"ya29.twin-{secrets.token_urlsafe(32)}",
        refresh_token=f"1//twin-{secrets.token_urlsafe(32)}",
    )


def _start(files: Files, within_s: float) -> TwinInfo:
    with files.log.open("wb") as log:
        child = subprocess.Popen(
            (sys.executable, "-m", "pytest_cloudlab.twin", "--state", str(files.folder)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # It outlives the terminal it was started from.
            start_new_session=True,
            cwd="/",
            env=_without_twin(),
        )

    def ready(_: Deadline) -> TwinInfo:
        if child.poll() is not None:
            raise UsageError(f"The twin ended at once: {_last_words(files.log)}", remedy="Is the port free?")
        if info := files.read_info():
            return info
        raise NotYet(_last_words(files.log) or "nothing in its log")

    try:
        info = until(ready, what="The twin answers", within_s=within_s, longest_pause_s=0.1)
    except (TimedOut, KeyboardInterrupt):
        child.kill()
        child.wait()
        raise
    # It is nobody's child to wait for any more.
    child.returncode = 0
    return info


def _end(info: TwinInfo) -> None:
    process.end(info.pid, info.pid_start, signal.SIGTERM)

    def ended(_: Deadline) -> None:
        if info.alive:
            raise NotYet(f"process {info.pid} runs")

    try:
        until(ended, what="The twin ends", within_s=END_S, longest_pause_s=0.1)
    except TimedOut:
        process.end(info.pid, info.pid_start, signal.SIGKILL)


def _without_twin() -> dict[str, str]:
    """The environment of the new process: a twin that is itself behind a twin would serve nobody."""
    ours = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
    return {name: value for name, value in os.environ.items() if name not in ours}


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return " ".join(lines[-2:])
