"""What a real project refuses a VM for. The twin does so when it is told to."""

from __future__ import annotations

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.compute.networks import LIMITS
from pytest_cloudlab.twin.faults import Faults

FULL = "ZONE_RESOURCE_POOL_EXHAUSTED"


def refusal(faults: Faults, project: str, zone: str) -> ApiError | None:
    """Why no VM can be made now: a metric whose quota is to be exceeded, or a zone that is to be full."""
    for fault in faults.active("quota"):
        if fault.value == FULL:
            where = f"projects/{project}/zones/{zone}"
            message = f"The zone '{where}' does not have enough resources available to fulfill the request."
            return ApiError(503, f"{message}  Try a different zone, or try again later.", reason=FULL)
        metric, limit = fault.value or "CPUS", LIMITS.get(fault.value or "CPUS", 8.0)
        message = f"Quota '{metric}' exceeded.  Limit: {limit} in region {zone.rpartition('-')[0]}."
        return ApiError(403, message, reason="QUOTA_EXCEEDED")
    return None
