"""Operations: a change is answered at once and done in the background."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable
from typing import Any

from pytest_cloudlab.errors import CloudlabError
from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.compute.links import link, new_id, now

WAIT_S = 120
"""The longest that `wait` holds its caller, as on the real cloud."""

Resource = dict[str, Any]
_log = logging.getLogger(__name__)


class Operations:
    """All operations of one project."""

    def __init__(self, project: str) -> None:
        self._project = project
        self._operations: dict[tuple[str, str], Resource] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(
        self, kind: str, work: Awaitable[None], *, target: str, target_id: str, zone: str = ""
    ) -> Resource:
        """Do `work` in the background; returns the operation. Global when it has no zone."""
        name = f"operation-{time.time_ns() // 1_000_000}-{new_id()}"
        where = ("zones", zone) if zone else ("global",)
        operation: Resource = {
            "kind": "compute#operation",
            "id": new_id(),
            "name": name,
            "operationType": kind,
            "targetLink": target,
            "targetId": target_id,
            "status": "RUNNING",
            "user": f"student@{self._project}.example",
            "progress": 0,
            "insertTime": now(),
            "startTime": now(),
            "selfLink": link(self._project, *where, "operations", name),
        }
        if zone:
            operation["zone"] = link(self._project, "zones", zone)
        self._operations[zone, name] = operation
        task = asyncio.create_task(self._finish(operation, work))
        self._tasks[name] = task
        task.add_done_callback(lambda _: self._tasks.pop(name, None))
        return dict(operation)

    def get(self, zone: str, name: str) -> Resource:
        """Raises `ApiError` 404."""
        try:
            return dict(self._operations[zone, name])
        except KeyError:
            where = f"zones/{zone}" if zone else "global"
            raise ApiError(
                404, f"The resource 'projects/{self._project}/{where}/operations/{name}' was not found"
            ) from None

    async def wait(self, zone: str, name: str) -> Resource:
        """The operation when it is done, or as it is after `WAIT_S`."""
        self.get(zone, name)
        if task := self._tasks.get(name):
            await asyncio.wait([task], timeout=WAIT_S)
        return self.get(zone, name)

    def all(self, zone: str) -> list[Resource]:
        return [dict(operation) for (where, _), operation in self._operations.items() if where == zone]

    async def close(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _finish(self, operation: Resource, work: Awaitable[None]) -> None:
        try:
            await work
        except ApiError as error:
            _fail(operation, error.status, error.reason.upper(), error.message)
        except CloudlabError as error:
            _log.error("%s of %s: %s", operation["operationType"], operation["targetLink"], error)
            _fail(operation, 503, "INTERNAL_ERROR", str(error))
        except Exception as error:
            _log.exception("%s of %s", operation["operationType"], operation["targetLink"])
            _fail(operation, 503, "INTERNAL_ERROR", f"{type(error).__name__}: {error}")
        finally:
            operation |= {"status": "DONE", "progress": 100, "endTime": now()}


def _fail(operation: Resource, status: int, code: str, message: str) -> None:
    operation["error"] = {"errors": [{"code": code, "message": message}]}
    operation["httpErrorStatusCode"] = status
    operation["httpErrorMessage"] = {400: "BAD REQUEST", 404: "NOT FOUND"}.get(status, "SERVICE UNAVAILABLE")
