"""Operations: a change is answered at once and done in the background."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from pytest_cloudlab.errors import CloudlabError
from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.compute.links import link, new_id, now
from pytest_cloudlab.twin.compute.resources import GLOBAL, Resource, place_of

WAIT_S = 120
"""The longest that `wait` holds its caller, as on the real cloud."""

KEPT = 200
"""As many of the last are there after a restart."""

_log = logging.getLogger(__name__)


class Operations:
    """All operations of one project. `changed` is called when one starts and when one ends."""

    def __init__(self, project: str, changed: Callable[[], None] = lambda: None) -> None:
        self._project = project
        self._changed = changed
        self._operations: dict[tuple[str, str], Resource] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(
        self, kind: str, work: Awaitable[None], *, target: str, target_id: str, place: str = ""
    ) -> Resource:
        """Do `work` in the background; returns the operation. It is where its target is."""
        name = f"operation-{time.time_ns() // 1_000_000}-{new_id()}"
        place = place or place_of(target)
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
            "selfLink": link(self._project, place, "operations", name),
        }
        if place != GLOBAL:
            operation[place.partition("/")[0].removesuffix("s")] = link(self._project, place)
        self._operations[place, name] = operation
        task = asyncio.create_task(self._finish(operation, work))
        self._tasks[name] = task
        task.add_done_callback(lambda _: self._tasks.pop(name, None))
        self._changed()
        return dict(operation)

    def get(self, place: str, name: str) -> Resource:
        """Raises `ApiError` 404."""
        try:
            return dict(self._operations[place, name])
        except KeyError:
            raise ApiError(
                404, f"The resource 'projects/{self._project}/{place}/operations/{name}' was not found"
            ) from None

    async def wait(self, place: str, name: str) -> Resource:
        """The operation when it is done, or as it is after `WAIT_S`."""
        self.get(place, name)
        if task := self._tasks.get(name):
            await asyncio.wait([task], timeout=WAIT_S)
        return self.get(place, name)

    def at(self, place: str) -> list[Resource]:
        return [dict(operation) for (where, _), operation in self._operations.items() if where == place]

    def kept(self) -> list[Resource]:
        return list(self._operations.values())[-KEPT:]

    def restore(self, kept: Sequence[Resource]) -> None:
        """Those of an earlier process. What it had not done, nobody does any more."""
        for operation in kept:
            if operation["status"] != "DONE":
                _fail(operation, 503, "INTERNAL_ERROR", "The twin ended before this was done.")
                operation |= {"status": "DONE", "progress": 100, "endTime": now()}
            self._operations[place_of(operation["selfLink"]), operation["name"]] = operation

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
            self._changed()


def _fail(operation: Resource, status: int, code: str, message: str) -> None:
    operation["error"] = {"errors": [{"code": code, "message": message}]}
    operation["httpErrorStatusCode"] = status
    said = {400: "BAD REQUEST", 403: "FORBIDDEN", 404: "NOT FOUND"}
    operation["httpErrorMessage"] = said.get(status, "SERVICE UNAVAILABLE")


async def nothing() -> None:
    """Work that is done when it is asked for."""
