"""The name server that the members' machines ask: a real one, whose entries the twin changes."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from pytest_cloudlab.twin.images import ensure_images
from pytest_cloudlab.twin.lan import appliance
from pytest_cloudlab.twin.state import TwinInfo


class Resolver:
    """A context manager: it answers while that is open. Nothing is cached: an entry counts at once."""

    def __init__(self, info: TwinInfo, name: str) -> None:
        self._info = info
        self._names: dict[str, str] = {}
        self._writing = threading.Lock()
        self.container = f"cloudlab-resolver-{info.id}-{name}"
        self.address = ""

    def __enter__(self) -> Self:
        ensure_images(lambda _: None, (appliance.IMAGE,))
        try:
            self._start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        appliance.remove(self.container)

    def _start(self) -> None:
        appliance.start(self._info, self.container, ("lan-resolver",), network=self._info.network, options=())
        self.address = appliance.address(self.container, self._info.network)
        appliance.wait_for(self.container, "pgrep -x dnsmasq", "The name server answers")

    def leads(self, name: str, address: str) -> None:
        """From now on `name` leads to `address`; nowhere when that is empty."""
        with self._writing:
            self._names.pop(name, None)
            if address:
                self._names[name] = address
            text = "".join(f"{where} {what}\n" for what, where in self._names.items())
            appliance.inside(self.container, "cat > /run/names && pkill -HUP -x dnsmasq", stdin=text.encode())

    def serve(self, machine: str) -> None:
        """The container `machine` asks here from now on."""
        settings = f"nameserver {self.address}\noptions timeout:2 attempts:2\n"
        appliance.inside(machine, "cat > /etc/resolv.conf", stdin=settings.encode())
