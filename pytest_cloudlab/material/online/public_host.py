"""Which hosts a stranger's page may make us talk to: those of the public internet, and no others."""

from __future__ import annotations

import socket
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from pytest_cloudlab.clouds.guard import GuardedAdapter, PlainConnection, PlainPool, TlsConnection, TlsPool

_TRANSLATED = IPv6Network("64:ff9b::/96")


class PrivateHost(Exception):
    """A name or an address that leads into a private network, or to this machine."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet; False for what is none."""
    try:
        found: IPv4Address | IPv6Address | None = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if found in _TRANSLATED:
            found = IPv4Address(found.packed[-4:])
        else:
            found = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, found))[1]
    return found is not None and found.is_global and not found.is_multicast


def require_public(host: str, port: int) -> None:
    """Raises `PrivateHost` unless all addresses of `host` are public, and `OSError` where it has none."""
    for *_, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if not is_public(str(where[0])):
            raise PrivateHost(host)


class _Public:
    """Mixed into a connection: asks before it connects, and again who answered, before a byte is sent."""

    host: str
    port: int
    trusted: Collection[str] = ()

    def _new_conn(self) -> socket.socket:
        if self.host in self.trusted:
            return super()._new_conn()  # type: ignore[misc, no-any-return]
        require_public(self.host, self.port)
        opened: socket.socket = super()._new_conn()  # type: ignore[misc]
        # The name may have been given another address since it was asked for.
        if not is_public(str(opened.getpeername()[0])):
            opened.close()
            raise PrivateHost(self.host)
        return opened


class PublicAdapter(GuardedAdapter):
    """Opens connections to public hosts only, and to those that are `trusted` by name.

    Where a proxy of the environment takes part, it is the proxy who connects.
    """

    def __init__(self, trusted: Collection[str] = ()) -> None:
        self._trusted = frozenset(trusted)
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        hosts = self._trusted

        class PublicPlainConnection(_Public, PlainConnection):
            trusted = hosts

        class PublicTlsConnection(_Public, TlsConnection):
            trusted = hosts

        class PublicPlainPool(PlainPool):
            ConnectionCls = PublicPlainConnection

        class PublicTlsPool(TlsPool):
            ConnectionCls = PublicTlsConnection

        self.poolmanager.pool_classes_by_scheme = {"http": PublicPlainPool, "https": PublicTlsPool}
