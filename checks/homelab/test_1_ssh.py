"""1 Set up SSH on your desktop."""

import re
from collections.abc import Callable

import pytest

from pytest_cloudlab.checks.homelab.addresses import addresses
from pytest_cloudlab.checks.homelab.cards import mac_of
from pytest_cloudlab.checks.homelab.entering import ELSEWHERE, require_let_in, told_apart
from pytest_cloudlab.checks.homelab.knocking import NOBODY, Answer, knock
from pytest_cloudlab.checks.homelab.place import SSH, Place
from pytest_cloudlab.checks.homelab.search import not_found
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.fixtures.recording import Measure, Recall
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.lost import Lost

pytestmark = pytest.mark.step("1")

WHO = 'printf "%s\\n" "$SSH_CONNECTION"; hostname; cat /etc/machine-id 2>/dev/null'
BY_PASSWORD = {"password", "keyboard-interactive"}


@pytest.mark.outcome(points=2)
def test_desktop_answers_ssh(
    laptop: Target,
    desktop: Target,
    desktop_place: Place,
    nas_answers: Callable[[], bool],
    recall: Recall,
    lab: Lab,
    measure: Measure,
) -> None:
    """Your desktop answers SSH on the agreed port, and lets you in with your key.

    Have your internet box forward the port to your desktop, put your laptop's public key into
    ~/.ssh/authorized_keys there, and log in once from your laptop.
    """
    wanted = lab.parameters.ssh.port
    measure(port=desktop_place.port)
    assert desktop_place.port == wanted, f"Your roster names port {desktop_place.port}, expected {wanted}" + (
        ": the whole world tries port 22." if desktop_place.port == SSH else "."
    )
    try:
        told = desktop.run(WHO, max_bytes=4096).text.splitlines()
    except Lost as lost:
        measure(reason=lost.reason)
        require_let_in(laptop, desktop_place, lost)
        if lost.reason in ("refused", "timeout") and nas_answers():
            raise AssertionError(
                f"Your NAS answers SSH at home, and your desktop does not: {lost.message}"
            ) from None
        if lost.reason in ELSEWHERE:
            not_found(laptop, desktop_place, recall, lab)
        raise
    connection, hostname, machine = (*told, "", "", "")[:3]
    # The address that sshd has seen the connection come in at: the desktop's own, at home.
    inside = (connection.split() + [""] * 4)[2]
    inside = inside if re.fullmatch(r"[0-9A-Fa-f.:]{2,45}", inside) else ""
    apart = told_apart(laptop, desktop)
    measure(
        hostname=hostname[:64],
        machine=machine[:32],
        told_apart_by=list(apart),
        home_address=inside,
        home_mac=mac_of(desktop, inside),
        addresses=_addresses(laptop, desktop_place.host),
    )
    assert apart, "What answers as your desktop is the laptop that you sit at: your roster leads back to it."


@pytest.mark.outcome(points=2, needs="test_desktop_answers_ssh")
def test_password_login_is_refused(laptop: Target, desktop_place: Place, measure: Measure) -> None:
    """Your desktop lets nobody in with a password.

    Set `PasswordAuthentication no` and `KbdInteractiveAuthentication no` in /etc/ssh/sshd_config there, and
    restart its SSH server. Machines all over the world try passwords on every address, day and night.
    """
    answer = _asked(laptop, desktop_place)
    everybody = _asked(laptop, desktop_place.of(NOBODY))
    measure(
        methods=list(answer.methods),
        methods_of_others=list(everybody.methods),
        fingerprint=answer.fingerprint,
        open=answer.open,
    )
    is_open = answer.open or everybody.open
    assert not is_open, "It lets everybody in, without a key or a password."
    offered = sorted(BY_PASSWORD & set(answer.methods))
    assert not offered, f"It offers to let people in by {' and by '.join(offered)}."
    offered = sorted(BY_PASSWORD & set(everybody.methods))
    assert not offered, f"It offers other users than you to let them in by {' and by '.join(offered)}."


def _asked(laptop: Target, place: Place) -> Answer:
    answer = knock(laptop, place)
    if answer.key != "known":
        raise CouldNotLook(
            "the desktop's SSH server cannot be asked how it lets people in: "
            + (
                f"nobody answers ({answer.silence})"
                if answer.silence
                else "its host key is not the known one"
            )
        )
    return answer


def _addresses(laptop: Target, name: str) -> list[str]:
    """None where the laptop cannot look them up: the login does not need them."""
    try:
        return addresses(laptop, name)
    except CouldNotLook:
        return []
