"""What happens to a pod, told as events."""

from __future__ import annotations

import secrets
import uuid

from pytest_cloudlab.twin.kubernetes.kinds import EVENTS, Object, name_of, namespace_of
from pytest_cloudlab.twin.kubernetes.moment import now
from pytest_cloudlab.twin.kubernetes.store import Store


def tell(
    store: Store, item: Object, reason: str, message: str, *, warning: bool = False, source: str = "kubelet"
) -> None:
    """One of the same words is counted up."""
    about = {
        "kind": item["kind"],
        "namespace": namespace_of(item),
        "name": name_of(item),
        "uid": item["metadata"]["uid"],
        "apiVersion": item["apiVersion"],
    }
    for one in store.all(EVENTS, namespace_of(item)):
        if (one["involvedObject"]["uid"], one["reason"], one["message"]) == (about["uid"], reason, message):
            one["count"] += 1
            one["lastTimestamp"] = now()
            store.put(EVENTS, one)
            return
    moment = now()
    store.put(
        EVENTS,
        {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {
                "name": f"{name_of(item)}.{secrets.token_hex(8)}",
                "namespace": namespace_of(item),
                "uid": str(uuid.uuid4()),
                "creationTimestamp": moment,
            },
            "involvedObject": about,
            "reason": reason,
            "message": message,
            "source": {"component": source},
            "firstTimestamp": moment,
            "lastTimestamp": moment,
            "count": 1,
            "type": "Warning" if warning else "Normal",
            "eventTime": None,
            "reportingComponent": source,
            "reportingInstance": "",
        },
    )
