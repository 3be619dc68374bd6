"""Reserved addresses: kept, and paid for, until they are released."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.compute.links import NAME, fingerprint, link, new_id, now
from pytest_cloudlab.twin.compute.operations import Operations, nothing
from pytest_cloudlab.twin.compute.resources import GLOBAL, Resource, Resources, require_unused


class Addresses(Resources):
    """`free` finds an address that nobody has."""

    def __init__(self, project: str, operations: Operations, free: Callable[[], str]) -> None:
        super().__init__(project, "addresses")
        self._name = project
        self._operations = operations
        self._free = free

    def insert(self, place: str, body: Resource) -> Resource:
        """`place` is a region or `global`. Raises `ApiError`."""
        name = str(body.get("name") or "")
        if not NAME.fullmatch(name):
            raise _invalid("name", name, f"Must be a match of regex '{NAME.pattern}'")
        for field, only in (("addressType", "EXTERNAL"), ("ipVersion", "IPV4"), ("address", "")):
            if body.get(field) and body[field] != only:
                raise _invalid(field, body[field], "The twin reserves external IPv4 addresses of its choice.")
        self.require_free(place, name)
        address: Resource = {
            "kind": "compute#address",
            "id": new_id(),
            "creationTimestamp": now(),
            "name": name,
            "description": str(body.get("description") or ""),
            "address": self._free(),
            "addressType": "EXTERNAL",
            "networkTier": "PREMIUM",
            "status": "RESERVED",
            "labelFingerprint": fingerprint({}),
            "selfLink": link(self._name, place, "addresses", name),
        }
        if place == GLOBAL:
            address["ipVersion"] = "IPV4"
        else:
            address["region"] = link(self._name, place)
        self.add(place, address)
        return self._done("insert", address)

    def delete(self, place: str, name: str) -> Resource:
        found = self.get(place, name)
        require_unused(found, "address")
        self.remove(place, name)
        return self._done("delete", found)

    def take(self, region: str, ip: str, user: str) -> None:
        """Give a reserved address to a VM. Raises `ApiError` 400 unless it can have it."""
        for address in self.at(f"regions/{region}"):
            if address["address"] == ip:
                require_unused(address, "address")
                address |= {"status": "IN_USE", "users": [user]}
                return
        problem = f"The specified external IP address '{ip}' was not found in region '{region}'."
        raise _invalid("networkInterfaces[0].accessConfigs[0].natIP", ip, problem)

    def release(self, user: str) -> None:
        for address in self.all():
            if user in address.get("users", ()):
                address["status"] = "RESERVED"
                del address["users"]

    def _done(self, kind: str, address: Resource) -> Resource:
        return self._operations.start(kind, nothing(), target=address["selfLink"], target_id=address["id"])


def _invalid(field: str, found: Any, problem: str) -> ApiError:
    return ApiError(400, f"Invalid value for field 'resource.{field}': '{found}'. {problem}")
