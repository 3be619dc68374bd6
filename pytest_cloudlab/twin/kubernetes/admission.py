"""What becomes of an object that somebody asks for: refused, or completed as the API server would."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Collection
from typing import Any

from pytest_cloudlab.twin.kubernetes import pod_spec
from pytest_cloudlab.twin.kubernetes.errors import KubeError, invalid
from pytest_cloudlab.twin.kubernetes.kinds import CLAIMS, NAMESPACES, PODS, STATEFUL_SETS, Kind, Object
from pytest_cloudlab.twin.kubernetes.moment import now

NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
NAME_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
    "start and end with an alphanumeric character"
)
MODES = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
QUANTITY = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?(m|[kMGTPE]|[KMGTPE]i)?")
STORAGE_CLASS = "standard"

_META = {
    "name", "generateName", "namespace", "labels", "annotations", "ownerReferences", "finalizers",
    "creationTimestamp", "uid", "resourceVersion", "generation", "managedFields", "selfLink",
}  # fmt: skip
_TOP = {"apiVersion", "kind", "metadata", "spec", "status"}
_SPECS = {
    CLAIMS.plural: {"accessModes", "resources", "storageClassName", "volumeMode", "volumeName", "selector"},
    NAMESPACES.plural: {"finalizers"},
    STATEFUL_SETS.plural: {
        "replicas", "selector", "serviceName", "template", "podManagementPolicy", "updateStrategy",
        "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy",
    },
}  # fmt: skip


def admitted(kind: Kind, body: Any, namespace: str, *, strict: bool) -> Object:
    """That object as it is created. Raises `KubeError` 400 or 422."""
    if not isinstance(body, dict) or not isinstance(body.get("metadata"), dict):
        raise KubeError(400, f"the object provided is unrecognized (must be of type {kind.kind})")
    told = body.get("apiVersion", kind.api_version), body.get("kind", kind.kind)
    if told != (kind.api_version, kind.kind):
        raise KubeError(400, f"the API version or kind in the data ({told[0]}, {told[1]}) does not match")
    if strict:
        _refuse_unknown(kind, body)
    meta = dict(body["metadata"])
    if meta.get("namespace", namespace) != namespace:
        said = "the namespace of the provided object does not match the namespace sent on the request"
        raise KubeError(400, said)
    name = meta.get("name") or (
        f"{meta.get('generateName')}{secrets.token_hex(3)[:5]}" if meta.get("generateName") else ""
    )
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise invalid(kind.kind, str(name), [("metadata.name", f'Invalid value: "{name}": {NAME_RULE}')])
    item: Object = {
        "apiVersion": kind.api_version,
        "kind": kind.kind,
        "metadata": {
            "name": name,
            **({"namespace": namespace} if kind.namespaced else {}),
            "uid": str(uuid.uuid4()),
            "creationTimestamp": now(),
            **{
                key: meta[key]
                for key in ("generateName", "labels", "annotations", "ownerReferences")
                if meta.get(key)
            },
        },
        "spec": dict(body.get("spec") or {}),
    }
    _COMPLETE[kind.plural](item)
    return item


def _refuse_unknown(kind: Kind, body: Object) -> None:
    """kubectl leaves the search for misspelt fields to the server."""
    found = _unknown(body, _TOP, "") + _unknown(body["metadata"], _META, "metadata.")
    spec = body.get("spec") or {}
    if kind is PODS:
        found += pod_spec.unknown(spec, "spec.")
    else:
        found += _unknown(spec, _SPECS[kind.plural], "spec.")
        if kind is STATEFUL_SETS:
            found += pod_spec.unknown((spec.get("template") or {}).get("spec") or {}, "spec.template.spec.")
    if found:
        said = ", ".join(f'unknown field "{field}"' for field in found)
        raise KubeError(
            400,
            f'{kind.kind} in version "v1" cannot be handled as a {kind.kind}: strict decoding error: {said}',
        )


def _unknown(told: Any, known: Collection[str], where: str) -> list[str]:
    return [f"{where}{key}" for key in told if key not in known] if isinstance(told, dict) else []


def _object(item: Object, key: str) -> Object:
    value = item.get(key)
    return value if isinstance(value, dict) else {}


def _namespace(item: Object) -> None:
    item["metadata"].setdefault("labels", {})["kubernetes.io/metadata.name"] = item["metadata"]["name"]
    item["spec"] = {"finalizers": ["kubernetes"]}
    item["status"] = {"phase": "Active"}


def _pod(item: Object) -> None:
    name = item["metadata"]["name"]
    if causes := pod_spec.causes(item["spec"], "spec"):
        raise invalid("Pod", name, causes)
    item["spec"] = pod_spec.completed(item["spec"])
    item["status"] = {"phase": "Pending", "qosClass": pod_spec.quality(item["spec"])}


def _claim(item: Object) -> None:
    spec, name = item["spec"], item["metadata"]["name"]
    asked = str(((spec.get("resources") or {}).get("requests") or {}).get("storage", ""))
    modes = spec.get("accessModes") or []
    causes = []
    if not modes or any(mode not in MODES for mode in modes):
        causes.append(("spec.accessModes", "Required value: at least 1 access mode is required"))
    if not QUANTITY.fullmatch(asked):
        causes.append(("spec.resources[storage]", "Required value"))
    if causes:
        raise invalid("PersistentVolumeClaim", name, causes)
    volume = f"pvc-{item['metadata']['uid']}"
    item["spec"] = {
        "accessModes": modes,
        "resources": {"requests": {"storage": asked}},
        "volumeName": volume,
        "storageClassName": spec.get("storageClassName") or STORAGE_CLASS,
        "volumeMode": "Filesystem",
    }
    item["metadata"]["finalizers"] = ["kubernetes.io/pvc-protection"]
    item["metadata"].setdefault("annotations", {})["pv.kubernetes.io/bind-completed"] = "yes"
    item["status"] = {"phase": "Bound", "accessModes": modes, "capacity": {"storage": asked}}


def _stateful_set(item: Object) -> None:
    spec, name = item["spec"], item["metadata"]["name"]
    template = _object(spec, "template")
    inner = _object(template, "spec")
    labels = (template.get("metadata") or {}).get("labels") or {}
    wanted = (spec.get("selector") or {}).get("matchLabels") or {}
    causes = pod_spec.causes(inner, "spec.template.spec")
    if not wanted or any(labels.get(key) != value for key, value in wanted.items()):
        causes.append(
            ("spec.template.metadata.labels", "Invalid value: `selector` does not match template `labels`")
        )
    replicas = spec.get("replicas", 1)
    if type(replicas) is not int or not 0 <= replicas <= 20:
        causes.append(("spec.replicas", "Invalid value: must be from 0 to 20 here"))
    if causes:
        raise invalid("StatefulSet", name, causes)
    item["metadata"]["generation"] = 1
    item["spec"] = {
        "replicas": replicas,
        "selector": {"matchLabels": wanted},
        "serviceName": spec.get("serviceName", ""),
        "podManagementPolicy": spec.get("podManagementPolicy", "OrderedReady"),
        "updateStrategy": spec.get("updateStrategy") or {"type": "RollingUpdate"},
        "revisionHistoryLimit": 10,
        "template": {"metadata": template["metadata"], "spec": pod_spec.completed(inner)},
    }
    item["status"] = {"replicas": 0, "availableReplicas": 0, "observedGeneration": 1}


_COMPLETE = {
    NAMESPACES.plural: _namespace,
    PODS.plural: _pod,
    CLAIMS.plural: _claim,
    STATEFUL_SETS.plural: _stateful_set,
}
