"""2.4 Serve a more complex app."""

import pytest

from pytest_cloudlab import containers
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.fixtures.streamlit import LookAtApp, app_on, is_well
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("2.4")


@pytest.mark.outcome(points=2)
def test_second_app_is_served(codespace: Target, lab: Lab, look_at_app: LookAtApp, measure: Measure) -> None:
    """The more complex app is served in your codespace.

    Clone its repository, install its requirements, start it with `streamlit run` and check while it runs.
    """
    wanted = lab.parameters.streamlit
    with app_on(codespace, wanted.port) as (url, answer):
        measure(status=answer.status)
        assert is_well(answer), (
            f"Something else than Streamlit answers on port {wanted.port} (HTTP {answer.status})."
        )
        # The container is the next step; this one is about the app as it was cloned.
        by_container = [
            one.image for one in containers.running_containers(codespace) if wanted.port in one.published
        ]
        measure(containers=by_container)
        assert not by_container, (
            f"A container of {by_container[0]} answers on port {wanted.port}, not an app that you started."
        )
        app = look_at_app("second-app.png", url)
    assert not app.exceptions, f"Its page reports an error: {app.exceptions[0]}"
    assert app.shows(wanted.second_header), (
        f'Its page shows {app.described}, expected a heading with "{wanted.second_header}".'
    )
