"""3.2 Serve your first Streamlit app."""

import pytest

from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.fixtures.frames import Drawing, Frames
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.fixtures.streamlit import LookAtApp, app_on, is_well, streamlit_version
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("3.2")


@pytest.mark.outcome(points=1, needs="test_codespace_can_be_entered")
def test_app_is_served(codespace: Target, lab: Lab, measure: Measure) -> None:
    """Your Streamlit app is served in your codespace.

    Install streamlit there, start the app with `streamlit run` and check while it runs: Control-C ends it.
    """
    port = lab.parameters.app.port
    try:
        with app_on(codespace, port) as (_, answer):
            measure(status=answer.status)
    except NotFound:
        raise NotFound(
            f"Your codespace answers, but nothing does on its port {port}.",
            remedy="Start the app with `streamlit run` and check while it runs; Streamlit prints its port.",
        ) from None
    assert is_well(answer), f"Something else than Streamlit answers on port {port} (HTTP {answer.status})."
    measure(streamlit=streamlit_version(codespace))


@pytest.mark.outcome(points=2, needs="test_app_is_served")
def test_app_shows_its_comparisons(
    codespace: Target, lab: Lab, look_at_app: LookAtApp, measure: Measure
) -> None:
    """Your app's page shows its header and its comparisons.

    Copy the whole code of the page, and install all that it imports. A comparison wipes from one picture to
    the other.
    """
    wanted = lab.parameters.app
    drawing = Drawing(wanted.handle, wanted.comparisons, tuple(wanted.scripts_from))
    with app_on(codespace, wanted.port) as (url, _):
        app = look_at_app("app.png", url, drawing)
    assert not app.exceptions, f"Its page reports an error: {app.exceptions[0]}"
    assert app.shows(wanted.header), (
        f'Its page shows {app.described}, expected a heading with "{wanted.header}".'
    )
    assert app.frames is not None
    measure(comparisons=app.frames.drawn, blank=app.frames.blank, unreached=list(app.frames.unreached))
    require_drawn(app.frames, drawing)


def require_drawn(frames: Frames, drawing: Drawing) -> None:
    """A blank frame whose script is elsewhere, and out of this browser's reach, may be fine for others."""
    if frames.drawn >= drawing.at_least:
        return
    if frames.drawn + frames.waiting >= drawing.at_least:
        strange = [host for host in frames.unreached if host not in drawing.scripts_from]
        raise CouldNotLook(
            "comparisons stay blank here: this browser does not reach "
            f"{', '.join(frames.unreached)}, where their scripts come from",
            remedy=f"If that is as it should be, add {', '.join(strange)} to scripts_from in lab.toml."
            if strange
            else "Check from a network that lets it out.",
        )
    rest = f"; frames that stay blank: {frames.blank}" if frames.blank else ""
    raise NotFound(
        f"Its page draws {frames.drawn} of {drawing.at_least} comparisons{rest}.",
        remedy="Open the page yourself; what could not be loaded is in the browser's console (F12)."
        if frames.blank
        else "Copy the whole code of the page.",
    )
