"""Lists as kubectl shows them: the server makes the columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytest_cloudlab.twin.kubernetes.kinds import Column, Kind, Object, name_of
from pytest_cloudlab.twin.kubernetes.moment import age


def wanted(accept: str) -> bool:
    return "as=Table" in accept


def table(kind: Kind, items: Sequence[Object], version: int) -> Object:
    columns = COLUMNS[kind.plural]
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {"resourceVersion": str(version)},
        "columnDefinitions": [
            {
                "name": name,
                "type": type_,
                "format": "name" if name == "Name" else "",
                "description": f"{name} of the {kind.kind}.",
                "priority": priority,
            }
            for name, type_, priority, _ in columns
        ],
        "rows": [
            {"cells": [cell(item) for _, _, _, cell in columns], "object": _metadata_of(item)}
            for item in items
        ],
    }


def _metadata_of(item: Object) -> Object:
    return {
        "kind": "PartialObjectMetadata",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": item["metadata"],
    }


def _age(item: Object) -> str:
    return age(item["metadata"].get("creationTimestamp", ""))


def _statuses(pod: Object) -> list[dict[str, Any]]:
    return list(pod["status"].get("containerStatuses", ()))


def _ready(pod: Object) -> str:
    return f"{sum(one['ready'] for one in _statuses(pod))}/{len(pod['spec']['containers'])}"


def pod_status(pod: Object) -> str:
    """What kubectl shows as STATUS: the phase, or what keeps a container from running."""
    if "deletionTimestamp" in pod["metadata"]:
        return "Terminating"
    said = str(pod["status"].get("reason") or pod["status"]["phase"])
    for one in reversed(_statuses(pod)):
        for state in ("waiting", "terminated"):
            inner = one["state"].get(state)
            if inner is not None:
                said = inner.get("reason") or said
    return said


def _restarts(pod: Object) -> str:
    return str(sum(one["restartCount"] for one in _statuses(pod)))


def _volume_modes(claim: Object) -> str:
    short = {
        "ReadWriteOnce": "RWO",
        "ReadOnlyMany": "ROX",
        "ReadWriteMany": "RWX",
        "ReadWriteOncePod": "RWOP",
    }
    return ",".join(short.get(mode, mode) for mode in claim["spec"].get("accessModes", ()))


_NAME: Column = ("Name", "string", 0, name_of)
_AGE: Column = ("Age", "string", 0, _age)

COLUMNS: dict[str, tuple[Column, ...]] = {
    "namespaces": (_NAME, ("Status", "string", 0, lambda one: one["status"]["phase"]), _AGE),
    "pods": (
        _NAME,
        ("Ready", "string", 0, _ready),
        ("Status", "string", 0, pod_status),
        ("Restarts", "string", 0, _restarts),
        _AGE,
        ("IP", "string", 1, lambda pod: pod["status"].get("podIP") or "<none>"),
        ("Node", "string", 1, lambda pod: pod["spec"].get("nodeName") or "<none>"),
        ("Nominated Node", "string", 1, lambda _: "<none>"),
        ("Readiness Gates", "string", 1, lambda _: "<none>"),
    ),
    "persistentvolumeclaims": (
        _NAME,
        ("Status", "string", 0, lambda one: one["status"]["phase"]),
        ("Volume", "string", 0, lambda one: one["spec"].get("volumeName", "")),
        ("Capacity", "string", 0, lambda one: one["status"].get("capacity", {}).get("storage", "")),
        ("Access Modes", "string", 0, _volume_modes),
        ("StorageClass", "string", 0, lambda one: one["spec"].get("storageClassName", "")),
        ("VolumeAttributesClass", "string", 0, lambda _: "<unset>"),
        _AGE,
        ("VolumeMode", "string", 1, lambda one: one["spec"].get("volumeMode", "")),
    ),
    "events": (
        ("Last Seen", "string", 0, lambda one: age(one.get("lastTimestamp", ""))),
        ("Type", "string", 0, lambda one: one["type"]),
        ("Reason", "string", 0, lambda one: one["reason"]),
        (
            "Object",
            "string",
            0,
            lambda one: f"{one['involvedObject']['kind'].lower()}/{one['involvedObject']['name']}",
        ),
        ("Message", "string", 0, lambda one: one["message"]),
        ("Count", "string", 1, lambda one: str(one.get("count", 1))),
        ("Name", "string", 1, name_of),
    ),
    "statefulsets": (
        _NAME,
        (
            "Ready",
            "string",
            0,
            lambda one: f"{one['status'].get('readyReplicas', 0)}/{one['spec']['replicas']}",
        ),
        _AGE,
        (
            "Containers",
            "string",
            1,
            lambda one: ",".join(c["name"] for c in one["spec"]["template"]["spec"]["containers"]),
        ),
        (
            "Images",
            "string",
            1,
            lambda one: ",".join(c["image"] for c in one["spec"]["template"]["spec"]["containers"]),
        ),
    ),
}
