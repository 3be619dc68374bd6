"""Start a twin, find a running one, take one up again, and take everything of it away."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.twin import launch
from pytest_cloudlab.twin.asked import Asked
from pytest_cloudlab.twin.engine import remove_all, require_engine
from pytest_cloudlab.twin.git_host import require_git
from pytest_cloudlab.twin.images import Progress, ensure_images
from pytest_cloudlab.twin.lock import alone
from pytest_cloudlab.twin.registry_store import require_binary
from pytest_cloudlab.twin.state import Files, Settings, TwinInfo

READY_S = 60


def up(
    state: Path,
    *,
    project: str | None = None,
    zones: Sequence[str] | None = None,
    buckets: Mapping[str, Path] | None = None,
    repositories: Mapping[str, Path] | None = None,
    port: int = 0,
    bodies: bool | None = None,
    progress: Progress = lambda _: None,
    within_s: float = READY_S,
) -> TwinInfo:
    """See to it that a twin with these settings runs on the files in `state`; returns when it answers.

    A new one is made where there is none. One whose process has ended is taken up again with all it had:
    its id, port, token, certificate authority, VMs, images. One that runs is returned as it is.

    `buckets` maps a bucket's name to the folder it serves, `repositories` an `owner/name` to the folder
    served as `https://github.com/owner/name.git`; `port` 0 is any free one. With `bodies` the request log
    keeps JSON bodies too. Images that are missing are built first, which takes about a minute once and does
    not count towards `within_s`.

    Raises `UsageError` when the twin that is there has other settings, the port is taken, or something is
    not installed.
    """
    asked = Asked(project, zones, buckets, repositories, port, bodies)
    if repositories:
        require_git()
    files = Files(state.resolve())
    if info := _running(files, asked):
        return info
    require_binary()
    require_engine()
    if not files.settings.exists() and files.folder.exists() and any(files.folder.iterdir()):
        raise UsageError(f"{files.folder} is not empty.", remedy="Name a folder of the twin's own.")
    files.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with alone(files.folder):
        if info := _running(files, asked):
            return info
        if files.settings.exists():
            asked.require_agreement(_settings(files), files.read_info())
            progress("Taking up the twin that was there")
            return _again(files, progress, within_s)
        try:
            ensure_images(progress)
            progress("Starting the twin")
            files.write(files.settings, asked.new())
            return launch.start(files, within_s)
        except BaseException:
            _remove(files)
            raise


def status(state: Path) -> TwinInfo | None:
    """The twin that runs there; None when there is none, or only what an ended one left."""
    info = Files(state.resolve()).read_info()
    return info if info and info.alive else None


def restart(state: Path, *, progress: Progress = lambda _: None, within_s: float = READY_S) -> TwinInfo:
    """End the twin's process and start it again; everything in the twin stays.

    Starts it, too, where it had ended. Raises `UsageError` when there is no twin.
    """
    files = Files(state.resolve())
    if not files.settings.exists():
        raise UsageError(f"There is no twin in {files.folder}.", remedy="Start one: cloudlab twin up")
    require_binary()
    require_engine()
    with alone(files.folder):
        _settings(files)
        return _again(files, progress, within_s)


def down(state: Path) -> None:
    """End the twin and remove its containers, their volumes, its network and its files.

    Does the same for one that died; nothing when there is none.
    """
    files = Files(state.resolve())
    with contextlib.suppress(FileNotFoundError), alone(files.folder):
        if files.settings.exists():
            _remove(files)


def _running(files: Files, asked: Asked) -> TwinInfo | None:
    info = status(files.folder)
    if info:
        asked.require_agreement(_settings(files), info)
    return info


def _settings(files: Files) -> Settings:
    settings = files.read_settings()
    if settings is None:
        raise UsageError(f"{files.settings} cannot be read.", remedy=f"Remove {files.folder} by hand.")
    return settings


def _again(files: Files, progress: Progress, within_s: float) -> TwinInfo:
    """What was there is the user's: when this fails, it is left as it was found."""
    # After a crash, a docker command of the former process may still be at work.
    if info := files.read_info():
        launch.end(info)
    ensure_images(progress)
    progress("Starting the twin")
    return launch.start(files, within_s)


def _remove(files: Files) -> None:
    if info := files.read_info():
        launch.end(info)
    if files.settings.exists():
        remove_all(_settings(files).label)
    shutil.rmtree(files.folder)
