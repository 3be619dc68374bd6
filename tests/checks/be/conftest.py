"""One stage for a module's tests: two members, played once and then kept in order.

Not for the session: a stage turns the clients of this whole process towards its twin.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.rehearsal import Stage
from tests.checks.be.troupe import Troupe


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    from pytest_cloudlab.checks.be.walkthrough import cast

    folder = tmp_path_factory.mktemp("stage")
    lab = load_lab(find_lab("be"))
    with Stage(lab, cast(2), data=folder / "data", twin_state=folder / "twin", progress=print) as stage:
        yield stage


@pytest.fixture(scope="module")
def troupe(stage: Stage, sessions: Sessions) -> Troupe:
    return Troupe(stage, sessions)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A journal of the test's own: nothing was achieved before it."""
    return tmp_path / "data"
