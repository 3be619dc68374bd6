"""Pods, claims and events as Kubernetes describes them, read from JSON that nobody vouches for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from pytest_cloudlab.errors import CouldNotLook

T = TypeVar("T")
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Mount:
    """A volume of the pod, where one container sees it."""

    path: str
    volume: str
    """What the pod calls it."""
    claim: str = ""
    """The persistent volume claim behind it; empty for any other kind of volume."""
    host_path: str = ""
    """The node's own path behind it, like `/var/run/docker.sock`; empty for any other kind of volume."""
    read_only: bool = False


@dataclass(frozen=True)
class Container:
    name: str
    image: str
    """As the pod's specification names it."""
    image_id: str = ""
    """The image that runs, with its digest; empty before it does."""
    ready: bool = False
    restarts: int = 0
    state: str = ""
    """`running`, `waiting`, `terminated`; empty before the node says."""
    reason: str = ""
    """Why it waits or ended, like `ImagePullBackOff`."""
    started: datetime | None = None
    privileged: bool = False
    requests: Mapping[str, str] = field(default_factory=dict)
    """As written: `{"cpu": "2", "memory": "8Gi", "nvidia.com/gpu": "1"}`."""
    limits: Mapping[str, str] = field(default_factory=dict)
    mounts: tuple[Mount, ...] = ()
    ports: tuple[int, ...] = ()
    """TCP only, as the specification names them."""


@dataclass(frozen=True)
class Pod:
    name: str
    namespace: str
    uid: str
    """Another one for each pod, also for one of the same name made anew."""
    phase: str
    """`Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`."""
    ready: bool
    containers: tuple[Container, ...]
    init_containers: tuple[Container, ...] = ()
    node: str = ""
    address: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    """What makes it anew when it is deleted, as `Kind/name`; empty for one that nothing does."""
    created: datetime | None = None
    started: datetime | None = None
    """When its node took it on."""
    deleting: bool = False
    """Somebody has asked for its end; it may still run."""
    host_paths: tuple[str, ...] = ()
    """The paths of its node that it asks for, mounted or not."""
    host_namespaces: tuple[str, ...] = ()
    """Of `network`, `pid`, `ipc`: those of its node that it asks for."""

    @property
    def runs(self) -> bool:
        return self.phase == "Running" and not self.deleting

    @property
    def restarts(self) -> int:
        """Of all its containers together."""
        return sum(one.restarts for one in self.containers)

    @property
    def images(self) -> tuple[str, ...]:
        return tuple(one.image for one in self.containers)

    @property
    def privileged(self) -> bool:
        """Whether any container, one that only prepares included, asks to be."""
        return any(one.privileged for one in (*self.init_containers, *self.containers))

    @property
    def claims(self) -> Mapping[str, tuple[str, ...]]:
        """The persistent volume claims that are mounted -> the paths they are mounted at."""
        found: dict[str, tuple[str, ...]] = {}
        for mount in (mount for one in self.containers for mount in one.mounts if mount.claim):
            found[mount.claim] = (*found.get(mount.claim, ()), mount.path)
        return found


@dataclass(frozen=True)
class Claim:
    """A persistent volume claim."""

    name: str
    namespace: str
    uid: str
    phase: str
    """`Bound`, `Pending`, `Lost`."""
    capacity: str = ""
    """As written, like `20Gi`; empty while it is not bound."""
    access_modes: tuple[str, ...] = ()
    storage_class: str = ""
    volume: str = ""


@dataclass(frozen=True)
class Event:
    type: str
    """`Normal` or `Warning`."""
    reason: str
    """Like `Pulled`, `FailedScheduling`."""
    message: str
    count: int = 1
    last: datetime | None = None


