"""What `ssh -v` says, and what follows from names, keys and addresses that disagree: no machine is asked."""

from __future__ import annotations

import pytest

from pytest_cloudlab.checks.homelab.knocking import Answer, Key, read
from pytest_cloudlab.checks.homelab.whereabouts import Seen, Whereabouts, judge
from pytest_cloudlab.errors import CouldNotLook

SHOWN = "debug1: Server host key: ssh-ed25519 SHA256:" + "a" * 43 + "\r\n"
DENIED = SHOWN + "alice@home.example: Permission denied (publickey,password).\r\n"
CHANGED = SHOWN + "REMOTE HOST IDENTIFICATION HAS CHANGED!\r\nHost key verification failed.\r\n"
NEW = SHOWN + "No ED25519 host key is known for [home.example]:2222\r\nHost key verification failed.\r\n"
OLD, NOW, TOLD = "192.0.2.1", "192.0.2.2", "192.0.2.3"


@pytest.mark.parametrize(
    ("status", "said", "key", "methods", "silence"),
    [
        (255, DENIED, "known", ("publickey", "password"), ""),
        (0, SHOWN, "known", (), ""),
        (255, CHANGED, "other", (), ""),
        (255, NEW, "unrecorded", (), ""),
        (255, "ssh: connect to host home.example port 2222: Connection refused\r\n", "", (), "refused"),
        (255, "ssh: connect to host home.example port 2222: No route to host\r\n", "", (), "timeout"),
        (255, "ssh: connect to host home.example port 2222: Connection timed out\r\n", "", (), "timeout"),
        (255, "ssh: Could not resolve hostname home.example: Name or service not known\r\n", "", (), "dns"),
    ],
)
def test_what_ssh_says_is_an_answer_or_silence(
    status: int, said: str, key: Key, methods: tuple[str, ...], silence: str
) -> None:
    found = read(status, "debug1: Connecting\r\n" + said)
    assert (found.key, found.methods, found.silence) == (key, methods, silence)
    assert found.open == (status == 0)
    assert found.fingerprint.startswith("ssh-ed25519 SHA256:") or silence


@pytest.mark.parametrize(
    "said", ["", "debug1: nothing\n", "kex_exchange_identification: Connection closed by remote host\n"]
)
def test_what_nobody_understands_is_no_verdict(said: str) -> None:
    """Nor is a server that hangs up: it may be short of sessions."""
    with pytest.raises(CouldNotLook):
        read(255, said)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("connect to address 2001:db8::1 port 2222: Connection refused", "Connection closed by 192.0.2.1"),
        ("connect to address 2001:db8::1 port 2222: Network is unreachable", "Connection reset by 192.0.2.1"),
        ("some banner", "Connection timed out during banner exchange"),
    ],
)
def test_who_hangs_up_at_one_of_several_addresses_is_not_silent(first: str, last: str) -> None:
    """Somebody is there, whatever the other addresses are."""
    with pytest.raises(CouldNotLook):
        read(255, f"debug1: {first}\r\n{last}\r\n")


def test_a_server_cannot_have_its_words_taken_for_a_method() -> None:
    """What it calls its ways in is text of a stranger's."""
    with pytest.raises(CouldNotLook):
        read(255, "alice@home: Permission denied (\x1b[31mpassword).\n")


def answer(key: Key, silence: str = "") -> Answer:
    return Answer(key, (), False, "", silence)


def whereabouts(
    leads_to: tuple[str, ...], answers: dict[str, Answer], *, told: str = "", before: tuple[str, ...] = (OLD,)
) -> Whereabouts:
    return judge(Seen("home.example", leads_to, told, before, answers))


def test_who_shows_the_known_key_is_home_at_whatever_address() -> None:
    assert whereabouts((NOW,), {NOW: answer("known")}) == Whereabouts(NOW)
    both = {OLD: answer("", "timeout"), NOW: answer("known")}
    assert whereabouts((OLD, NOW), both) == Whereabouts(NOW)


def test_a_stale_name_is_told_by_the_key_at_the_new_address() -> None:
    found = whereabouts((OLD,), {OLD: answer("other"), TOLD: answer("known")}, told=TOLD)
    assert found.at == TOLD
    assert not found.unknown
    assert found.message == (
        f"Your provider changed your address: home.example leads to {OLD}, and your home is at {TOLD}."
    )


def test_a_name_that_left_a_home_which_stayed_is_the_name_s_own_mistake() -> None:
    found = whereabouts((NOW,), {NOW: answer("", "refused"), OLD: answer("known")})
    assert found.message == f"home.example leads to {NOW}, and your home still answers at {OLD}."
    assert not found.unknown


def test_a_provider_is_not_blamed_for_a_home_that_stayed() -> None:
    """Where the home says that it is, its name led before."""
    found = whereabouts((NOW,), {NOW: answer("other"), OLD: answer("known")}, told=OLD)
    assert found.message == f"home.example leads to {NOW}, and your home still answers at {OLD}."


@pytest.mark.parametrize(
    ("leads_to", "answers", "says"),
    [
        ((OLD,), {OLD: answer("other")}, "is not trusted"),
        ((NOW,), {NOW: answer("other"), OLD: answer("", "timeout")}, "where somebody else answers"),
        ((NOW,), {NOW: answer("", "timeout"), OLD: answer("", "timeout")}, "another address than before"),
        ((OLD,), {OLD: answer("", "timeout")}, "where nobody answers"),
        ((OLD,), {OLD: answer("unrecorded")}, "log in once"),
        ((), {OLD: answer("", "timeout")}, "no address"),
    ],
)
def test_what_nobody_can_know_is_inconclusive(
    leads_to: tuple[str, ...], answers: dict[str, Answer], says: str
) -> None:
    found = whereabouts(leads_to, answers)
    assert found.unknown
    assert not found.at
    assert says in found.message
