"""A ledger of its own for each test, and containers that go away whatever happens."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.providers.engine import Engine
from pytest_cloudlab.providers.ledger import Ledger
from pytest_cloudlab.twin.images import ensure_images


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / ".cloudlab" / "ledger.sqlite")


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The engine of this machine, with the images that the tests start."""
    ensure_images(lambda line: None)
    return Engine.default()


@pytest.fixture
def new_name(engine: Engine) -> Iterator[Callable[[], str]]:
    """A function that gives a container's name nobody has; what bears it is removed after the test."""
    given: list[str] = []

    def new() -> str:
        given.append(f"cloudlab-test-{secrets.token_hex(5)}")
        return given[-1]

    yield new
    for name in given:
        with contextlib.suppress(NotFound):
            engine.remove(engine.container(name).id)


@pytest.fixture
def name(new_name: Callable[[], str]) -> str:
    return new_name()