def pod(item: Any) -> Pod:
    """Raises `CouldNotLook` for what is not described as Kubernetes describes one."""
    try:
        meta, spec, status = item["metadata"], item["spec"], item.get("status") or {}
        volumes = {one["name"]: one for one in spec.get("volumes") or ()}
        owners = [one for one in meta.get("ownerReferences") or () if one.get("controller")]
        conditions = {one["type"]: one["status"] for one in status.get("conditions") or ()}
        return Pod(
            name=_text(meta, "name"),
            namespace=_text(meta, "namespace"),
            uid=_text(meta, "uid"),
            phase=_text(status, "phase", "Unknown"),
            ready=conditions.get("Ready") == "True",
            containers=_containers(spec["containers"], status.get("containerStatuses"), volumes),
            init_containers=_containers(
                spec.get("initContainers") or (), status.get("initContainerStatuses"), volumes
            ),
            node=_text(spec, "nodeName", ""),
            address=_text(status, "podIP", ""),
            labels=dict(meta.get("labels") or {}),
            annotations=dict(meta.get("annotations") or {}),
            owner=f"{owners[0]['kind']}/{owners[0]['name']}" if owners else "",
            created=_moment(meta, "creationTimestamp"),
            started=_moment(status, "startTime"),
            deleting="deletionTimestamp" in meta,
            host_paths=tuple(one["hostPath"]["path"] for one in volumes.values() if one.get("hostPath")),
            host_namespaces=tuple(
                what
                for what, key in (("network", "hostNetwork"), ("pid", "hostPID"), ("ipc", "hostIPC"))
                if spec.get(key)
            ),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise CouldNotLook("Kubernetes described a pod in a form that cannot be read") from error


def claim(item: Any) -> Claim:
    """Raises `CouldNotLook`, as `pod` does."""
    try:
        meta, spec, status = item["metadata"], item["spec"], item.get("status") or {}
        return Claim(
            name=_text(meta, "name"),
            namespace=_text(meta, "namespace"),
            uid=_text(meta, "uid"),
            phase=_text(status, "phase", "Pending"),
            capacity=_text(status.get("capacity") or {}, "storage", ""),
            access_modes=tuple(spec.get("accessModes") or ()),
            storage_class=_text(spec, "storageClassName", ""),
            volume=_text(spec, "volumeName", ""),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise CouldNotLook("Kubernetes described a claim in a form that cannot be read") from error


def event(item: Any) -> Event:
    """Raises `CouldNotLook`, as `pod` does."""
    try:
        return Event(
            type=_text(item, "type", ""),
            reason=_text(item, "reason", ""),
            message=_text(item, "message", ""),
            count=int(item.get("count") or 1),
            last=_moment(item, "lastTimestamp") or _moment(item, "eventTime"),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise CouldNotLook("Kubernetes described an event in a form that cannot be read") from error


def _containers(specs: Any, statuses: Any, volumes: Mapping[str, Json]) -> tuple[Container, ...]:
    told = {one["name"]: one for one in statuses or ()}
    return tuple(_container(one, told.get(one["name"], {}), volumes) for one in specs)


def _container(spec: Json, status: Json, volumes: Mapping[str, Json]) -> Container:
    state, inner = next(iter((status.get("state") or {"": {}}).items()))
    resources = spec.get("resources") or {}
    return Container(
        name=_text(spec, "name"),
        image=_text(spec, "image", ""),
        image_id=_text(status, "imageID", ""),
        ready=status.get("ready") is True,
        restarts=int(status.get("restartCount") or 0),
        state=state,
        reason=_text(inner or {}, "reason", ""),
        started=_moment(inner or {}, "startedAt"),
        privileged=(spec.get("securityContext") or {}).get("privileged") is True,
        requests={key: str(value) for key, value in (resources.get("requests") or {}).items()},
        limits={key: str(value) for key, value in (resources.get("limits") or {}).items()},
        mounts=tuple(_mount(one, volumes[one["name"]]) for one in spec.get("volumeMounts") or ()),
        ports=tuple(
            int(one["containerPort"])
            for one in spec.get("ports") or ()
            if one.get("protocol", "TCP") == "TCP"
        ),
    )


def _mount(mount: Json, volume: Json) -> Mount:
    return Mount(
        path=_text(mount, "mountPath"),
        volume=_text(mount, "name"),
        claim=_text(volume.get("persistentVolumeClaim") or {}, "claimName", ""),
        host_path=_text(volume.get("hostPath") or {}, "path", ""),
        read_only=mount.get("readOnly") is True,
    )


def _text(item: Json, key: str, default: str | None = None) -> str:
    value = item[key] if default is None else item.get(key, default)
    if not isinstance(value, str):
        raise TypeError(key)
    return value


def _moment(item: Json, key: str) -> datetime | None:
    return datetime.fromisoformat(_text(item, key)) if item.get(key) else None
