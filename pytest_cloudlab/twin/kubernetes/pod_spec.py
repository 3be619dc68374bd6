"""The specification of a pod: what is known of it, what is wrong with it, and what is added to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")

_POD = {
    "containers", "initContainers", "volumes", "restartPolicy", "terminationGracePeriodSeconds", "nodeName",
    "hostname", "subdomain", "hostNetwork", "hostPID", "hostIPC", "securityContext", "serviceAccountName",
    "serviceAccount", "automountServiceAccountToken", "dnsPolicy", "dnsConfig", "schedulerName",
    "nodeSelector", "affinity", "tolerations", "imagePullSecrets", "enableServiceLinks", "priority",
    "priorityClassName", "preemptionPolicy", "activeDeadlineSeconds", "hostAliases", "runtimeClassName",
    "shareProcessNamespace", "topologySpreadConstraints", "os", "overhead", "hostUsers",
}  # fmt: skip
_CONTAINER = {
    "name", "image", "imagePullPolicy", "command", "args", "env", "envFrom", "workingDir", "ports",
    "resources", "volumeMounts", "volumeDevices", "securityContext", "livenessProbe", "readinessProbe",
    "startupProbe", "lifecycle", "stdin", "stdinOnce", "tty", "terminationMessagePath",
    "terminationMessagePolicy", "resizePolicy", "restartPolicy",
}  # fmt: skip
_MOUNT = {"name", "mountPath", "readOnly", "subPath", "subPathExpr", "mountPropagation", "recursiveReadOnly"}
SOURCES = ("persistentVolumeClaim", "emptyDir", "hostPath")
"""The kinds of volume that the twin knows."""

_NOT_HERE = {"initContainers": "init containers", "ephemeralContainers": "ephemeral containers"}
_NOT_IN_A_CONTAINER = ("envFrom", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle")
FIELDS = {
    "metadata.name": lambda pod: pod["metadata"]["name"],
    "metadata.namespace": lambda pod: pod["metadata"]["namespace"],
    "metadata.uid": lambda pod: pod["metadata"]["uid"],
    "spec.nodeName": lambda pod: pod["spec"]["nodeName"],
}
"""What an environment variable may be taken from."""


def unknown(spec: Any, where: str) -> list[str]:
    """The fields that no pod has, in dotted form."""
    if not isinstance(spec, dict):
        return []
    found = [f"{where}{key}" for key in spec if key not in _POD]
    for number, one in enumerate(_items(spec, "containers")):
        inner = f"{where}containers[{number}]."
        found += [f"{inner}{key}" for key in one if key not in _CONTAINER]
        for count, mount in enumerate(_items(one, "volumeMounts")):
            found += [f"{inner}volumeMounts[{count}].{key}" for key in mount if key not in _MOUNT]
    return found


def causes(spec: Json, where: str) -> list[tuple[str, str]]:
    """What is wrong with it: field and reason. What the twin cannot do is refused, not ignored."""
    found: list[tuple[str, str]] = []
    volumes = {str(one.get("name")): one for one in _items(spec, "volumes")}
    for volume, one in volumes.items():
        if not NAME.fullmatch(volume):
            found.append((f"{where}.volumes", f'Invalid value: "{volume}"'))
        if not any(one.get(source) is not None for source in SOURCES):
            said = f"Forbidden: the twin knows volumes of the kinds {', '.join(SOURCES)} only"
            found.append((f"{where}.volumes[{volume}]", said))
    for field, what in _NOT_HERE.items():
        if spec.get(field):
            found.append((f"{where}.{field}", f"Forbidden: the twin runs no {what}"))
    names: set[str] = set()
    for number, one in enumerate(_items(spec, "containers")):
        inner = f"{where}.containers[{number}]"
        name = one.get("name")
        if not isinstance(name, str) or not NAME.fullmatch(name):
            found.append((f"{inner}.name", "Required value" if not name else f'Invalid value: "{name}"'))
        elif name in names:
            found.append((f"{inner}.name", f'Duplicate value: "{name}"'))
        names.add(str(name))
        found += _container_causes(one, inner, volumes)
    if not names:
        found.append((f"{where}.containers", "Required value"))
    grace = spec.get("terminationGracePeriodSeconds", 30)
    if type(grace) is not int or grace < 0:
        found.append((f"{where}.terminationGracePeriodSeconds", f"Invalid value: {grace}"))
    found += _user_causes(spec, where)
    if spec.get("restartPolicy", "Always") not in ("Always", "OnFailure", "Never"):
        found.append((f"{where}.restartPolicy", f'Unsupported value: "{spec["restartPolicy"]}"'))
    return found


def _container_causes(one: Json, where: str, volumes: Mapping[str, Json]) -> list[tuple[str, str]]:
    found = []
    if not isinstance(one.get("image"), str) or not one["image"] or one["image"].startswith("-"):
        found.append((f"{where}.image", "Required value"))
    for field in ("command", "args"):
        words = one.get(field) or []
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            found.append((f"{where}.{field}", "Invalid value: must be a list of strings"))
    found += _user_causes(one, where)
    for field in _NOT_IN_A_CONTAINER:
        if one.get(field):
            found.append((f"{where}.{field}", "Forbidden: the twin does not know this"))
    for count, mount in enumerate(_items(one, "volumeMounts")):
        path = mount.get("mountPath")
        if mount.get("name") not in volumes:
            found.append((f"{where}.volumeMounts[{count}].name", f'Not found: "{mount.get("name")}"'))
        if not isinstance(path, str) or not path.startswith("/") or ":" in path or "," in path:
            found.append((f"{where}.volumeMounts[{count}].mountPath", "Invalid value: must be a path"))
        if mount.get("subPath") or mount.get("subPathExpr"):
            found.append((f"{where}.volumeMounts[{count}].subPath", "Forbidden: the twin does not know this"))
    for count, variable in enumerate(_items(one, "env")):
        source = (variable.get("valueFrom") or {}).get("fieldRef", {}).get("fieldPath")
        if variable.get("valueFrom") and source not in FIELDS:
            said = f"Forbidden: the twin takes values from {', '.join(FIELDS)} only"
            found.append((f"{where}.env[{count}].valueFrom", said))
        if not re.fullmatch(r"[A-Za-z_][\w.-]*", str(variable.get("name", ""))):
            found.append((f"{where}.env[{count}].name", "Invalid value"))
    return found


def _user_causes(told: Json, where: str) -> list[tuple[str, str]]:
    context = told.get("securityContext") or {}
    if not isinstance(context, dict):
        return [(f"{where}.securityContext", "Invalid value: must be an object")]
    return [
        (f"{where}.securityContext.{field}", f"Invalid value: {context[field]}")
        for field in ("runAsUser", "runAsGroup")
        if type(context.get(field, 0)) is not int or context.get(field, 0) < 0
    ]


def completed(spec: Json) -> Json:
    """With the API server's defaults."""
    account = spec.get("serviceAccountName") or "default"
    return {
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "schedulerName": "default-scheduler",
        "securityContext": {},
        "enableServiceLinks": True,
        **spec,
        "serviceAccountName": account,
        "serviceAccount": account,
        "containers": [_container(one) for one in spec["containers"]],
        **({"volumes": [_volume(one) for one in spec["volumes"]]} if spec.get("volumes") else {}),
    }


