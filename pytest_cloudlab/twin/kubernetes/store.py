"""All objects of the cluster, their versions, and who watches them."""

from __future__ import annotations

import asyncio
import copy
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from pytest_cloudlab.twin.kubernetes.errors import KubeError, not_found
from pytest_cloudlab.twin.kubernetes.kinds import ALL, Kind, Object, name_of, namespace_of
from pytest_cloudlab.twin.saved import Saved

SERVICE = "kubernetes"
HISTORY = 2000
EVENTS = 500
"""Of the oldest beyond these, nobody is told any more."""


@dataclass(frozen=True)
class Change:
    type: Literal["ADDED", "MODIFIED", "DELETED"]
    kind: Kind
    item: Object
    version: int


class Store:
    def __init__(self, saved: Saved) -> None:
        self._saved = saved
        kept = saved.read(SERVICE)
        self.version = int(kept.get("version", 1))
        self._items: dict[str, dict[tuple[str, str], Object]] = {kind.plural: {} for kind in ALL}
        for plural, items in kept.get("items", {}).items():
            self._items[plural] = {(namespace_of(one), name_of(one)): one for one in items}
        self._began = self.version
        self._history: deque[Change] = deque(maxlen=HISTORY)
        self._watchers: set[asyncio.Queue[Change]] = set()

    def find(self, kind: Kind, namespace: str, name: str) -> Object | None:
        return self._items[kind.plural].get((namespace, name))

    def get(self, kind: Kind, namespace: str, name: str) -> Object:
        """Raises `KubeError` 404."""
        found = self.find(kind, namespace, name)
        if found is None:
            raise not_found(kind.plural, name, kind.group)
        return found

    def all(self, kind: Kind, namespace: str = "") -> list[Object]:
        """Of one namespace, or of all; by name, but for events: the oldest first."""
        found = [one for key, one in self._items[kind.plural].items() if namespace in ("", key[0])]
        if kind.plural == "events":
            return found
        return sorted(found, key=lambda one: (namespace_of(one), name_of(one)))

    def put(self, kind: Kind, item: Object) -> Object:
        """It is there from now on, as it is now."""
        items, key = self._items[kind.plural], (namespace_of(item), name_of(item))
        known = key in items
        items[key] = item
        self._tell("MODIFIED" if known else "ADDED", kind, item)
        if kind.plural == "events" and len(items) > EVENTS:
            del items[next(iter(items))]
        return item

    def remove(self, kind: Kind, item: Object) -> None:
        """Nothing happens to one that is gone, or whose name another one has by now."""
        items, key = self._items[kind.plural], (namespace_of(item), name_of(item))
        if items.get(key) is item:
            del items[key]
            self._tell("DELETED", kind, item)

    @contextmanager
    def watching(self) -> Iterator[asyncio.Queue[Change]]:
        """What changes from now on."""
        queue: asyncio.Queue[Change] = asyncio.Queue()
        self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)

    def since(self, version: int) -> list[Change]:
        """What has changed after that version. Raises `KubeError` 410 when it is too long ago."""
        oldest = self._history[0].version if len(self._history) == HISTORY else self._began
        if version < oldest - 1:
            raise KubeError(410, f"too old resource version: {version} ({oldest})")
        return [change for change in self._history if change.version > version]

    def _tell(self, what: Literal["ADDED", "MODIFIED", "DELETED"], kind: Kind, item: Object) -> None:
        self.version += 1
        item["metadata"]["resourceVersion"] = str(self.version)
        change = Change(what, kind, copy.deepcopy(item), self.version)
        self._history.append(change)
        for queue in self._watchers:
            queue.put_nowait(change)
        items = {plural: list(items.values()) for plural, items in self._items.items()}
        self._saved.write(SERVICE, {"version": self.version, "items": items})
