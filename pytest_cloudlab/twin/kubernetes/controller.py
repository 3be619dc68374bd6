"""What makes pods anew: one for each number of a stateful set, always under the same name."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable
from typing import Any

from pytest_cloudlab.twin.kubernetes import admission
from pytest_cloudlab.twin.kubernetes.events import tell
from pytest_cloudlab.twin.kubernetes.kinds import (
    PODS,
    STATEFUL_SETS,
    Object,
    controller_of,
    name_of,
    namespace_of,
)
from pytest_cloudlab.twin.kubernetes.store import Store

GRACE_S = 30


class Controller:
    def __init__(
        self, store: Store, create: Callable[[Object], None], delete: Callable[[Object, int], None]
    ) -> None:
        """`create` and `delete` are those of pods."""
        self._store = store
        self._create = create
        self._delete = delete

    async def run(self) -> None:
        with self._store.watching() as changes:
            for one in self._store.all(STATEFUL_SETS):
                self._look(one)
            while True:
                change = await changes.get()
                if change.kind in (PODS, STATEFUL_SETS):
                    self._look_all(namespace_of(change.item))
                await asyncio.sleep(0)

    def pods_of(self, one: Object) -> dict[str, Object]:
        uid = one["metadata"]["uid"]
        return {
            name_of(pod): pod for pod in self._store.all(PODS, namespace_of(one)) if controller_of(pod) == uid
        }

    def _look_all(self, namespace: str) -> None:
        for one in self._store.all(STATEFUL_SETS, namespace):
            self._look(one)

    def _look(self, one: Object) -> None:
        """See to it that there are as many pods as it says."""
        wanted = [f"{name_of(one)}-{number}" for number in range(one["spec"]["replicas"])]
        there = self.pods_of(one)
        for name in wanted:
            if self._store.find(PODS, namespace_of(one), name) is None:
                self._create(self._pod(one, name))
                said = f"create Pod {name} in StatefulSet {name_of(one)} successful"
                tell(self._store, one, "SuccessfulCreate", said, source="statefulset-controller")
        for name in there.keys() - set(wanted):
            if "deletionTimestamp" not in there[name]["metadata"]:
                self._delete(there[name], there[name]["spec"].get("terminationGracePeriodSeconds", GRACE_S))
        self._count(one)

    def _pod(self, one: Object, name: str) -> Object:
        template = copy.deepcopy(one["spec"]["template"])
        meta: dict[str, Any] = template.get("metadata") or {}
        number = name.rpartition("-")[2]
        owner = {
            "apiVersion": one["apiVersion"],
            "kind": one["kind"],
            "name": name_of(one),
            "uid": one["metadata"]["uid"],
            "controller": True,
            "blockOwnerDeletion": True,
        }
        labels = {
            **(meta.get("labels") or {}),
            "statefulset.kubernetes.io/pod-name": name,
            "apps.kubernetes.io/pod-index": number,
        }
        body = {
            "metadata": {"name": name, "labels": labels, "ownerReferences": [owner]}
            | ({"annotations": meta["annotations"]} if meta.get("annotations") else {}),
            "spec": template["spec"],
        }
        return admission.admitted(PODS, body, namespace_of(one), strict=False)

    def _count(self, one: Object) -> None:
        pods = self.pods_of(one).values()
        ready = sum(
            any(c["type"] == "Ready" and c["status"] == "True" for c in pod["status"].get("conditions", ()))
            for pod in pods
        )
        status = {
            "replicas": len(pods),
            "readyReplicas": ready,
            "availableReplicas": ready,
            "currentReplicas": len(pods),
            "updatedReplicas": len(pods),
            "observedGeneration": one["metadata"]["generation"],
        }
        if one["status"] != status:
            one["status"] = status
            self._store.put(STATEFUL_SETS, one)
