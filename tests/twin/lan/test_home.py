"""A home: its box lets in what it is told to, its desktop wakes by its own magic packet alone."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from pytest_cloudlab.magic_packet import REPEATS, SYNC
from pytest_cloudlab.twin.engine import containers, docker
from pytest_cloudlab.twin.lan import Home, Resolver, appliance
from pytest_cloudlab.twin.lan.home import DESKTOP, NAS
from pytest_cloudlab.twin.state import LABEL, TwinInfo
from pytest_cloudlab.waiting import Deadline, NotYet, until

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("lan")]

NAME = "alice.example.net"
SSH, NAS_SSH = 2222, 2223
OTHER = "02:00:5e:00:53:01"
# A bridge carries nothing whose sender is no card.
SENDER = bytes.fromhex("02005e005302")
SEND = """
import socket, sys
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as card:
    card.bind(("eth0", 0))
    card.send(bytes.fromhex(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def resolver(twin: TwinInfo) -> Iterator[Resolver]:
    with Resolver(twin, "lan") as resolver:
        yield resolver


@pytest.fixture(scope="module")
def home(twin: TwinInfo, resolver: Resolver) -> Iterator[Home]:
    with Home(twin, "alice", user="alice") as home:
        home.box.forward(SSH, f"{home.at(DESKTOP)}:22")
        resolver.leads(NAME, home.box.address)
        yield home
    assert not [name for name in containers(f"{LABEL}={twin.id}") if name.startswith(home.network)]
    assert home.network not in docker("network", "ls", "--format", "{{.Name}}").split()


@pytest.fixture(scope="module")
def laptop(twin: TwinInfo, resolver: Resolver) -> Iterator[str]:
    """The name of a container that is somewhere else on the twin's network."""
    name = f"{resolver.container}-laptop"
    appliance.start(twin, name, ("sleep", "infinity"), network=twin.network, options=())
    try:
        resolver.serve(name)
        yield name
    finally:
        docker("rm", "--force", "--volumes", name)


def host_key(laptop: str, port: int = SSH, at: str = NAME) -> str:
    """What `ssh-keyscan` finds; empty when nobody answers."""
    argv = ("docker", "exec", laptop, "ssh-keyscan", "-T", "2", "-t", "ed25519", "-p", str(port), at)
    done = subprocess.run(argv, capture_output=True, text=True, timeout=30)
    return done.stdout.partition(" ")[2].strip()


def asleep(home: Home) -> None:
    if home.is_on:
        home.turn_off()


def awake(home: Home) -> None:
    def on(_: Deadline) -> None:
        if not home.is_on:
            raise NotYet("it sleeps")

    until(on, what="It wakes", within_s=20)


def heard(home: Home, count: int) -> None:
    """Until so many packets have come in all."""

    def came(_: Deadline) -> None:
        if len(home.heard) < count:
            raise NotYet("none")

    until(came, what="A packet is heard", within_s=20)


def test_only_what_the_box_forwards_gets_in(home: Home, laptop: str) -> None:
    """And its machines get out, to the twin's proxy."""
    home.turn_on()
    assert host_key(laptop)
    assert not host_key(laptop, NAS_SSH)
    assert not host_key(laptop, 22, home.at(DESKTOP))
    home.box.forward(NAS_SSH, f"{home.at(NAS)}:22")
    assert host_key(laptop, NAS_SSH) not in ("", host_key(laptop))
    home.box.shut(NAS_SSH)
    assert not host_key(laptop, NAS_SSH)
    asked = "curl -s -m 10 -o /dev/null -w '%{http_code}' https://api.github.com/"
    assert appliance.inside(home.desktop, asked) == "401"


def test_a_name_leads_where_it_is_told_to(home: Home, resolver: Resolver, laptop: str) -> None:
    assert home.box.address in appliance.inside(laptop, "getent ahosts " + NAME)
    resolver.leads(NAME, "")
    try:
        assert appliance.inside(laptop, f"getent ahosts {NAME} || echo none").strip() == "none"
    finally:
        resolver.leads(NAME, home.box.address)


def test_its_own_packet_wakes_it_as_it_was(home: Home, laptop: str) -> None:
    """With its address, its card and its host key."""
    home.turn_on()
    card = "cat /sys/class/net/eth0/address; ip -4 -o address show eth0 | sed 's/.*inet //'"
    before = host_key(laptop), appliance.inside(home.desktop, card)
    asleep(home)
    assert not host_key(laptop)
    appliance.inside(home.nas, f"synonet --wake {home.mac} eth0")
    awake(home)
    home.turn_on()  # waits until it answers
    assert (host_key(laptop), appliance.inside(home.desktop, card)) == before
    assert home.mac in before[1]


def test_nothing_else_wakes_it(home: Home) -> None:
    """Another card's packet, one that is nearly right, one that was sent to another card alone."""
    asleep(home)
    own = bytes.fromhex(home.mac.replace(":", ""))
    nearly = SYNC + SENDER + b"\x08\x42" + SYNC + own * (REPEATS - 1)
    another = bytes.fromhex(OTHER.replace(":", ""))
    for_one = another + SENDER + b"\x08\x42" + SYNC + own * REPEATS
    before = len(home.heard)
    for frame in (nearly, for_one):
        appliance.inside(home.nas, 'python3 -c "$1" "$2"', SEND, frame.hex())
    appliance.inside(home.nas, f"synonet --wake {OTHER} eth0")
    heard(home, before + 2)
    assert [(each.mac, each.to_all, each.own) for each in home.heard[before:]] == [
        (home.mac, False, False),
        (OTHER, True, False),
    ]
    assert not home.is_on


def test_a_packet_to_its_card_alone_wakes_it(home: Home) -> None:
    asleep(home)
    own = bytes.fromhex(home.mac.replace(":", ""))
    frame = own + SENDER + b"\x08\x42" + SYNC + own * REPEATS
    appliance.inside(home.nas, 'python3 -c "$1" "$2"', SEND, frame.hex())
    awake(home)


def test_what_a_killed_rehearsal_left_is_in_nobody_s_way(twin: TwinInfo, home: Home) -> None:
    """What carries its names makes room, be it a home's or a name server's."""
    resolver = Resolver(twin, "killed")
    left = Home(twin, "killed", user="alice")
    names = (resolver.container, left.nas, left.desktop)
    for name in names:
        appliance.start(twin, name, ("sleep", "infinity"), network=twin.network, options=())
    try:
        with resolver, left:
            assert appliance.inside(left.nas, "hostname").strip() == "nas"
            assert left.is_on
            assert resolver.address
    finally:
        for name in names:
            appliance.remove(name)


def test_a_firmware_that_does_not_listen_wakes_nobody(home: Home) -> None:
    asleep(home)
    before = len(home.heard)
    home.wakes = False
    try:
        appliance.inside(home.nas, f"synonet --wake {home.mac} eth0")
        heard(home, before + 1)
        assert not home.is_on
    finally:
        home.wakes = True


def test_a_shutdown_from_within_ends_it(home: Home) -> None:
    home.turn_on()
    appliance.inside(home.desktop, "setsid shutdown now > /dev/null 2>&1 &")

    def off(_: Deadline) -> None:
        if home.is_on:
            raise NotYet("it is on")

    until(off, what="It is off", within_s=20)


def test_a_provider_gives_the_address_to_another(home: Home, resolver: Resolver, laptop: str) -> None:
    """The home is found at its new one, by the same host key."""
    home.turn_on()
    former, key = home.box.address, host_key(laptop)
    try:
        now = home.box.move(let_to_another=True)
        assert now != former
        assert host_key(laptop) not in ("", key)
        resolver.leads(NAME, now)
        assert host_key(laptop) == key
        assert home.box.move(let_to_another=False) != now
        assert not host_key(laptop)
    finally:
        resolver.leads(NAME, home.box.address)
