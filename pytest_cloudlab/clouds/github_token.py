"""The token that GitHub's own command line would use here."""

from __future__ import annotations

import os
import subprocess

from pytest_cloudlab.errors import CouldNotLook

VARIABLES = ("GH_TOKEN", "GITHUB_TOKEN")
TIMEOUT_S = 10
TOKEN_CHARS = 1000


def github_token() -> str:
    """That of the environment, else the one that gh keeps. Raises `CouldNotLook` when there is none."""
    token = next(filter(None, map(os.environ.get, VARIABLES)), None) or _kept_by_gh()
    if not token:
        raise CouldNotLook("no GitHub token: `gh auth login --scopes codespace`, or set GH_TOKEN")
    return token


def _kept_by_gh() -> str:
    argv = ("gh", "auth", "token", "--hostname", "github.com")
    try:
        said = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    token = said.stdout.decode("ascii", "replace").strip()
    return token if said.returncode == 0 and token.isprintable() and len(token) <= TOKEN_CHARS else ""
