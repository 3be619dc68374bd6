"""The cluster as a whole: what it takes to make an object, and what goes with one that is deleted."""

from __future__ import annotations

import asyncio
import contextlib

from pytest_cloudlab.twin.engine import EngineError
from pytest_cloudlab.twin.kubernetes import admission
from pytest_cloudlab.twin.kubernetes.containers import Containers
from pytest_cloudlab.twin.kubernetes.controller import Controller
from pytest_cloudlab.twin.kubernetes.discovery import USER
from pytest_cloudlab.twin.kubernetes.errors import KubeError, exists
from pytest_cloudlab.twin.kubernetes.kinds import (
    CLAIMS,
    EVENTS,
    NAMESPACES,
    PODS,
    STATEFUL_SETS,
    Kind,
    Object,
    controller_of,
    name_of,
    namespace_of,
)
from pytest_cloudlab.twin.kubernetes.kubelet import Kubelet
from pytest_cloudlab.twin.kubernetes.store import Store

HIDDEN = "kube-system"
"""What is in there is not for the account that the twin's kubeconfig belongs to."""
NAMESPACES_THERE = ("default", HIDDEN)


class Cluster:
    def __init__(self, store: Store, containers: Containers) -> None:
        self.store = store
        self._containers = containers
        self._kubelet = Kubelet(store, containers)
        self._controller = Controller(store, self._admit, self._kubelet.delete)
        self._controlling: asyncio.Task[None] | None = None
        self._work: set[asyncio.Task[None]] = set()

    def open(self) -> None:
        for name in NAMESPACES_THERE:
            if self.store.find(NAMESPACES, "", name) is None:
                body = {"metadata": {"name": name}}
                self.store.put(NAMESPACES, admission.admitted(NAMESPACES, body, "", strict=False))
        self._kubelet.open()
        self._controlling = asyncio.ensure_future(self._controller.run())

    async def close(self) -> None:
        tasks = [task for task in (self._controlling, *self._work) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._kubelet.close()

    def require_sight(self, namespace: str, kind: Kind) -> None:
        """Raises `KubeError` 403 for what this account may not see."""
        if namespace == HIDDEN:
            said = (
                f'{kind.plural} is forbidden: User "{USER}" cannot access resource "{kind.plural}" in API '
                f'group "{kind.group}" in the namespace "{namespace}"'
            )
            raise KubeError(403, said, details={"kind": kind.plural})

    def create(self, kind: Kind, item: Object) -> None:
        """Raises `KubeError` 404 where it has no such namespace, 409 where there is one."""
        name, namespace = name_of(item), namespace_of(item)
        if kind.namespaced:
            self.store.get(NAMESPACES, "", namespace)
        if self.store.find(kind, namespace, name) is not None:
            raise exists(kind.plural, name, kind.group)
        if kind is PODS:
            self._admit(item)
        else:
            self.store.put(kind, item)

    def delete(self, kind: Kind, item: Object, grace_s: int | None = None, *, orphan: bool = False) -> None:
        if kind is PODS:
            told = int(item["spec"].get("terminationGracePeriodSeconds", 30))
            self._kubelet.delete(item, told if grace_s is None else grace_s)
            return
        if kind is NAMESPACES:
            for other in (STATEFUL_SETS, PODS, CLAIMS):
                for one in self.store.all(other, name_of(item)):
                    self.delete(other, one, 0)
            for one in self.store.all(EVENTS, name_of(item)):
                self.store.remove(EVENTS, one)
        self.store.remove(kind, item)
        if kind is STATEFUL_SETS and not orphan:
            for pod in self.store.all(PODS, namespace_of(item)):
                if controller_of(pod) == item["metadata"]["uid"]:
                    self.delete(PODS, pod, grace_s)
        if kind is CLAIMS:
            task = asyncio.ensure_future(self._remove_volume(item))
            self._work.add(task)
            task.add_done_callback(self._work.discard)

    def _admit(self, pod: Object) -> None:
        self.store.put(PODS, pod)
        self._kubelet.take(pod)

    async def _remove_volume(self, claim: Object) -> None:
        """As soon as no pod uses it."""
        for _ in range(60):
            with contextlib.suppress(EngineError):
                await asyncio.to_thread(self._containers.remove_volume, self._containers.volume_of(claim))
                return
            await asyncio.sleep(1)
