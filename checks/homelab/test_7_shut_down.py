"""7 Shut it down."""

import pytest

from pytest_cloudlab.checks.homelab.place import Place
from pytest_cloudlab.checks.homelab.search import LOGIN
from pytest_cloudlab.checks.homelab.sleeping import answers_ssh, card_of, replies
from pytest_cloudlab.fixtures.recording import Measure, Recall
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("7")


@pytest.mark.outcome(points=2, needs="test_desktop_answers_ssh", holds="at_end")
def test_desktop_is_shut_down(
    laptop: Target,
    nas: Target,
    nas_place: Place,
    desktop_place: Place,
    recall: Recall,
    lab: Lab,
    measure: Measure,
) -> None:
    """Your desktop is shut down, or sleeps.

    `sudo shutdown now` ends it, and your connection with it. Left on, it costs power.
    """
    on = answers_ssh(laptop, desktop_place, nas_place)
    measure(answers_ssh=on)
    assert not on, "It answers SSH: it is still on."
    seen = recall(LOGIN)
    inside = str(seen.get("home_address") or "")
    replied = replies(nas, inside, card_of(seen, lab))
    measure(home_address=inside, replied=replied)
    assert not replied, f"It does not answer SSH, but is on: {inside} replies to your NAS."
