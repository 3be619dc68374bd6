"""What a pod's status says of its containers."""

from __future__ import annotations

from typing import Any

from pytest_cloudlab.twin.kubernetes.containers import State
from pytest_cloudlab.twin.kubernetes.kinds import Object
from pytest_cloudlab.twin.kubernetes.moment import now

ENDED = ("Succeeded", "Failed")


def waiting(pod: Object, reason: str, message: str = "", *, only: str = "") -> None:
    """All of its containers, or the one of that name, wait."""
    for spec in pod["spec"]["containers"]:
        if only in ("", spec["name"]):
            inner = {"reason": reason, **({"message": message} if message else {})}
            _put(pod, spec, {"waiting": inner}, None)


def seen(pod: Object, spec: Object, state: State) -> None:
    """That container is as the engine says."""
    if state.runs:
        told: dict[str, Any] = {"running": {"startedAt": state.started}}
    else:
        told = {
            "terminated": {
                "exitCode": state.exit_code,
                "reason": "Completed" if state.exit_code == 0 else "Error",
                "startedAt": state.started,
                "finishedAt": state.finished,
                "containerID": f"docker://{state.id}",
            }
        }
    _put(pod, spec, told, state)


def of(pod: Object, container: str) -> dict[str, Any]:
    """Empty when nothing is known of it yet."""
    statuses = pod["status"].get("containerStatuses", ())
    return next((one for one in statuses if one["name"] == container), {})


def runs(pod: Object, container: str) -> bool:
    return "running" in of(pod, container).get("state", {})


def settle(pod: Object) -> None:
    """The phase and the conditions that follow from its containers."""
    states = [one["state"] for one in pod["status"].get("containerStatuses", ())]
    codes = [one["terminated"]["exitCode"] for one in states if "terminated" in one]
    policy = pod["spec"]["restartPolicy"]
    final = policy == "Never" or (policy == "OnFailure" and not any(codes))
    if states and len(codes) == len(states) and final:
        phase = "Failed" if any(codes) else "Succeeded"
    elif any("running" in one for one in states) or any(
        one["restartCount"] or "terminated" in one["state"]
        for one in pod["status"].get("containerStatuses", ())
    ):
        phase = "Running"
    else:
        phase = "Pending"
    pod["status"]["phase"] = phase
    ready = bool(states) and all("running" in one for one in states)
    why = {} if ready else {"reason": "PodCompleted" if phase == "Succeeded" else "ContainersNotReady"}
    condition(pod, "Initialized", True)
    condition(pod, "ContainersReady", ready, **why)
    condition(pod, "Ready", ready, **why)


def condition(pod: Object, what: str, holds: bool, **why: str) -> None:
    conditions = pod["status"].setdefault("conditions", [])
    former = next((one for one in conditions if one["type"] == what), None)
    status = "True" if holds else "False"
    since = former["lastTransitionTime"] if former and former["status"] == status else now()
    new = {"type": what, "status": status, "lastProbeTime": None, "lastTransitionTime": since, **why}
    if former:
        conditions[conditions.index(former)] = new
    else:
        conditions.append(new)


def says(pod: Object, what: str, message: str) -> bool:
    """Whether that condition has that message already."""
    told = pod["status"].get("conditions", ())
    return any(one["type"] == what and one.get("message") == message for one in told)


def _put(pod: Object, spec: Object, told: dict[str, Any], state: State | None) -> None:
    statuses = pod["status"].setdefault("containerStatuses", [])
    former = of(pod, spec["name"])
    new = {
        "name": spec["name"],
        "state": told,
        "lastState": former.get("lastState", {}),
        "ready": "running" in told,
        "restartCount": former.get("restartCount", 0),
        "image": spec["image"],
        "imageID": state.image if state else former.get("imageID", ""),
        "started": "running" in told,
        **({"containerID": f"docker://{state.id}"} if state else {}),
    }
    ended = former.get("state", {}).get("terminated")
    if ended and "terminated" not in told:
        new["lastState"] = {"terminated": ended}
    if former:
        statuses[statuses.index(former)] = new
    else:
        statuses.append(new)
