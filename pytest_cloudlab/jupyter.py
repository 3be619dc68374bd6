"""Jupyter servers on a machine: the records they leave there, and what they answer through a tunnel."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

from pytest_cloudlab.redaction import register_secret
from pytest_cloudlab.targets import Target
from pytest_cloudlab.webpage import Page, fetch_through

RECORDS = 20
"""The newest; dead servers may have left any number."""
RECORD_BYTES = 16_384
REFUSED = (401, 403)
SENT_TO_SIGN_IN = (301, 302, 303, 307, 308)

# The record of a server is named for its process. Where it is, the server's own rules say: the same for
# its terminal and for us, unless the variables were set in that terminal only.
_FIND = rf"""
{{
  timeout 10 jupyter --runtime-dir 2>/dev/null | head -c 4096
  printf '%s\n' "$JUPYTER_RUNTIME_DIR" "${{JUPYTER_DATA_DIR:+$JUPYTER_DATA_DIR/runtime}}" \
    "${{XDG_DATA_HOME:-$HOME/.local/share}}/jupyter/runtime"
}} | while IFS= read -r folder; do
  [ -z "$folder" ] || ls -t -- "$folder"/jpserver-*.json "$folder"/nbserver-*.json 2>/dev/null
done | head -n {10 * RECORDS} | {{
  left={RECORDS}
  while IFS= read -r file && [ "$left" -gt 0 ]; do
    process=${{file##*-}}
    process=${{process%.json}}
    case $process in ''|*[!0-9]*) continue ;; esac
    [ -f "$file" ] && [ -d "/proc/$process" ] || continue
    head -c {RECORD_BYTES} -- "$file"
    printf '\0'
    left=$((left - 1))
  done
}}
"""

Text = Annotated[str, msgspec.Meta(max_length=4096)]


class _Record(msgspec.Struct):
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)]
    base_url: Annotated[str, msgspec.Meta(pattern=r"^/([A-Za-z0-9._~@%+-]+/)*\Z", max_length=200)] = "/"
    token: Annotated[str, msgspec.Meta(pattern=r"^[!-~]*\Z", max_length=1024)] = ""
    root_dir: Text = ""
    notebook_dir: Text = ""
    """What servers of old call it."""


@dataclass(frozen=True)
class Jupyter:
    """A server, as its own record describes it."""

    port: int
    base_url: str
    """Begins and ends with a slash."""
    root_dir: str
    """The folder that it serves."""
    headers: _Headers
    """They show its token."""

    @property
    def has_token(self) -> bool:
        return bool(self.headers)


class _Headers(dict[str, str]):
    """For sending only: nothing that prints it shows it."""

    def __repr__(self) -> str:
        return "<headers>"


def running(machine: Target) -> list[Jupyter]:
    """The servers that run on `machine`; of several in one folder, the newest first. What is no server's
    record counts for nothing."""
    said = machine.run(_FIND, timeout_s=30, max_bytes=2 * RECORDS * RECORD_BYTES)
    return [one for each in dict.fromkeys(said.stdout.split(b"\0")) if (one := _read(each))]


def _read(record: bytes) -> Jupyter | None:
    try:
        found = msgspec.json.decode(record, type=_Record)
    except (msgspec.DecodeError, RecursionError):
        return None
    register_secret(found.token)
    return Jupyter(
        found.port,
        found.base_url,
        found.root_dir or found.notebook_dir,
        _Headers({"Authorization": f"token {found.token}"} if found.token else {}),
    )


@dataclass(frozen=True)
class Door:
    """A tunnel to `port` of `machine`, behind which there may be a Jupyter."""

    machine: Target
    port: int
    url: str
    base_url: str = "/"

    def ask(self, path: str, jupyter: Jupyter | None = None) -> Page:
        """The answer of whoever is there; shown the token of `jupyter`, if given.

        Raises what `fetch_through` does.
        """
        headers = jupyter.headers if jupyter else None
        return fetch_through(self.machine, self.url + f"{self.base_url}{path}", self.port, headers=headers)


def version(page: Page) -> str:
    """What Jupyter says under `api`, whoever asks; empty when it is not Jupyter who answers."""
    found = document(page).get("version") if page.status == 200 else ""
    return found[:40] if isinstance(found, str) and re.match(r"\d+\.", found) else ""


def document(page: Page) -> dict[str, Any]:
    """The JSON object that a page is; empty when it is none."""
    try:
        return msgspec.json.decode(page.body, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return {}
