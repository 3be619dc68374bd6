"""One stage for the module's tests.

Not for the session: a stage turns the clients of this whole process towards its twin.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.rehearsal import Stage, cast_of


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    lab = load_lab(find_lab("tunnels"))
    with Stage(lab, cast_of(lab, 1), data=folder / "data", twin_state=folder / "twin", progress=print) as on:
        yield on


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A journal of the test's own: nothing was achieved before it."""
    return tmp_path / "data"
