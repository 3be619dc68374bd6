"""The kinds of object that the cluster knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Object = dict[str, Any]
Column = tuple[str, str, int, Callable[[Object], Any]]
"""Name, type, priority (0 is always shown), and the cell of an object."""


@dataclass(frozen=True)
class Kind:
    plural: str
    kind: str
    short: tuple[str, ...]
    group: str = ""
    namespaced: bool = True
    verbs: tuple[str, ...] = ("create", "delete", "get", "list", "patch", "watch")

    @property
    def api_version(self) -> str:
        return f"{self.group}/v1" if self.group else "v1"

    @property
    def base(self) -> str:
        return f"/apis/{self.group}/v1" if self.group else "/api/v1"


NAMESPACES = Kind("namespaces", "Namespace", ("ns",), namespaced=False)
PODS = Kind("pods", "Pod", ("po",))
CLAIMS = Kind("persistentvolumeclaims", "PersistentVolumeClaim", ("pvc",))
EVENTS = Kind("events", "Event", ("ev",), verbs=("get", "list", "watch"))
STATEFUL_SETS = Kind("statefulsets", "StatefulSet", ("sts",), group="apps")

ALL = (NAMESPACES, PODS, CLAIMS, EVENTS, STATEFUL_SETS)


def name_of(item: Object) -> str:
    return str(item["metadata"]["name"])


def namespace_of(item: Object) -> str:
    return str(item["metadata"].get("namespace", ""))


def controller_of(item: Object) -> str:
    """The uid of what makes this object anew; empty when nothing does."""
    owners = item["metadata"].get("ownerReferences", ())
    return next((str(one["uid"]) for one in owners if one.get("controller")), "")