def quality(spec: Json) -> str:
    """Its class of service."""
    resources = [one.get("resources") or {} for one in spec["containers"]]
    if not any(one.get("requests") or one.get("limits") for one in resources):
        return "BestEffort"
    whole = all(
        {"cpu", "memory"} <= set(one.get("limits") or {})
        and (one.get("requests") or one["limits"]) == one["limits"]
        for one in resources
    )
    return "Guaranteed" if whole else "Burstable"


def environment(pod: Json, container: Json) -> dict[str, str]:
    """The variables that its specification gives that container."""
    return {
        one["name"]: FIELDS[one["valueFrom"]["fieldRef"]["fieldPath"]](pod)
        if one.get("valueFrom")
        else str(one.get("value", ""))
        for one in container.get("env") or ()
    }


def _container(one: Json) -> Json:
    tag = one["image"].rpartition("/")[2].partition(":")[2]
    pull = "Always" if "@" not in one["image"] and tag in ("", "latest") else "IfNotPresent"
    return {
        "imagePullPolicy": pull,
        "resources": {},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        **one,
        **({"ports": [{"protocol": "TCP", **port} for port in one["ports"]]} if one.get("ports") else {}),
    }


def _volume(one: Json) -> Json:
    return {**one, "hostPath": {"type": "", **one["hostPath"]}} if one.get("hostPath") else one


def _items(told: Json, key: str) -> list[Json]:
    found = told.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
