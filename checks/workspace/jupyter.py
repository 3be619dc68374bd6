"""JupyterLab as its visitors meet it: the token that its log shows, and what it answers to it."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from pytest_cloudlab.checks.workspace.doors import Secrets
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.redaction import register_secret

TOKEN = re.compile(r"/(?:lab|tree)?\?token=([0-9A-Za-z_-]{16,200})")
STARTED = re.compile(r"Jupyter Server \S+ is running at|Serving notebooks from local directory")
SERVED = re.compile(r"Serving notebooks from local directory: (/.*?)[ \t]*\r?$", re.MULTILINE)
REFUSED = (401, 403)


def token(log: str) -> Secrets:
    """Headers that show the newest token of the log. Raises `NotFound` where it shows none, and
    `CouldNotLook` where its beginning is gone: a node keeps the newest part of a long log only."""
    found = TOKEN.findall(log)
    for each in found:
        register_secret(each)
    if not found and not STARTED.search(log):
        raise CouldNotLook(
            "JupyterLab's log does not show its start, where its token stands",
            remedy="Stop the workspace and start it again: that begins a new log.",
        )
    if not found:
        raise NotFound(
            "JupyterLab's log shows no address with a token in it.",
            remedy="Start the workspace with JupyterLab's own token: give it none, and do not switch it off.",
        )
    return Secrets({"Authorization": f"token {found[-1]}"})


def notebook_directory(log: str) -> str:
    """The folder that it serves, as its log says. Raises `CouldNotLook` where it does not."""
    found = SERVED.findall(log)
    if not found:
        raise CouldNotLook("JupyterLab's log does not say which folder it serves")
    return str(found[-1])


def document(body: str | bytes) -> dict[str, Any]:
    """The JSON object that an answer is; empty when it is none."""
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return {}


def version(body: str | bytes) -> str:
    """What Jupyter says under `api`, whoever asks; empty when it is not Jupyter who answers."""
    found = document(body).get("version")
    return found[:40] if isinstance(found, str) and re.match(r"\d+\.", found) else ""
