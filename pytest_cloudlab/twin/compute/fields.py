"""The fields that a request may have: a misspelt one is refused, as there, and not silently left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_cloudlab.twin.api_error import ApiError

Fields = Mapping[str, Any]
"""Name to the fields below it; to `ANY` where they are not looked at."""

ANY: Fields = {}


def _any(names: str) -> dict[str, Fields]:
    return dict.fromkeys(names.split(), ANY)


_DISK = _any(
    "architecture autoDelete boot deviceName diskEncryptionKey diskSizeGb forceAttach guestOsFeatures index"
    " interface kind licenses mode source type"
) | {
    "initializeParams": _any(
        "architecture description diskName diskSizeGb diskType labels licenses onUpdateAction provisionedIops"
        " provisionedThroughput replicaZones resourceManagerTags resourcePolicies sourceImage"
        " sourceImageEncryptionKey sourceSnapshot sourceSnapshotEncryptionKey storagePool"
        " enableConfidentialCompute"
    )
}

_INTERFACE = _any(
    "aliasIpRanges aliasIpv6Ranges fingerprint internalIpv6PrefixLength ipv6AccessConfigs ipv6AccessType"
    " ipv6Address kind name network networkAttachment networkIP nicType queueCount stackType subnetwork"
) | {
    "accessConfigs": _any(
        "externalIpv6 externalIpv6PrefixLength kind name natIP networkTier publicPtrDomainName"
        " securityPolicy setPublicPtr type"
    )
}

INSTANCE: Fields = _any(
    "advancedMachineFeatures canIpForward confidentialInstanceConfig cpuPlatform creationTimestamp"
    " deletionProtection description displayDevice fingerprint guestAccelerators hostname id"
    " instanceEncryptionKey keyRevocationActionType kind labelFingerprint labels lastStartTimestamp"
    " lastStopTimestamp machineType minCpuPlatform name networkPerformanceConfig params"
    " privateIpv6GoogleAccess reservationAffinity resourcePolicies resourceStatus selfLink"
    " shieldedInstanceConfig shieldedInstanceIntegrityPolicy sourceMachineImage startRestricted status"
    " statusMessage zone"
) | {
    "disks": _DISK,
    "networkInterfaces": _INTERFACE,
    "metadata": _any("fingerprint kind") | {"items": _any("key value")},
    "scheduling": _any(
        "automaticRestart availabilityDomain hostErrorTimeoutSeconds instanceTerminationAction"
        " localSsdRecoveryTimeout locationHint minNodeCpus nodeAffinities onHostMaintenance"
        " onInstanceStopAction preemptible provisioningModel terminationTime"
    )
    | {"maxRunDuration": _any("seconds nanos")},
    "serviceAccounts": _any("email scopes"),
    "tags": _any("fingerprint items"),
}

FIREWALL: Fields = _any(
    "creationTimestamp description destinationRanges direction disabled id kind logConfig name network params"
    " priority selfLink sourceRanges sourceServiceAccounts sourceTags targetServiceAccounts targetTags"
) | {"allowed": _any("IPProtocol ports"), "denied": _any("IPProtocol ports")}


def require_known(body: Any, fields: Fields, at: str) -> None:
    """Raises `ApiError` 400 naming the first field that the API does not have."""
    if isinstance(body, list):
        for index, one in enumerate(body):
            require_known(one, fields, f"{at}[{index}]")
        return
    if not fields:
        return
    if not isinstance(body, dict):
        raise ApiError(400, f"Invalid value at '{at}', {body!r}", reason="badRequest")
    for name, value in body.items():
        if name not in fields:
            message = (
                f"Invalid JSON payload received. Unknown name {_quoted(name)} at '{at}': Cannot find field."
            )
            raise ApiError(400, message, reason="badRequest")
        if value is not None:
            require_known(value, fields[name], f"{at}.{name}")


def _quoted(name: str) -> str:
    return f'"{name[:100]}"'
