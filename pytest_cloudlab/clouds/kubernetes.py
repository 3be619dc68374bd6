"""Asks a Kubernetes cluster for pods, claims, logs and events, through the user's own kubectl."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pytest_cloudlab.clouds import kubernetes_objects as objects
from pytest_cloudlab.clouds.kubectl import Kubectl
from pytest_cloudlab.clouds.kubernetes_objects import Claim, Container, Event, Mount, Pod
from pytest_cloudlab.errors import CouldNotLook, Forbidden, NotFound, UsageError
from pytest_cloudlab.waiting import Deadline

__all__ = ["Claim", "Conditions", "Container", "Event", "Kubernetes", "Mount", "Pod"]

T = TypeVar("T")
DOCUMENT_BYTES = 8 * 1024 * 1024
LOG_BYTES = 1024 * 1024
EVENTS = 200

_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_SELECTOR = re.compile(r"[A-Za-z0-9._/=!,() -]{0,500}")


@dataclass(frozen=True)
class Conditions:
    """What is said of a pod besides its phase."""

    reason: str
    """Of the pod as a whole, such as `NodeLost` or `Evicted`; empty where there is none."""
    by_type: Mapping[str, tuple[str, str]]
    """Status and reason, such as `{"PodScheduled": ("False", "Unschedulable")}`."""


class Kubernetes:
    """Ends within `deadline_s`, and raises `NotFound`, `Forbidden`, `Unreachable`, `TooMuch` or another
    `CouldNotLook`. `context` is one of kubectl's; empty: whichever is current.

    >>> Kubernetes().pod("runai-sdd", "alice-vscode-0-0").phase  # doctest: +SKIP
    'Running'
    """

    def __init__(self, context: str = "", *, deadline_s: float = 20) -> None:
        self._kubectl = Kubectl(context)
        self._deadline_s = deadline_s

    def pod(self, namespace: str, name: str) -> Pod:
        """`NotFound` when its namespace is there and it is not."""
        return objects.pod(self._get(namespace, "pod", name))

    def pods(self, namespace: str, *, labels: str = "") -> list[Pod]:
        """All of a namespace, or those that a selector such as `release=alice-vscode` finds."""
        return self._list(namespace, "pods", objects.pod, f"--selector={_selector(labels)}")

    def claim(self, namespace: str, name: str) -> Claim:
        """`NotFound` when its namespace is there and it is not."""
        return objects.claim(self._get(namespace, "persistentvolumeclaim", name))

    def conditions(self, namespace: str, pod: str) -> Conditions:
        """What the scheduler and the pod's node say of it. `NotFound` as `pod`."""
        return _conditions(self._get(namespace, "pod", pod))

    def events(self, namespace: str, pod: str) -> list[Event]:
        """What happened to that pod lately, in the cluster's order. A pod that is not there has none."""
        which = f"--field-selector=involvedObject.kind=Pod,involvedObject.name={_name(pod)}"
        return self._list(namespace, "events", objects.event, which)[-EVENTS:]

    def logs(self, namespace: str, pod: str, *, container: str = "", max_bytes: int = LOG_BYTES) -> str:
        """What the pod wrote: the first `max_bytes` of what its node has kept. Secrets may be in it."""
        which = (f"--container={_name(container)}",) if container else ()
        args = ("logs", _in(namespace), _name(pod), *which, f"--limit-bytes={max_bytes}")
        return self._ask(args, namespace, f"pod {pod}", max_bytes=max_bytes).decode("utf-8", "replace")

    def delete_pod(self, namespace: str, name: str) -> None:
        """Ask for its end, without waiting for it. What owns the pod, if anything does, makes it anew."""
        args = ("delete", _in(namespace), "pod", _name(name), "--wait=false")
        self._ask(args, namespace, f"pod {name}")

    def _get(self, namespace: str, kind: str, name: str) -> Any:
        args = ("get", _in(namespace), kind, _name(name), "--output=json")
        return _json(self._ask(args, namespace, f"{kind} {name}"))

    def _list(self, namespace: str, kind: str, read: Callable[[Any], T], *options: str) -> list[T]:
        args = ("get", _in(namespace), kind, *options, "--output=json")
        document = _json(self._ask(args, namespace, kind))
        items = document.get("items") if isinstance(document, dict) else None
        if not isinstance(items, list):
            raise CouldNotLook(f"Kubernetes listed {kind} in a form that cannot be read")
        if not items:
            # To a namespace that is not there the answer is the same empty list.
            self._require(namespace, Deadline.after(self._deadline_s))
        return [read(item) for item in items]

    def _ask(
        self, args: tuple[str, ...], namespace: str, what: str, *, max_bytes: int = DOCUMENT_BYTES
    ) -> bytes:
        deadline = Deadline.after(self._deadline_s)
        try:
            return self._kubectl.ask(args, f"{what} in {namespace}", deadline=deadline, max_bytes=max_bytes)
        except NotFound:
            self._require(namespace, deadline)
            raise

    def _require(self, namespace: str, deadline: Deadline) -> None:
        """Raises `CouldNotLook` where the cluster has no such namespace: it is another cluster then, or
        another project, and says nothing about what is in the right one."""
        args = ("get", "namespace", namespace, "--output=name")
        try:
            self._kubectl.ask(args, f"namespace {namespace}", deadline=deadline, max_bytes=DOCUMENT_BYTES)
        except Forbidden:
            return  # as for most people: what is in it was answered all the same
        except NotFound:
            raise CouldNotLook(
                f"the cluster that kubectl asks has no namespace {namespace}",
                remedy="Is it the right one? `kubectl config current-context`",
            ) from None


def _json(document: bytes) -> Any:
    try:
        return json.loads(document)
    except (ValueError, RecursionError):
        raise CouldNotLook("kubectl did not answer with JSON") from None


def _conditions(item: Any) -> Conditions:
    try:
        status = item.get("status") or {}
        told = {
            str(one["type"]): (str(one["status"]), str(one.get("reason") or ""))
            for one in status.get("conditions") or ()
        }
        return Conditions(str(status.get("reason") or ""), told)
    except (AttributeError, KeyError, TypeError) as error:
        raise CouldNotLook("Kubernetes described a pod in a form that cannot be read") from error


def _in(namespace: str) -> str:
    return f"--namespace={_name(namespace)}"


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name that Kubernetes knows.", remedy="Use a-z, 0-9, - and dots.")
    return name


def _selector(labels: str) -> str:
    if not _SELECTOR.fullmatch(labels):
        raise UsageError(f"{labels!r} is no selector of labels.", remedy="Use key=value.")
    return labels
