"""The twin's network: whose addresses are whose."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from pytest_cloudlab.twin import network
from pytest_cloudlab.twin.engine import EngineError, docker
from pytest_cloudlab.twin.images import BASE
from pytest_cloudlab.twin.network import Network
from pytest_cloudlab.twin.state import TwinInfo

LABEL = "cloudlab-test=network"


def test_each_half_has_its_own_addresses() -> None:
    made = Network("n", "192.168.96.0/20", "192.168.96.1")
    assert (str(made.others), str(made.vms)) == ("192.168.96.0/21", "192.168.104.0/21")
    assert IPv4Address(made.gateway) in made.others


@pytest.fixture
def name(twin: TwinInfo) -> Iterator[str]:
    """Of a network that is removed afterwards. The twin is why there is an engine and an image."""
    name = f"cloudlab-test-{secrets.token_hex(4)}"
    yield name
    docker("network", "rm", name)


@pytest.mark.docker
def test_what_asks_for_no_address_gets_none_of_the_vms(name: str) -> None:
    made = network.ensure(name, LABEL)
    form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    run = ("run", "--detach", f"--network={name}", "--entrypoint=sleep")
    wanted = str(made.vms[7])
    guests = [docker(*run, BASE, "60").strip(), docker(*run, f"--ip={wanted}", BASE, "60").strip()]
    try:
        other, vm = (docker("inspect", "--format", form, guest).strip() for guest in guests)
    finally:
        docker("rm", "--force", "--volumes", *guests)
    assert IPv4Address(other) in made.others
    assert vm == wanted


@pytest.mark.docker
def test_one_that_is_there_is_taken(name: str) -> None:
    made = network.ensure(name, LABEL)
    assert network.ensure(name, LABEL) == made


@pytest.mark.docker
def test_one_that_was_removed_comes_back_with_its_addresses(name: str) -> None:
    """Machines carry the gateway's address in their environment."""
    made = network.ensure(name, LABEL)
    docker("network", "rm", name)
    assert network.ensure(name, LABEL, made.subnet) == made


@pytest.mark.docker
def test_a_subnet_that_is_taken_meanwhile_is_replaced(name: str, twin: TwinInfo) -> None:
    made = network.ensure(name, LABEL, twin.subnet)
    assert not made.vms.overlaps(Network("twin", twin.subnet, twin.gateway).vms)


def test_an_engine_that_makes_none_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    with pytest.raises(EngineError):
        network.ensure("cloudlab-test-none", LABEL)
