"""A codespace as the twin knows it, and as GitHub's API describes it."""

from __future__ import annotations

import asyncio
import secrets
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from pytest_cloudlab.twin.github import account, names
from pytest_cloudlab.twin.github.catalogue import DEFAULT_LOCATION, GEOS, LOCATIONS, MACHINES
from pytest_cloudlab.twin.github.errors import invalid

IDLE_MINUTES, LEAST_IDLE, MOST_IDLE = 30, 5, 240
RETENTION_MINUTES, MOST_RETENTION = 43_200, 43_200
DISPLAY_NAME_CHARS = 48
GOING = ("Queued", "Provisioning", "Starting", "Available")

FIELDS = (
    *("ref", "location", "geo", "client_ip", "machine", "devcontainer_path", "working_directory"),
    *("multi_repo_permissions_opt_out", "idle_timeout_minutes", "display_name", "retention_period_minutes"),
    *("repository_id", "permissions_opt_out", "vscs_target", "vscs_target_url"),
)
"""What a request for one may say; the last ones only gh does."""


@dataclass
class Codespace:
    """Times are Unix seconds. All but `busy` outlives the twin's process."""

    name: str
    repository: str
    """`owner/name`"""
    ref: str
    machine: str
    location: str
    display_name: str
    devcontainer: str | None
    idle_minutes: int
    retention_minutes: int
    created: float
    used: float
    """When it was last used; while it runs, when that was last noticed."""
    state: str = "Queued"
    stopped: float = 0
    """When it was stopped; 0 while it runs."""
    number: int = field(default_factory=lambda: secrets.randbelow(2**31))
    environment_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    visibility: dict[str, str] = field(default_factory=dict)
    """By port: `public`, `org`; what is not named is `private`."""
    busy: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False, compare=False)

    @property
    def workspace(self) -> str:
        return f"/workspaces/{self.repository.partition('/')[2]}"

    @property
    def idle_ends(self) -> float:
        return self.used + self.idle_minutes * 60

    @property
    def retention_ends(self) -> float | None:
        """None while it runs."""
        return self.stopped + self.retention_minutes * 60 if self.stopped else None

    def plain(self) -> dict[str, Any]:
        """As JSON data; `Codespace(**plain)` is the same again."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name != "busy"}

    def resource(self) -> dict[str, Any]:
        url, web = f"{account.API}/user/codespaces/{self.name}", f"https://{self.name}.github.dev"
        owner = account.user(account.LOGIN)
        return {
            "id": self.number,
            "name": self.name,
            "display_name": self.display_name,
            "environment_id": self.environment_id,
            "owner": owner,
            "billable_owner": owner,
            "repository": account.repository(self.repository),
            # Real ones have none before they are provisioned.
            "machine": None if self.state == "Queued" else MACHINES[self.machine],
            "devcontainer_path": self.devcontainer,
            "prebuild": False,
            "created_at": _told(self.created),
            "updated_at": _told(self.used),
            "last_used_at": _told(self.used),
            "state": self.state,
            "url": url,
            "git_status": {
                "ahead": 0,
                "behind": 0,
                "has_unpushed_changes": False,
                "has_uncommitted_changes": False,
                "ref": self.ref,
            },
            "location": self.location,
            "idle_timeout_minutes": self.idle_minutes,
            "retention_period_minutes": self.retention_minutes,
            "retention_expires_at": None if self.retention_ends is None else _told(self.retention_ends),
            "web_url": web,
            "machines_url": f"{url}/machines",
            "start_url": f"{url}/start",
            "stop_url": f"{url}/stop",
            "pulls_url": None,
            "recent_folders": [],
            "pending_operation": False,
        }


def asked(
    body: Mapping[str, Any],
    repository: str,
    devcontainers: Collection[str],
    taken: Collection[str],
    now: float,
) -> Codespace:
    """The codespace that a request asks for. Raises `GithubError` 422 for what GitHub does not take."""
    for name in body:
        if name not in FIELDS:
            raise invalid(name, "unprocessable", f"{name} is not a permitted key")
    ref = _text(body, "ref").removeprefix("refs/heads/") or account.BRANCH
    if ref != account.BRANCH:
        raise invalid("ref", "invalid", f"{ref} is no branch of {repository}")
    machine = _text(body, "machine") or next(iter(MACHINES))
    if machine not in MACHINES:
        raise invalid("machine", "invalid", f"{machine} is no machine for {repository}")
    location = GEOS.get(_text(body, "geo"), _text(body, "location")) or DEFAULT_LOCATION
    if location not in LOCATIONS:
        raise invalid("location")
    devcontainer = _text(body, "devcontainer_path") or next(iter(devcontainers), None)
    if devcontainer is not None and devcontainer not in devcontainers:
        raise invalid("devcontainer_path", "invalid", f"{devcontainer} is not in {repository}")
    display_name = display_name_of(body)
    words, name = names.new(taken)
    return Codespace(
        name=name,
        repository=repository,
        ref=ref,
        machine=machine,
        location=location,
        display_name=display_name or words,
        devcontainer=devcontainer,
        idle_minutes=_minutes(body, "idle_timeout_minutes", IDLE_MINUTES, LEAST_IDLE, MOST_IDLE),
        retention_minutes=_minutes(body, "retention_period_minutes", RETENTION_MINUTES, 0, MOST_RETENTION),
        created=now,
        used=now,
    )


def display_name_of(body: Mapping[str, Any]) -> str:
    name = _text(body, "display_name")
    if len(name) > DISPLAY_NAME_CHARS:
        raise invalid("display_name", "too_long", f"is too long (maximum is {DISPLAY_NAME_CHARS} characters)")
    return name


def _text(body: Mapping[str, Any], key: str) -> str:
    value = body.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise invalid(key)
    return value


def _minutes(body: Mapping[str, Any], key: str, default: int, least: int, most: int) -> int:
    value = body.get(key)
    if value is None:
        return default
    if type(value) is not int or not least <= value <= most:
        raise invalid(key, "invalid", f"must be a whole number from {least} to {most}")
    return value


def _told(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
