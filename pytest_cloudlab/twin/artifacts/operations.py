"""Long-running operations of Artifact Registry: answered as begun, found done by who asks again."""

from __future__ import annotations

import uuid
from typing import Any

from pytest_cloudlab.twin.rpc_error import GONE, RpcError
from pytest_cloudlab.twin.saved import Saved

KEPT = 200
TYPE = "type.googleapis.com/google.devtools.artifactregistry.v1"
NOTHING = {"@type": "type.googleapis.com/google.protobuf.Empty"}

Resource = dict[str, Any]


class Operations:
    def __init__(self, saved: Saved) -> None:
        self._saved = saved
        self._done: dict[str, Resource] = saved.read("artifactregistry-operations")

    def finished(self, parent: str, response: Resource) -> Resource:
        """Keep what has been done below `parent`; returns the operation as its caller gets it."""
        name = f"{parent}/operations/{uuid.uuid4()}"
        begun: Resource = {"name": name, "metadata": {"@type": f"{TYPE}.OperationMetadata"}}
        self._done[name] = {**begun, "done": True, "response": response}
        for old in list(self._done)[:-KEPT]:
            del self._done[old]
        self._saved.write("artifactregistry-operations", self._done)
        return begun

    def get(self, name: str) -> Resource:
        """Raises `RpcError` 404."""
        if name not in self._done:
            raise RpcError(404, GONE)
        return self._done[name]
