"""What a companion's own scripts may leave behind, by their source."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from pytest_cloudlab.material.companions.missing import Missing
from pytest_cloudlab.material.companions.outputs import Reach
from pytest_cloudlab.material.companions.shown import written_in
from pytest_cloudlab.material.companions.whereabouts import Spot
from pytest_cloudlab.material.shell.command import Command

if TYPE_CHECKING:
    from pytest_cloudlab.material.companions.walker import Run

_NAME = re.compile(r"[\w-]{1,80}(?:\.[\w-]{1,20}){1,3}")
_GENERATES = re.compile(
    r"\b(?:unzip|tar|git|cookiecutter|copier|curl|wget|startproject|npm|npx|cp|mv|rsync|zipfile|tarfile|extractall"
    r"|unpack_archive|jinja2|snapshot_download|hf_hub_download|kaggle|dvc)\b"
)
MOST_NAMES = 5000


def reach_of_script(reach: Reach, run: Run | None, command: Command, spot: Spot, missing: Missing) -> Reach:
    """Of a command that runs a script: what its source shows, where that lies here, else `reach`.

    Names in a Makefile or a shell script are taken for files that it makes.
    """
    text = None
    if run is not None:
        text = run.companion.text(run.path)
    elif command.program == "make" and spot.companion is not None:
        text = spot.companion.text(posixpath.join(spot.path, "Makefile"))
    if text is None:
        return reach
    if run is not None and run.path.endswith(".py"):
        for name in written_in(text):
            missing.make(name)
    else:
        for match, _ in zip(_NAME.finditer(text), range(MOST_NAMES), strict=False):
            missing.make(match.group())
    return Reach.SOME if _GENERATES.search(text) else Reach.FILES
