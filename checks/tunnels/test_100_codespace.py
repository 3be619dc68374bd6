"""1 From your laptop into a codespace."""

import pytest

from pytest_cloudlab.checks.tunnels.hops import CODESPACE, LAPTOP, chain_of, look_at, require_apart
from pytest_cloudlab.clouds.codespace import Codespace
from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.providers.codespace import STOPPED
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.lost import Lost

pytestmark = pytest.mark.step("1")


@pytest.mark.outcome(points=1)
def test_codespace_is_another_machine(
    laptop: Target, request: pytest.FixtureRequest, measure: Measure
) -> None:
    """Your codespace can be entered, and is another machine than your laptop.

    Open the repository's page and choose Code, then "Create codespace on main". In the roster, targets says
    where your laptop and your codespace are: they are two places.
    """
    try:
        codespace: Target = request.getfixturevalue("codespace")
        codespace.run("true")
    except Lost as lost:
        if lost.reason == "stopped":
            _require_not_shut_down(request.getfixturevalue("github_codespace"), lost)
        raise
    require_apart(chain_of(look_at({LAPTOP: laptop, CODESPACE: codespace}, measure)), measure)


def _require_not_shut_down(found: Codespace, lost: Lost) -> None:
    """Starting it is the student's to do. One that GitHub is starting, or that is out of order, is not."""
    if found.state in STOPPED:
        raise NotFound(lost.message, remedy=lost.remedy) from None
