"""Who docker is signed in as at a registry: its `config.json`, or the helper that this names."""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytest_cloudlab.errors import Forbidden
from pytest_cloudlab.redaction import register_secret

FILE_BYTES = 1024 * 1024
HELPER_S = 10
_HELPER = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def docker_login(host: str) -> tuple[str, str]:
    """User and password of `docker login HOST`; the password is registered as a secret.

    Raises `Forbidden` where docker is not signed in there.
    """
    document = _config()
    helpers, auths = _table(document, "credHelpers"), _table(document, "auths")
    helper = str(helpers.get(host) or document.get("credsStore") or "")
    user, password = _from_helper(helper, host) if helper else _from_file(_table(auths, host))
    if not user or not password:
        raise Forbidden(f"docker is not signed in to {host} on this machine", remedy=f"docker login {host}")
    register_secret(password)
    return user, password


def _config() -> dict[str, Any]:
    folder = os.environ.get("DOCKER_CONFIG")
    file = (Path(folder) if folder else Path.home() / ".docker") / "config.json"
    try:
        with file.open("rb") as opened:
            document = json.loads(opened.read(FILE_BYTES))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        raise Forbidden(
            f"docker's {file} cannot be read", remedy="Mend or remove it, and log in again."
        ) from None
    return document if isinstance(document, dict) else {}


def _table(document: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = document.get(key)
    return value if isinstance(value, dict) else {}


def _from_file(entry: Mapping[str, Any]) -> tuple[str, str]:
    try:
        user, _, password = base64.b64decode(str(entry.get("auth") or "")).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password.rstrip("\0")


def _from_helper(name: str, host: str) -> tuple[str, str]:
    if not _HELPER.fullmatch(name):
        return "", ""
    try:
        done = subprocess.run(
            (f"docker-credential-{name}", "get"), input=host.encode(), capture_output=True, timeout=HELPER_S
        )
        said = json.loads(done.stdout[:FILE_BYTES]) if done.returncode == 0 else {}
    except (OSError, subprocess.TimeoutExpired, ValueError, RecursionError):
        return "", ""
    return (
        (str(said.get("Username", "")), str(said.get("Secret", ""))) if isinstance(said, dict) else ("", "")
    )
