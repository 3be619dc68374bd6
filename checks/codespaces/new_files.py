"""Files of the workspace that the repository did not bring."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from fnmatch import fnmatchcase

from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.targets import Target

LOOK_S = 60
VIRTUAL_ENVIRONMENT = "pyvenv.cfg"
# Libraries would only fill the list. What is staged or committed since the codespace was made is new too;
# a git or a branch that cannot tell is no reason to fail.
_LIST = """cd %s && git() { command git -c safe.directory='*' "$@"; } &&
git ls-files -z --others --exclude-standard -x site-packages -x node_modules && {
  git diff -z --name-only --no-renames --no-ext-diff --diff-filter=A --merge-base %s ||
  git diff -z --name-only --no-renames --no-ext-diff --diff-filter=A --cached; } 2>/dev/null"""


def new_files(machine: Target, workspace: str, branch: str) -> list[str]:
    """Paths from the workspace, without those of virtual environments. Ignored files are not among them.

    Raises `CouldNotLook` when git does not tell, and what `Target.run` raises.
    """
    found = machine.run(_LIST, workspace, f"origin/{branch}", timeout_s=LOOK_S)
    if not found.ok:
        said = (found.error_text.splitlines() or ["no message"])[-1][:300]
        raise CouldNotLook(f"git does not tell what is new in {workspace}: {said}")
    names = found.stdout.decode("utf-8", "surrogateescape").split("\0")
    # One that ends with a slash is another repository.
    paths = sorted({name for name in names if name and not name.endswith("/")})
    folders = {posixpath.dirname(path) for path in paths if posixpath.basename(path) == VIRTUAL_ENVIRONMENT}
    # Where the whole workspace is one, its files cannot be told from others.
    inside = tuple(f"{folder}/" for folder in folders if folder)
    return [path for path in paths if not path.startswith(inside)]


def made_here(path: str, patterns: Sequence[str]) -> bool:
    """Whether the name of the file, or of a folder that it is in, matches one of `patterns`.

    >>> made_here(".vscode/settings.json", [".*"])
    True
    """
    return any(fnmatchcase(part.lower(), pattern) for part in path.split("/") for pattern in patterns)


def shown(path: str) -> str:
    """The path as text that can be shown and stored, whatever bytes it holds."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(each if each.isprintable() else "?" for each in text)[:200]
