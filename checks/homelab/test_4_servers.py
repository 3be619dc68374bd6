"""4 Run other servers."""

from typing import Any

import msgspec
import pytest

from pytest_cloudlab.checks.homelab.together import arrived_together
from pytest_cloudlab.containers import running_containers
from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.fixtures.streamlit import app_on, is_well
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target
from pytest_cloudlab.webpage import Page, fetch_through

pytestmark = pytest.mark.step("4")


@pytest.mark.outcome(points=1, needs="test_desktop_answers_ssh")
def test_api_answers_on_your_laptop(laptop: Target, lab: Lab, measure: Measure) -> None:
    """Your API answers on your laptop's port.

    Start it on your desktop with the agreed port (`uvicorn my_api.fast:app --port PORT`), and forward that
    port with an `ssh -L` of its own.
    """
    port = lab.parameters.ports.api
    page = _through_the_tunnel(laptop, port, lab.parameters.api.path)
    answer = _json_object(page)
    measure(status=page.status, keys=sorted(answer or {})[:10])
    assert page.status == 200, f"It answers HTTP {page.status}, expected 200."
    assert answer is not None, "What it answers is no JSON object: is it the API that has the port?"


@pytest.mark.outcome(points=1, needs="test_desktop_answers_ssh")
def test_streamlit_answers_on_your_laptop(laptop: Target, lab: Lab, measure: Measure) -> None:
    """Your Streamlit app answers on your laptop's port.

    Start it on your desktop with `streamlit run app.py --server.port PORT`, and forward that port.
    """
    with app_on(laptop, lab.parameters.ports.streamlit) as (_, answer):
        measure(status=answer.status)
    assert is_well(answer), f"Something else than Streamlit has the port (HTTP {answer.status})."


@pytest.mark.outcome(points=1, needs="test_desktop_answers_ssh")
def test_container_answers_on_your_laptop(
    laptop: Target, desktop: Target, lab: Lab, measure: Measure
) -> None:
    """A container of your desktop answers on your laptop's port.

    Start it on your desktop with `docker run -d -p PORT:…`, and forward that port.
    """
    port = lab.parameters.ports.container
    mine = next((one for one in running_containers(desktop) if port in one.published), None)
    measure(image=mine.image[:200] if mine else None)
    if mine is None:
        raise NotFound(f"No container on your desktop publishes port {port}.")
    page = _through_the_tunnel(laptop, port, "/")
    measure(status=page.status)
    assert page.status < 500, f"It answers HTTP {page.status}."


@pytest.mark.outcome(
    points=2,
    needs=(
        "test_tunnel_has_the_same_number_at_both_ends",
        "test_api_answers_on_your_laptop",
        "test_streamlit_answers_on_your_laptop",
        "test_container_answers_on_your_laptop",
    ),
)
def test_all_of_them_are_forwarded_at_once(
    laptop: Target, desktop: Target, lab: Lab, measure: Measure
) -> None:
    """All your servers are reached at the same time, each through the port of its own number.

    One `ssh` may have several -L, or each port an `ssh` of its own. Leave all of them open.
    """
    ports = lab.parameters.ports
    wanted = (ports.jupyter, ports.api, ports.streamlit, ports.container)
    found = arrived_together(laptop, desktop, wanted)
    measure(
        opened=[{str(port): count for port, count in each.items()} for each in found.opened],
        missing=list(found.missing),
    )
    missing = ", ".join(map(str, found.missing))
    assert not missing, f"Connections to your laptop's port {missing} do not reach that port of your desktop."


def _json_object(page: Page) -> dict[str, Any] | None:
    """None for a page that is none; one may well be empty."""
    try:
        return msgspec.json.decode(page.body, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return None


def _through_the_tunnel(laptop: Target, port: int, path: str) -> Page:
    with laptop.forward(port) as url:
        return fetch_through(laptop, url + path, port)
