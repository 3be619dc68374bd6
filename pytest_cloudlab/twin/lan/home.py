"""A home: an internet box with a public address, a NAS that never sleeps, and a desktop that does."""

from __future__ import annotations

import contextlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Network
from types import TracebackType
from typing import Self

from pytest_cloudlab.twin import network
from pytest_cloudlab.twin.engine import EngineError, docker
from pytest_cloudlab.twin.images import ensure_images
from pytest_cloudlab.twin.lan import appliance
from pytest_cloudlab.twin.lan.box import Box
from pytest_cloudlab.twin.lan.mainboard import Heard, Mainboard
from pytest_cloudlab.twin.machine import (
    MACHINE_IMAGE,
    machine_environment,
    machine_run_options,
    wait_until_ready,
)
from pytest_cloudlab.twin.state import LABEL, TwinInfo

START_S = 60
# Not internal, or Docker would drop what the box passes in and out of the home. Without Docker's own
# masquerade nothing that it sends past the box finds its way back.
KIND = ("--opt", "com.docker.network.bridge.enable_ip_masquerade=false")
BOX, NAS, DESKTOP, MAINBOARD = 2, 3, 10, 11
"""Who has which address of the home's network."""

# What a machine has that is one: in a container nothing listens to `shutdown`.
_POWER = """
printf '#!/bin/sh\\nkill -TERM 1\\n' > /usr/local/sbin/poweroff && chmod 0755 /usr/local/sbin/poweroff
for name in shutdown halt; do ln -sf poweroff /usr/local/sbin/$name; done
useradd --create-home --shell /bin/bash --groups docker,google-sudoers "$1"
"""


class Home:
    """A context manager: on leaving it, all of the home is gone.

    Its desktop is on, has the user but no key of theirs, and answers SSH on port 22 of the home's
    own network; its NAS does, too. Nobody gets in from outside before `box` forwards a port.
    """

    def __init__(self, info: TwinInfo, name: str, *, user: str) -> None:
        self._info = info
        self._user = user
        self.network = f"cloudlab-home-{info.id}-{name}"
        self.desktop, self.nas = f"{self.network}-desktop", f"{self.network}-nas"
        self.mac = "02:" + secrets.token_bytes(5).hex(":")
        self.wakes = True
        """Whether Wake-on-LAN is switched on in the desktop's firmware."""

    def __enter__(self) -> Self:
        ensure_images(lambda _: None, (appliance.IMAGE,))
        try:
            self._move_in()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if "mainboard" in self.__dict__:
            self.mainboard.cut()
        if "box" in self.__dict__:
            self.box.unplug()
        for container in (self.desktop, self.nas):
            appliance.remove(container)
        with contextlib.suppress(EngineError):
            docker("network", "rm", self.network)

    def _move_in(self) -> None:
        made = network.ensure(self.network, f"{LABEL}={self._info.id}", kind=KIND)
        self._subnet = IPv4Network(made.subnet)
        self.box = Box(self._info, f"{self.network}-box", self.network, made.subnet)
        self.mainboard = Mainboard(f"{self.network}-mainboard", self.mac, self._wake)
        with ThreadPoolExecutor() as pool:
            furniture = [pool.submit(each) for each in (self._box, self._nas, self._desktop, self._mainboard)]
            for each in furniture:
                each.exception()
            for each in furniture:
                each.result()

    def at(self, number: int) -> str:
        """The address of a machine of the home, such as `DESKTOP`."""
        return str(self._subnet[number])

    @property
    def is_on(self) -> bool:
        """Whether the desktop runs."""
        return docker("inspect", "--format", "{{.State.Running}}", self.desktop).strip() == "true"

    @property
    def heard(self) -> list[Heard]:
        """The magic packets that came to the home's network."""
        return self.mainboard.heard

    def turn_on(self) -> None:
        """As with the button on the desktop; returns when its SSH server is up."""
        docker("start", self.desktop, within_s=START_S)
        wait_until_ready(self.desktop, within_s=START_S, engine=False)

    def turn_off(self) -> None:
        """As with the button: it keeps its disk, its addresses and its keys, and nothing on it answers."""
        docker("stop", "--time", "3", self.desktop, within_s=START_S)

    def plug_in(self, mac: str) -> None:
        """The cable into the card of that address. `mac` is its own, for any other it is another card."""
        appliance.inside(self.desktop, 'ip link set eth0 address "$1"', mac)
        for machine in (self.box.container, self.nas):
            appliance.inside(machine, 'ip neigh del "$1" dev eth0 2> /dev/null || true', self.at(DESKTOP))

    def _wake(self) -> None:
        if self.wakes:
            with contextlib.suppress(EngineError):  # it is gone: the home is being left
                docker("start", self.desktop, within_s=START_S)

    def _box(self) -> None:
        self.box.plug_in(self.at(BOX))

    def _nas(self) -> None:
        command = ("lan-nas", self._user, self.at(BOX))
        options = ("--ip", self.at(NAS), "--hostname=nas")
        appliance.start(self._info, self.nas, command, network=self.network, options=options)
        appliance.wait_for(self.nas, "pgrep -x sshd", "The NAS answers SSH")

    def _mainboard(self) -> None:
        name, command, options = self.mainboard.container, Mainboard.command(), ("--ip", self.at(MAINBOARD))
        appliance.start(self._info, name, command, network=self.network, options=options)
        self.mainboard.power()

    def _desktop(self) -> None:
        environment = machine_environment(self._info)
        # Its card keeps its address, whatever the engine would give it at the next start.
        command = (
            f"ip link set eth0 address {self.mac}; ip route replace default via {self.at(BOX)}; "
            "exec sleep infinity"
        )
        appliance.remove(self.desktop)
        docker(
            *("run", "--detach", "--init", f"--name={self.desktop}", "--hostname=desktop"),
            *(f"--network={self.network}", "--ip", self.at(DESKTOP)),
            f"--label={LABEL}={self._info.id}",
            # What was left of an earlier boot is not there at the next.
            "--tmpfs=/run:exec",
            *machine_run_options(),
            # Names only: docker takes the values from its own environment, where no other user sees them.
            *(f"--env={name}" for name in environment),
            *(MACHINE_IMAGE, "timeout", "-k", "10", str(appliance.TTL_S), "sh", "-c", command),
            env=environment,
            within_s=START_S,
        )
        wait_until_ready(self.desktop, within_s=START_S)
        appliance.inside(self.desktop, _POWER, self._user)
