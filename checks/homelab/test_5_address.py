"""5 Find your home again."""

import pytest

from pytest_cloudlab.checks.homelab.place import Place
from pytest_cloudlab.checks.homelab.search import look_for_home
from pytest_cloudlab.checks.homelab.whereabouts import judge
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.fixtures.recording import Measure, Recall
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("5")


@pytest.mark.outcome(points=2, needs="test_desktop_answers_ssh")
def test_name_leads_to_your_home(
    laptop: Target, desktop_place: Place, recall: Recall, lab: Lab, measure: Measure
) -> None:
    """The name of your home leads to your home, whatever address your provider gives it.

    Have your internet box or your NAS tell a dynamic DNS service its address. Where the home is, its
    desktop's host key says. If you know your address at home, write it into your roster: `address = "…"`.
    """
    assert desktop_place.has_name, (
        f"Your roster names an address, {desktop_place.host}, not a name that follows your home."
    )
    seen = look_for_home(laptop, desktop_place, recall, lab)
    verdict = judge(seen)
    measure(
        addresses=list(seen.leads_to),
        told=seen.told,
        before=list(seen.before),
        keys={address: answer.key for address, answer in seen.answers.items()},
        fingerprint=seen.fingerprint,
        at=verdict.at,
    )
    if verdict.unknown:
        raise CouldNotLook(verdict.message, remedy=verdict.remedy)
    assert not verdict.message, verdict.message
