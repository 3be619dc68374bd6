"""Firewall rules of a project's networks, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Ports = tuple[tuple[str, tuple[str, ...]], ...]
"""Protocol and ports, e.g. `(("tcp", ("8501", "8000-8010")), ("icmp", ()))`; no ports: all of them."""


@dataclass(frozen=True)
class Firewall:
    name: str
    network: str
    """Its name, e.g. `default`."""
    direction: str
    """`INGRESS` or `EGRESS`."""
    priority: int
    """The smallest decides."""
    allowed: Ports = ()
    denied: Ports = ()
    source_ranges: tuple[str, ...] = ()
    """CIDR; `0.0.0.0/0` is everybody."""
    target_tags: tuple[str, ...] = ()
    """Network tags of the VMs that it is for; none: all VMs of the network."""
    disabled: bool = False

    @classmethod
    def parse(cls, found: Any) -> Firewall:
        """From a `compute_v1.Firewall`."""
        return cls(
            name=found.name,
            network=found.network.rpartition("/")[2],
            direction=found.direction,
            priority=found.priority,
            allowed=_ports(found.allowed),
            denied=_ports(found.denied),
            source_ranges=tuple(found.source_ranges),
            target_tags=tuple(found.target_tags),
            disabled=found.disabled,
        )

    def resource(self) -> dict[str, Any]:
        """As a `compute_v1.Firewall`, for `insert`."""
        return {
            "name": self.name,
            "network": f"global/networks/{self.network}",
            "direction": self.direction,
            "priority": self.priority,
            "allowed": _entries(self.allowed),
            "denied": _entries(self.denied),
            "source_ranges": list(self.source_ranges),
            "target_tags": list(self.target_tags),
            "disabled": self.disabled,
        }


def _ports(entries: Any) -> Ports:
    return tuple((entry.I_p_protocol, tuple(entry.ports)) for entry in entries)


def _entries(ports: Ports) -> list[dict[str, Any]]:
    return [{"I_p_protocol": protocol, "ports": list(several)} for protocol, several in ports]
