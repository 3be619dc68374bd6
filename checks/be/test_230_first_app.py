"""2.3 Serve your first Streamlit app."""

import pytest

from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.fixtures.streamlit import LookAtApp, app_on, is_well
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("2.3")


@pytest.mark.outcome(points=2)
def test_first_app_is_served(codespace: Target, lab: Lab, look_at_app: LookAtApp, measure: Measure) -> None:
    """Your first Streamlit app is served in your codespace.

    Start it with `streamlit run` and check while it runs. If its page shows an error, mend the code first.
    """
    wanted = lab.parameters.streamlit
    with app_on(codespace, wanted.port) as (url, answer):
        measure(status=answer.status)
        assert is_well(answer), (
            f"Something else than Streamlit answers on port {wanted.port} (HTTP {answer.status})."
        )
        app = look_at_app("first-app.png", url)
    assert not app.exceptions, f"Its page reports an error: {app.exceptions[0]}"
    assert app.shows(wanted.first_header), (
        f'Its page shows {app.described}, expected a heading with "{wanted.first_header}".'
    )
