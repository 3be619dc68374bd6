"""A twin's network: it leads nowhere but to this machine, and half of its addresses are the VMs'."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from pytest_cloudlab.twin.engine import EngineError, docker

TRIES = 5
INTERNAL = ("--internal",)


@dataclass(frozen=True)
class Network:
    name: str
    subnet: str
    gateway: str
    """This machine's address on it."""

    @property
    def others(self) -> IPv4Network:
        """The lower half, which the engine gives to codespaces and shells; the gateway is in it."""
        return next(IPv4Network(self.subnet).subnets())

    @property
    def vms(self) -> IPv4Network:
        """The upper half, which only Compute Engine gives addresses of (`docker run --ip`)."""
        return list(IPv4Network(self.subnet).subnets())[1]


def ensure(name: str, label: str, subnet: str = "", kind: Sequence[str] = INTERNAL) -> Network:
    """The network of that name, made if there is none: with that subnet if it is free, else with any.

    It is internal: what ignores the proxy does not reach the real cloud either. `kind` has the options of
    another one. Raises `EngineError`.
    """
    with contextlib.suppress(EngineError):
        return _inspect(name)
    if subnet:
        with contextlib.suppress(EngineError):
            return _create(name, label, subnet, kind)
    for attempt in range(1, TRIES + 1):
        # Addresses can be asked for only where the subnet was; the engine knows which one is free.
        docker("network", "create", *kind, f"--label={label}", name)
        free = _inspect(name).subnet
        docker("network", "rm", name)
        try:
            return _create(name, label, free, kind)
        except EngineError:
            # Another network was made in that instant.
            if attempt == TRIES:
                raise
    raise AssertionError("unreachable")


def _create(name: str, label: str, subnet: str, kind: Sequence[str]) -> Network:
    network = Network(name, subnet, str(IPv4Network(subnet)[1]))
    options = (f"--subnet={subnet}", f"--ip-range={network.others}", f"--gateway={network.gateway}")
    docker("network", "create", *kind, f"--label={label}", *options, name)
    return network


def _inspect(name: str) -> Network:
    config = json.loads(docker("network", "inspect", "--format", "{{json .IPAM.Config}}", name))[0]
    return Network(name, config["Subnet"], config["Gateway"])
