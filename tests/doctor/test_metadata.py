"""Whether Compute Engine's metadata server answers: a question that ends soon, whoever answers."""

from __future__ import annotations

import time

from pytest_cloudlab.doctor import metadata
from tests.clouds.odd_server import OddServer


def test_its_own_header_tells_it(odd: OddServer) -> None:
    odd.script = lambda asked: asked.say(200, "computeMetadata/", metadata_flavor="Google")
    assert metadata.answers({metadata.VARIABLE: odd.host})
    assert odd.seen[0][2]["Metadata-Flavor"] == "Google"


def test_another_server_is_none(odd: OddServer) -> None:
    """Its body may say what it likes."""
    odd.script = lambda asked: asked.say(200, "Metadata-Flavor: Google")
    assert not metadata.answers({metadata.VARIABLE: odd.host})


def test_nobody_there(closed_port: str) -> None:
    assert not metadata.answers({metadata.VARIABLE: closed_port})
    assert not metadata.answers({metadata.VARIABLE: "127.0.0.1:no"})


def test_one_that_drips_is_left(odd: OddServer) -> None:
    odd.script = lambda asked: asked.drip(b"x", 0.05)
    started = time.monotonic()
    assert not metadata.answers({metadata.VARIABLE: odd.host})
    assert time.monotonic() - started < 20 * metadata.WITHIN_S
