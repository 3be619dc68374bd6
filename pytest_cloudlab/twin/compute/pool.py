"""The addresses of the VMs, so that rules can tell inside from outside."""

from __future__ import annotations

import secrets
from collections.abc import Container
from ipaddress import IPv4Network

from pytest_cloudlab.twin.api_error import ApiError

TRIES = 1000


class Pool:
    def __init__(self, addresses: IPv4Network) -> None:
        self._addresses = addresses

    @property
    def range(self) -> str:
        """As CIDR."""
        return str(self._addresses)

    @property
    def gateway(self) -> str:
        return str(self._addresses[1])

    def free(self, taken: Container[str]) -> str:
        """One that is not taken, at random: an address does not soon come back with another host key."""
        for _ in range(TRIES):
            # The first and the last ones mean something else in a network.
            address = str(self._addresses[2 + secrets.randbelow(self._addresses.num_addresses - 3)])
            if address not in taken:
                return address
        raise ApiError(503, "The twin's network has no address left.", reason="IP_SPACE_EXHAUSTED")
