"""Where a training script has left its model, and since when there was anything to leave it in."""

from __future__ import annotations

from datetime import UTC, datetime
from fnmatch import fnmatchcase
from posixpath import basename

from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.redaction import plain
from pytest_cloudlab.targets import Target

DEEPEST = 6
MOST_FILES = 50
OTHER_NAMES = ("*.pt", "*.pth")
"""What people call models; named when the agreed one is not there."""
# A folder with a pyvenv.cfg is a virtual environment, whose packages bring models of their own.
FIND = (
    f"LC_ALL=C find %s -mindepth 1 -maxdepth {DEEPEST} "
    r"\( -name .git -o -name node_modules -o -name site-packages \) -prune "
    r"-o -type d -exec test -e {}/pyvenv.cfg \; -prune "
    r"-o ! -type d \( -name %s -o -name %s -o -name %s \) -exec stat -L -c '%%Y|%%n' {} + 2>/dev/null "
    f"| sort -rn | head -n {MOST_FILES}"
)


def newest_model(machine: Target, folder: str, name: str) -> str:
    """The path of the file called `name` that was written last, anywhere in `folder`.

    Raises `NotFound`, saying what else there is that may be a model, and what `Target.run` raises.
    """
    lines = machine.run(FIND, folder, name, *OTHER_NAMES).stdout.decode("utf-8", "surrogateescape")
    paths = [path for line in lines.splitlines() if (path := line.partition("|")[2])]
    for path in paths:
        if fnmatchcase(basename(path), name):
            return path
    found = f"; there is {plain(paths[0].removeprefix(folder).lstrip('/'), 100)}" if paths else ""
    raise NotFound(
        f"There is no file {name} in {folder}{found}.",
        remedy="Run the training script there with --save-model, and wait for its last line.",
    )


def clone_made(machine: Target, folder: str) -> datetime:
    """When the clone in `folder` was made: by files that Git writes then and never again.

    A disk that was moved has younger files and keeps their times, so the earliest of all counts.
    Raises `CouldNotLook`, and what `Target.run` raises.
    """
    git = f"{folder}/.git"
    told = machine.run("stat -c %%W -- %s; stat -c '%%W %%Y' -- %s", git, f"{git}/description").text
    times = [int(word) for word in told.split() if word.isascii() and word.isdigit() and len(word) < 12]
    if not any(times):
        raise CouldNotLook(f"nothing tells when the codespace was created: {git} has lost its oldest files")
    return datetime.fromtimestamp(min(filter(None, times)), UTC)
