"""A cloud project as its owner handles it in a rehearsal: who may do what, and its registry."""

from __future__ import annotations

import json
from typing import Any

from pytest_cloudlab.clouds import artifacts, policy
from pytest_cloudlab.clouds.answer import Answer
from pytest_cloudlab.clouds.credentials import access_token
from pytest_cloudlab.clouds.http import Http
from pytest_cloudlab.waiting import Deadline, NotYet, until

TIMEOUT_S = 20.0
MAX_BYTES = 1 << 20
EDITOR, OWNER, VIEWER = "roles/editor", "roles/owner", "roles/viewer"


class Project:
    """Every method leaves things as it says, whatever they were before."""

    def __init__(self, name: str) -> None:
        self.name = name

    def give(self, member: str, role: str) -> None:
        """Let `member`, such as `user:ada@example.com`, have `role` and no other basic role."""
        address = f"{policy.ADDRESS}/projects/{self.name}"
        found = self._ask("POST", f"{address}:getIamPolicy", {"options": {"requestedPolicyVersion": 3}})
        bindings = [
            {**one, "members": [other for other in one["members"] if other != member]}
            if one["role"] in (EDITOR, OWNER, VIEWER)
            else one
            for one in found.get("bindings", [])
        ]
        changed = {**found, "bindings": [*bindings, {"role": role, "members": [member]}]}
        self._ask("POST", f"{address}:setIamPolicy", {"policy": changed})

    def own(self, member: str) -> None:
        """Whoever creates a project owns it."""
        self.give(member, OWNER)

    def create_registry(self, host: str) -> None:
        """The Docker repository behind a host of Container Registry's, such as `eu.gcr.io`."""
        address = f"{artifacts.ADDRESS}/{self._location(host)}/repositories?repositoryId={host}"
        self._wait(self._ask("POST", address, {"format": "DOCKER"}, unless=409))

    def delete_registry(self, host: str) -> None:
        """With all that is in it."""
        address = f"{artifacts.ADDRESS}/{self._location(host)}/repositories/{host}"
        self._wait(self._ask("DELETE", address, unless=404))

    def _location(self, host: str) -> str:
        return f"projects/{self.name}/locations/{artifacts.GCR[host]}"

    def _wait(self, operation: dict[str, Any]) -> None:
        def attempt(deadline: Deadline) -> None:
            found = self._ask("GET", f"{artifacts.ADDRESS}/{operation['name']}")
            if not found.get("done"):
                raise NotYet("it goes on")

        if operation:
            until(attempt, what="The registry's operation has ended", within_s=TIMEOUT_S)

    def _ask(
        self, method: str, address: str, body: dict[str, Any] | None = None, *, unless: int = 0
    ) -> dict[str, Any]:
        """The answer; an empty one for the status `unless`. Raises what is right for any other refusal."""
        http = Http()
        try:
            answer: Answer = http.ask(
                method,
                address,
                headers={"Authorization": f"Bearer {access_token()}", "Content-Type": "application/json"},
                body=None if body is None else json.dumps(body).encode(),
                deadline=Deadline.after(TIMEOUT_S),
                take=lambda reply: reply.whole(MAX_BYTES),
            )
        finally:
            http.close()
        if answer.status == unless:
            return {}
        if not answer.ok:
            raise answer.refusal(address, "the cloud")
        found: dict[str, Any] = answer.json()
        return found
