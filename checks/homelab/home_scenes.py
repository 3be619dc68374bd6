"""The home itself: its SSH servers, the ports of its box, its name, its sleep."""

from __future__ import annotations

from typing import cast

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.homelab.homes import NAS_PORT, PROP, Household
from pytest_cloudlab.rehearsal import Scene, Stage
from pytest_cloudlab.targets import Target, open_target
from pytest_cloudlab.targets.docker import docker
from pytest_cloudlab.targets.onward import onward
from pytest_cloudlab.twin.lan.home import DESKTOP, NAS
from pytest_cloudlab.waiting import Deadline, NotYet, until

OFF_S = 30
SSHD = "/etc/ssh/sshd_config.d/00-home.conf"
SETTINGS = "Port {}\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
RESTART = "kill -HUP $(cat /run/sshd.pid)"


class HomeScenes:
    """What the other scenes are mixed into: it brings the stage."""

    ssh_scenes = (
        Scene("set_up_ssh", "1", "Have the desktop answer SSH on a port of its own"),
        Scene("authorize_key", "1", "Give the desktop the laptop's key"),
        Scene("forward_ssh", "1", "Let the box forward that port"),
        Scene("log_in", "1", "Log in from the laptop"),
    )
    address_scenes = (Scene("keep_name", "5", "Keep the name leading home", curtain=True),)
    wake_scenes = (
        Scene("reach_nas", "6.1", "Reach the NAS"),
        Scene("look_at_card", "6.1", "Plug the desktop's cable in", curtain=True),
        Scene("go_to_sleep", "6.2", "Put the desktop to sleep"),
    )
    home_cleanup = (Scene("shut_down", "7", "Shut the desktop down"),)

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    # What scenes share.

    def laptop(self, one: Assignment) -> Target:
        return self.stage.machine(one, "laptop")

    def household(self, one: Assignment) -> Household:
        return cast("Household", self.stage.props[PROP][one.member.id])

    def keyboard(self, one: Assignment) -> Target:
        """At the desktop itself, as root."""
        return docker(self.household(one).home.desktop)

    def at_nas(self, one: Assignment) -> Target:
        """As its administrator, at home."""
        return docker(self.household(one).home.nas)

    def desktop(self, one: Assignment) -> Target:
        """From afar."""
        return onward(self.laptop(one), open_target(one.member.targets["desktop"]))

    def ssh_port(self, one: Assignment) -> int:
        port: int = one.lab.parameters.ssh.port
        return port

    def at_home(self, one: Assignment) -> str:
        """As somebody types it."""
        return f"{one.member.id}@{self.household(one).name}"

    def configure_ssh(self, one: Assignment, settings: str) -> None:
        with self.keyboard(one) as desktop:
            desktop.check(f"cat > {SSHD} && sshd -t && {RESTART}", stdin=settings.encode())

    def key(self, one: Assignment) -> str:
        """The public half of the laptop's."""
        return self.laptop(one).check(
            "[ -f ~/.ssh/id_ed25519 ] || ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/id_ed25519; "
            "cat ~/.ssh/id_ed25519.pub"
        )

    def first_login(self, one: Assignment, port: int) -> None:
        """The question about the host key is answered with yes, as on the first evening at home."""
        name = self.household(one).name
        # A desktop that was just waked or moved has an earlier key of the same place on record.
        self.laptop(one).check(
            f"mkdir -p -m 700 ~/.ssh; ssh-keygen -R '[{name}]:{port}' > /dev/null 2>&1; "
            "ssh -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o ConnectTimeout=10 -p %s %s true",
            str(port),
            self.at_home(one),
            timeout_s=30,
        )

    # The scenes.

    def set_up_ssh(self, one: Assignment) -> None:
        self.wake_by_hand(one)
        self.configure_ssh(one, SETTINGS.format(self.ssh_port(one)))

    def authorize_key(self, one: Assignment) -> None:
        _authorize(self.household(one).home.desktop, one.member.id, self.key(one))

    def forward_ssh(self, one: Assignment) -> None:
        home = self.household(one).home
        home.box.forward(self.ssh_port(one), f"{home.at(DESKTOP)}:{self.ssh_port(one)}")

    def log_in(self, one: Assignment) -> None:
        self.first_login(one, self.ssh_port(one))

    def keep_name(self, one: Assignment) -> None:
        household = self.household(one)
        household.home.box.neighbour_leaves()
        household.tell_dns()

    def reach_nas(self, one: Assignment) -> None:
        home = self.household(one).home
        _authorize(home.nas, one.member.id, self.key(one))
        home.box.forward(NAS_PORT, f"{home.at(NAS)}:22")
        self.first_login(one, NAS_PORT)

    def look_at_card(self, one: Assignment) -> None:
        self.household(one).home.plug_in(self.household(one).home.mac)

    def go_to_sleep(self, one: Assignment) -> None:
        """From afar; it says no goodbye."""
        home = self.household(one).home
        home.wakes = True
        with self.at_nas(one) as nas:
            nas.check("[ ! -e /usr/local/sbin/wake ] || cp /usr/local/sbin/wake /usr/local/sbin/synonet")
        if home.is_on:
            done = self.laptop(one).run(
                "ssh -o BatchMode=yes -o ConnectTimeout=5 -p %s %s sudo shutdown now",
                str(self.ssh_port(one)),
                self.at_home(one),
            )
            if "connect to host" in done.error_text:  # nobody answered: there is the button
                home.turn_off()

        def off(_: Deadline) -> None:
            if home.is_on:
                raise NotYet("it is on")

        until(off, what="The desktop sleeps", within_s=OFF_S)

    def shut_down(self, one: Assignment) -> None:
        self.go_to_sleep(one)

    def wake_by_hand(self, one: Assignment) -> None:
        """With the button."""
        home = self.household(one).home
        if not home.is_on:
            home.turn_on()


def _authorize(container: str, user: str, key: str) -> None:
    with docker(container) as machine:
        machine.check(
            "cd /home/%s && mkdir -p -m 700 .ssh && cat > .ssh/authorized_keys && chown -R %s .ssh && "
            "chmod 600 .ssh/authorized_keys",
            user,
            f"{user}:",
            stdin=f"{key}\n".encode(),
        )
