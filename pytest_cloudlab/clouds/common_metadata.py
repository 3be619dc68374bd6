"""What Compute Engine hands to every VM of a project: its common metadata."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from pytest_cloudlab.clouds.engine_api import EngineApi
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.waiting import Deadline

DEADLINE_S = 60.0
AGAIN_S = 0.2


class CommonMetadata:
    """The common metadata of one project, e.g. `CommonMetadata("sdd2526").items()["ssh-keys"]`.

    All raise `Forbidden`, `Unreachable`, and `UsageError` in the API's own words for what it rejects.
    """

    def __init__(self, project: str, *, credentials: Any = None, deadline_s: float = DEADLINE_S) -> None:
        self.project = project
        self._deadline_s = deadline_s
        self._api = EngineApi(credentials)

    def items(self) -> dict[str, str]:
        self._api.load()
        found = self._get(Deadline.after(self._deadline_s))
        return {item.key: item.value for item in found.items}

    def add_key(self, user: str, public_key: str) -> None:
        """Let `public_key` open all VMs of the project as `user`, beside the keys that do already; and have
        the VMs publish their host keys."""
        line = f"{user}:{public_key}"

        def with_key(items: Mapping[str, str]) -> dict[str, str]:
            lines = items.get("ssh-keys", "").splitlines()
            keys = lines if line in lines else [*lines, line]
            return {**items, "ssh-keys": "\n".join(keys), "enable-guest-attributes": "TRUE"}

        self._change(with_key)

    def _change(self, change: Callable[[Mapping[str, str]], dict[str, str]]) -> None:
        self._api.load()
        deadline = Deadline.after(self._deadline_s)
        while True:
            found = self._get(deadline)
            before = {item.key: item.value for item in found.items}
            after = change(before)
            if after == before:
                return
            try:
                self._set(after, found.fingerprint, deadline)
                return
            except UsageError as error:
                # Everybody's gcloud writes there too; who comes second looks again.
                if "fingerprint" not in error.message or deadline.passed:
                    raise
                time.sleep(AGAIN_S)

    def _get(self, deadline: Deadline) -> Any:
        request = {"project": self.project}
        what = f"project {self.project}"
        return self._api.call("ProjectsClient", "get", request, what, deadline).common_instance_metadata

    def _set(self, items: Mapping[str, str], fingerprint: str, deadline: Deadline) -> None:
        what = f"common metadata of project {self.project}"
        resource = {
            "fingerprint": fingerprint,
            "items": [{"key": key, "value": value} for key, value in items.items()],
        }
        request: dict[str, Any] = {
            "project": self.project,
            "metadata_resource": resource,
            "request_id": str(uuid.uuid4()),
        }
        operation = self._api.call(
            "ProjectsClient", "set_common_instance_metadata_unary", request, what, deadline
        )
        self._api.finish(operation, self.project, {}, what, deadline)
