"""What the tests of all labs share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pytest_cloudlab.grading.sessions import Sessions


@pytest.fixture(scope="session")
def sessions() -> Iterator[Sessions]:
    """One server for all who are judged here: clients of clouds are imported once, not for every member."""
    with Sessions(("browser", "gce")) as sessions:
        yield sessions
