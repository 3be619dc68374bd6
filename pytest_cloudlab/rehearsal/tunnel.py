"""A tunnel as a member opens one in a terminal of its own; here a process of the machine keeps it open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_cloudlab.providers.host_keys import alias
from pytest_cloudlab.targets import Target

if TYPE_CHECKING:
    from pytest_cloudlab.clouds.compute import Compute, Instance

KEY = "~/.ssh/cloudlab_tunnel"
"""Of the machine that it begins at; beside it are the master's socket and the VM's host keys."""


class Tunnel:
    """From a port of `machine` to one of a VM, which `user` may log in to."""

    def __init__(self, machine: Target, compute: Compute, user: str) -> None:
        self._machine = machine
        self._compute = compute
        self._user = user

    def public_key(self) -> str:
        """Of the key that it is opened with; the VM's metadata has to have it."""
        return self._machine.check(
            f"[ -f {KEY} ] || {{ mkdir -p -m 700 ~/.ssh && ssh-keygen -qt ed25519 -N '' -C '' -f {KEY}; }}; "
            f"cat {KEY}.pub"
        )

    def open(self, vm: Instance, near: int, far: int, *, host: str = "localhost") -> None:
        """To port `far` of `host`, as the VM sees it, in place of the tunnel that was open before."""
        self.close()
        name = alias(vm.id)
        known = "".join(f"{name} {key}\n" for key in self._compute.host_keys(vm.name, vm.zone))
        self._machine.check(f"cat > {KEY}.hosts", stdin=known.encode())
        self._machine.check(
            f"ssh -f -N -M -S {KEY}.master -i {KEY} -o BatchMode=yes -o ExitOnForwardFailure=yes "
            f"-o StrictHostKeyChecking=yes -o UserKnownHostsFile={KEY}.hosts -o HostKeyAlias=%s "
            f"-o ServerAliveInterval=15 -L %s %s </dev/null >{KEY}.log 2>&1 || "
            f"{{ cat {KEY}.log >&2; exit 1; }}",
            name,
            f"{near}:{host}:{far}",
            f"{self._user}@{vm.external_ip}",
        )

    def close(self) -> None:
        self._machine.check(f"ssh -S {KEY}.master -O exit tunnel >/dev/null 2>&1; true")
