"""A firewall rule as Compute Engine describes it, made from a request; what is wrong is refused."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.compute.fields import FIREWALL, require_known
from pytest_cloudlab.twin.compute.links import NAME, link, new_id, now, relative
from pytest_cloudlab.twin.compute.resources import Resource

PROTOCOLS = ("tcp", "udp", "icmp", "esp", "ah", "sctp", "ipip", "all")
WITH_PORTS = ("tcp", "udp", "sctp", "6", "17", "132")
MAX_PRIORITY = 65535
MAX_PORT = 65535
MAX_ENTRIES = 256
"""Of ranges, tags or protocols in one rule."""

ANYWHERE = "0.0.0.0/0"

_GIVEN = ("description", "targetTags", "sourceTags", "targetServiceAccounts", "sourceServiceAccounts")


def firewall(project: str, body: Resource) -> Resource:
    """The rule that the body of an insert asks for. Raises `ApiError` 400 or 404."""
    require_known(body, FIREWALL, "resource")
    name = str(body.get("name", ""))
    if not NAME.fullmatch(name):
        raise _invalid("name", name, f"Must be a match of regex '{NAME.pattern}'")
    direction = body.get("direction") or "INGRESS"
    if direction == "EGRESS":
        raise ApiError(400, "The twin has firewall rules for INGRESS only.")
    if direction != "INGRESS":
        raise _invalid("direction", direction, "Must be INGRESS or EGRESS.")
    allowed, denied = (_protocols(body, kind) for kind in ("allowed", "denied"))
    if bool(allowed) == bool(denied):
        raise ApiError(400, "A firewall rule must specify exactly one of 'allowed' and 'denied'.")
    rule: Resource = {
        "kind": "compute#firewall",
        "id": new_id(),
        "creationTimestamp": now(),
        "name": name,
        "description": "",
        "network": network(project, str(body.get("network") or "global/networks/default")),
        "priority": _priority(body.get("priority", 1000)),
        "direction": direction,
        "disabled": bool(body.get("disabled", False)),
        "logConfig": {"enable": bool((body.get("logConfig") or {}).get("enable", False))},
        "selfLink": link(project, "global", "firewalls", name),
        **({"allowed": allowed} if allowed else {"denied": denied}),
    }
    for key in _GIVEN:
        if body.get(key):
            rule[key] = body[key] if isinstance(body[key], str) else [str(one) for one in _some(body, key)]
    ranges = [_range(index, value) for index, value in enumerate(_some(body, "sourceRanges"))]
    if not ranges and not rule.get("sourceTags") and not rule.get("sourceServiceAccounts"):
        ranges = [ANYWHERE]
    if ranges:
        rule["sourceRanges"] = ranges
    return rule


def network(project: str, url: str) -> str:
    """The full link of the network that a request names. Raises `ApiError` 400 or 404."""
    path = relative(url).removeprefix(f"{project}/")
    match = re.fullmatch(r"global/networks/([^/]+)", path)
    if not match:
        raise _invalid("network", url, "The URL is malformed.")
    if match[1] != "default":
        raise ApiError(404, f"The resource 'projects/{project}/global/networks/{match[1]}' was not found")
    return link(project, "global", "networks", "default")


def _protocols(body: Resource, kind: str) -> list[Resource]:
    result = []
    for index, entry in enumerate(_some(body, kind)):
        at = f"{kind}[{index}]"
        protocol = str(entry.get("IPProtocol", "")).lower()
        if protocol not in PROTOCOLS and not (protocol.isdecimal() and int(protocol) <= 255):
            raise _invalid(f"{at}.IPProtocol", entry.get("IPProtocol", ""), "Not a known IP protocol.")
        ports = [
            _ports(f"{at}.ports[{number}]", port) for number, port in enumerate(entry.get("ports") or [])
        ]
        if ports and protocol not in WITH_PORTS:
            raise _invalid(f"{at}.ports", ports[0], f"Ports may not be specified for protocol {protocol}.")
        result.append({"IPProtocol": protocol, **({"ports": ports} if ports else {})})
    return result


def _ports(at: str, value: Any) -> str:
    match = re.fullmatch(r"([0-9]{1,5})(?:-([0-9]{1,5}))?", str(value))
    if not match or not int(match[1]) <= int(match[2] or match[1]) <= MAX_PORT:
        problem = f"Ports may only be specified as an integer or a range of integers from 0 to {MAX_PORT}."
        raise _invalid(at, value, problem)
    return str(value)


def _range(index: int, value: Any) -> str:
    try:
        return str(ipaddress.IPv4Network(str(value)))
    except ValueError:
        raise _invalid(f"sourceRanges[{index}]", value, "Must be a valid CIDR address range.") from None


def _priority(value: Any) -> int:
    try:
        priority = int(value)
    except (TypeError, ValueError):
        priority = -1
    if not 0 <= priority <= MAX_PRIORITY:
        raise _invalid("priority", value, f"Must be between 0 and {MAX_PRIORITY}, inclusive.")
    return priority


def _some(body: Resource, key: str) -> list[Any]:
    values = body.get(key) or []
    if not isinstance(values, list) or len(values) > MAX_ENTRIES:
        raise _invalid(key, str(values)[:100], f"Must be a list of at most {MAX_ENTRIES}.")
    return values


def _invalid(field: str, found: Any, problem: str) -> ApiError:
    return ApiError(400, f"Invalid value for field 'resource.{field}': '{found}'. {problem}")
