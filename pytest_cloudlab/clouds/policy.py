"""Asks Resource Manager who has which role in a project."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pytest_cloudlab.clouds.credentials import TokenSource
from pytest_cloudlab.clouds.http import Http
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.waiting import Deadline

ADDRESS = "https://cloudresourcemanager.googleapis.com/v3"
API = "Cloud Resource Manager API"
DOCUMENT_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class Binding:
    role: str
    """e.g. `roles/editor`."""
    members: frozenset[str]
    """As the policy writes them: `user:alice@example.com`, `group:…`, `domain:…`, `serviceAccount:…`."""
    condition: str = ""
    """The expression that must hold; empty when the role is given without one."""


@dataclass(frozen=True)
class Policy:
    """Who has which role. Nobody looks into groups and domains here: they stay the members they are."""

    project: str
    bindings: tuple[Binding, ...]

    def members(self, role: str) -> frozenset[str]:
        """Who has the role without any condition, e.g. `members("roles/editor")`."""
        return self._of(each for each in self.bindings if each.role == role and not each.condition)

    def conditional(self, role: str) -> frozenset[str]:
        """Who has the role only while a condition holds."""
        return self._of(each for each in self.bindings if each.role == role and each.condition)

    def holds(self, member: str, role: str) -> bool:
        """Whether that member itself has the role without any condition; case does not matter."""
        return member.casefold() in {each.casefold() for each in self.members(role)}

    def _of(self, bindings: Iterable[Binding]) -> frozenset[str]:
        return frozenset(member for each in bindings for member in each.members)


def policy(project: str, token: TokenSource, *, deadline_s: float = 20) -> Policy:
    """The project's IAM policy as it is now.

    Raises `Forbidden`, also for a project that does not exist (Google does not tell the difference),
    `Unreachable` or `TooMuch`.
    """
    http = Http()
    try:
        answer = http.ask(
            "POST",
            f"{ADDRESS}/projects/{quote(project, safe='')}:getIamPolicy",
            headers={"Authorization": f"Bearer {token()}", "Content-Type": "application/json"},
            # Older versions hide conditions behind roles of other names.
            body=json.dumps({"options": {"requestedPolicyVersion": 3}}).encode(),
            deadline=Deadline.after(deadline_s),
            take=lambda reply: reply.whole(DOCUMENT_BYTES),
        )
    finally:
        http.close()
    if not answer.ok:
        raise answer.refusal(f"the policy of project {project}", API)
    document = answer.json()
    # Every policy has one; an answer without is somebody else's.
    if not isinstance(document, dict) or not isinstance(document.get("etag"), str):
        raise answer.unexpected(API)
    bindings = document.get("bindings", [])
    if not isinstance(bindings, list):
        raise _unreadable(project)
    return Policy(project, tuple(_binding(each, project) for each in bindings))


def _binding(item: Any, project: str) -> Binding:
    try:
        role, members, condition = item["role"], item.get("members", []), item.get("condition")
        if not isinstance(role, str) or not all(isinstance(member, str) for member in members):
            raise TypeError(role)
        expression = str(condition["expression"]) if condition is not None else ""
        # A condition that says nothing is still no plain grant.
        return Binding(role, frozenset(members), expression or ("?" if condition is not None else ""))
    except (AttributeError, KeyError, TypeError) as error:
        raise _unreadable(project) from error


def _unreadable(project: str) -> CouldNotLook:
    return CouldNotLook(f"{API}: the policy of project {project} comes in a form that cannot be read")
