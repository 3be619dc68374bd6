"""The home looked for: at the name's addresses, at the one that the roster tells, and where it was before."""

from __future__ import annotations

from pytest_cloudlab.checks.homelab.addresses import addresses
from pytest_cloudlab.checks.homelab.knocking import knock
from pytest_cloudlab.checks.homelab.place import Place
from pytest_cloudlab.checks.homelab.whereabouts import Seen, judge
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.fixtures.recording import Recall
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target

MOST = 4
LOGIN, NAME = "test_desktop_answers_ssh", "test_name_leads_to_your_home"


def look_for_home(laptop: Target, place: Place, recall: Recall, lab: Lab, what: str = "desktop") -> Seen:
    """Who answers SSH at each of these addresses. Nobody logs in.

    Raises `CouldNotLook` when the laptop cannot be asked.
    """
    leads_to = addresses(laptop, place.host)[:MOST]
    told, before = lab.parameters.home.address, found_before(recall)
    places = dict.fromkeys([*leads_to, *([told] if told else []), *before])
    return Seen(
        name=place.host,
        leads_to=tuple(leads_to),
        told=told,
        before=before,
        answers={at: knock(laptop, place, at=at) for at in list(places)[: 2 * MOST]},
        what=what,
    )


def found_before(recall: Recall) -> tuple[str, ...]:
    """Where the home was when its name led there: as the check of the name found it, and as a login did,
    which says so where the name had one address only."""
    named, login = recall(NAME), recall(LOGIN)
    at = str(named.get("at") or "")
    found = [at] if at in (named.get("addresses") or ()) else []
    led = login.get("addresses") or ()
    return tuple(dict.fromkeys([*found, *(str(each) for each in led if len(led) == 1)]))


def not_found(laptop: Target, place: Place, recall: Recall, lab: Lab, what: str = "desktop") -> None:
    """Say where the home is, for a machine of it that nobody could enter.

    Raises `AssertionError` where the home is somewhere else than its name leads, and `CouldNotLook` where
    nobody can say. Where it does answer by now, nothing is said.
    """
    verdict = judge(look_for_home(laptop, place, recall, lab, what))
    if verdict.unknown:
        raise CouldNotLook(verdict.message, remedy=verdict.remedy)
    assert not verdict.message, verdict.message
