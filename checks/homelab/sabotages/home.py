"""What goes wrong with the home itself: its doors, its name, its sleep."""

from __future__ import annotations

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.homelab.home_scenes import SETTINGS
from pytest_cloudlab.checks.homelab.homes import NAS_PORT
from pytest_cloudlab.checks.homelab.sabotages.sabotage import Sabotage, checks

ANOTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJkZXYgaXMgbm90IHRoZSBsYXB0b3AncyBrZXkh"
INTERACTIVE = "KbdInteractiveAuthentication no"
GUARD = "/usr/local/sbin/guard"
BROKEN = "/tmp/broke-off"  # noqa: S108  # of the desktop, which is nobody else's
# Whoever outlives the process of sshd that it serves has seen a connection break off.
LOCKS_OUT = f"""#!/bin/sh
[ ! -e {BROKEN} ] || {{ echo "You broke off." >&2; exit 1; }}
sh -c "$SSH_ORIGINAL_COMMAND"
ended=$?
[ "$(cut -d ' ' -f 4 /proc/$$/stat)" = "$PPID" ] || touch {BROKEN}
exit $ended
"""


class PortNotForwarded(Sabotage):
    """The box lets nobody in."""

    spoils = "forward_ssh"
    red = checks("desktop_answers_ssh")

    def forward_ssh(self, one: Assignment) -> None:
        self.household(one).home.box.shut(self.ssh_port(one))


class KeyOfAnotherLaptop(Sabotage):
    """The desktop has a key of somebody else's."""

    spoils = "authorize_key"
    red = checks("desktop_answers_ssh")

    def key(self, one: Assignment) -> str:
        return ANOTHER_KEY


class PasswordsAllowed(Sabotage):
    """Who has no key is asked for a password."""

    spoils = "set_up_ssh"
    red = checks("password_login_is_refused")

    def configure_ssh(self, one: Assignment, settings: str) -> None:
        super().configure_ssh(
            one, settings.replace("\nPasswordAuthentication no", "\nPasswordAuthentication yes")
        )


class PasswordsAskedOtherwise(Sabotage):
    """The keyboard-interactive way was forgotten, which asks for the same password."""

    spoils = "set_up_ssh"
    red = PasswordsAllowed.red

    def configure_ssh(self, one: Assignment, settings: str) -> None:
        super().configure_ssh(one, settings.replace(INTERACTIVE, INTERACTIVE.replace("no", "yes")))


class GuardLocksOut(Sabotage):
    """Whose connection has broken off does not get in again."""

    spoils = "set_up_ssh"
    red = checks("dropped_connection_is_picked_up")
    judged = "2"

    def set_up_ssh(self, one: Assignment) -> None:
        with self.keyboard(one) as desktop:
            desktop.write(GUARD, LOCKS_OUT.encode(), mode=0o755)
            desktop.check(f"rm -f {BROKEN}")
        self.configure_ssh(one, SETTINGS.format(self.ssh_port(one)) + f"ForceCommand {GUARD}\n")


class NameLeadsElsewhere(Sabotage):
    """Its dynamic DNS was told the address of another machine."""

    spoils = "keep_name"
    red = checks("name_leads_to_your_home")

    def keep_name(self, one: Assignment) -> None:
        household = self.household(one)
        household.dns.leads(household.name, self.stage.twin.gateway)


class NasNotForwarded(Sabotage):
    """The box lets nobody in to the NAS."""

    spoils = "reach_nas"
    red = checks("nas_answers_ssh")

    def reach_nas(self, one: Assignment) -> None:
        self.household(one).home.box.shut(NAS_PORT)


class AnotherCard(Sabotage):
    """The address in the roster is that of a card that the desktop has no more."""

    spoils = "look_at_card"
    red = checks("address_is_that_of_its_wired_card")

    def look_at_card(self, one: Assignment) -> None:
        self.household(one).home.plug_in("02:00:5e:00:53:01")


class WakeOnLanOff(Sabotage):
    """The desktop's firmware does not listen while it sleeps."""

    spoils = "go_to_sleep"
    red = checks("desktop_wakes_when_called")

    def go_to_sleep(self, one: Assignment) -> None:
        super().go_to_sleep(one)
        self.household(one).home.wakes = False


class NasCallsNobody(Sabotage):
    """The NAS's command does nothing."""

    spoils = "go_to_sleep"
    red = WakeOnLanOff.red
    synonet = "#!/bin/sh\nexit 0\n"

    def go_to_sleep(self, one: Assignment) -> None:
        super().go_to_sleep(one)
        with self.at_nas(one) as nas:
            nas.check("cp -n /usr/local/sbin/synonet /usr/local/sbin/wake")
            nas.write("/usr/local/sbin/synonet", self.synonet.encode(), mode=0o755)


class NasCallsAnother(NasCallsNobody):
    """The NAS always calls the computer that was there before."""

    synonet = "#!/bin/sh\nexec /usr/local/sbin/wake --wake 02:00:5e:00:53:01 eth0\n"


class LeftOn(Sabotage):
    """Nobody shut it down."""

    spoils = "shut_down"
    red = checks("desktop_is_shut_down")

    def shut_down(self, one: Assignment) -> None:
        self.wake_by_hand(one)


class OnlySshEnded(Sabotage):
    """Its SSH server was ended; the desktop itself runs on."""

    spoils = "shut_down"
    red = LeftOn.red

    def shut_down(self, one: Assignment) -> None:
        self.wake_by_hand(one)
        with self.keyboard(one) as desktop:
            desktop.check("kill $(cat /run/sshd.pid)")


HOME = (
    PortNotForwarded,
    KeyOfAnotherLaptop,
    PasswordsAllowed,
    PasswordsAskedOtherwise,
    GuardLocksOut,
    NameLeadsElsewhere,
    NasNotForwarded,
    AnotherCard,
)
ASLEEP = (WakeOnLanOff, NasCallsNobody, NasCallsAnother)
END = (LeftOn, OnlySshEnded)
