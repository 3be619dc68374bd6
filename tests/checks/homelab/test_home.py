"""The home itself, judged on the twin: its doors, its name, its sleep, as they should be and sabotaged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.checks.homelab.homes import Household
from pytest_cloudlab.checks.homelab.sabotages import ASLEEP, END, HOME, Sabotage
from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.model import Observation, Verdict
from pytest_cloudlab.rehearsal import Stage
from pytest_cloudlab.standing import Card
from tests.checks.homelab.soloist import Soloist
from tests.checks.played import played
from tests.checks.verdicts import by_verdict

pytestmark = [
    pytest.mark.docker,
    pytest.mark.xdist_group("homelab-home"),  # its stage is its module's
]
NAME = "test_name_leads_to_your_home"
WAKES = "test_desktop_wakes_when_called"
END_CHECK = "test_desktop_is_shut_down"


@pytest.fixture(scope="module")
def soloist(stage: Stage, tmp_path_factory: pytest.TempPathFactory, sessions: Sessions) -> Soloist:
    return Soloist(stage, tmp_path_factory.mktemp("soloist"), sessions, "1", "2", "5", "6.1", "6.2", "7")


@pytest.fixture
def household(soloist: Soloist) -> Household:
    soloist.put_right()
    return soloist.walkthrough.household(soloist.alice)


@pytest.fixture
def awake(soloist: Soloist) -> None:
    soloist.put_right()
    soloist.walkthrough.wake_by_hand(soloist.alice)


def seen(card: Card, check: str) -> Observation:
    """What was observed of that check."""
    found = next(each.observation for each in card.standings if each.check.name == check)
    assert found
    return found


def test_the_walkthrough_achieves_everything(soloist: Soloist) -> None:
    """Up to the end, which is not due."""
    assert soloist.achieved == {check.name for check in soloist.checks if check.holds == "ever"}


@pytest.mark.usefixtures("awake")
@pytest.mark.parametrize("sabotage", played(HOME), ids=lambda sabotage: sabotage.title())
def test_a_sabotage_turns_its_checks_red_and_no_other(
    soloist: Soloist, data: Path, sabotage: type[Sabotage]
) -> None:
    soloist.turns_red(sabotage, data)


@pytest.mark.usefixtures("awake")
def test_port_22_is_not_the_agreed_one(soloist: Soloist, data: Path) -> None:
    card = soloist.judge(data, step="1", instead=(":2222", ""))
    observed = seen(card, "test_desktop_answers_ssh")
    assert observed.verdict is Verdict.FAILED
    assert "port 22" in observed.message


@pytest.fixture
def moved(household: Household, awake: None) -> Iterator[Household]:
    """The provider gave the home another address; its former one is a neighbour's, and DNS is stale."""
    former = household.home.box.address
    household.home.box.move(let_to_another=True)
    yield household
    household.home.box.neighbour_leaves()
    household.home.box.move(let_to_another=False, to=former)
    household.tell_dns()


def test_a_provider_s_new_address_is_told_in_one_sentence(
    soloist: Soloist, moved: Household, data: Path
) -> None:
    """DNS still leads to the former one, and the desktop's host key is found where the home itself says."""
    now = moved.home.box.address
    observed = seen(soloist.judge(data, step="5", own=f'address = "{now}"\n'), NAME)
    assert observed.verdict is Verdict.FAILED
    assert observed.message.startswith("Your provider changed your address: ")
    assert observed.message.endswith(f"and your home is at {now}.")
    assert sorted(observed.measured["keys"].values()) == ["known", "other"]


def test_a_host_key_that_is_not_the_known_one_is_not_trusted(
    soloist: Soloist, moved: Household, data: Path
) -> None:
    """A neighbour's box, or a desktop that was made anew: from outside nobody can tell. When the name has
    followed, the home is known by its key."""
    observed = seen(soloist.judge(data / "stale", step="5"), NAME)
    assert observed.verdict is Verdict.INCONCLUSIVE
    assert "is not the one on record, so it is not trusted" in observed.message
    moved.tell_dns()
    assert seen(soloist.judge(data / "followed", step="5"), NAME).verdict is Verdict.PASSED


def test_who_is_awake_cannot_be_waked(soloist: Soloist, awake: None, data: Path) -> None:
    """Nor is it put to sleep for that."""
    observed = seen(soloist.judge(data, step="6.2"), WAKES)
    assert observed.verdict is Verdict.INCONCLUSIVE
    assert "there is nothing to wake" in observed.message


def test_where_nobody_may_listen_nobody_is_called(soloist: Soloist, household: Household, data: Path) -> None:
    """The check would not know what it saw."""
    soloist.walkthrough.go_to_sleep(soloist.alice)
    before = len(household.home.heard)
    with soloist.walkthrough.at_nas(soloist.alice) as nas:
        nas.check("mv /etc/sudoers.d/nas /etc/nas.away")
        try:
            observed = seen(soloist.judge(data, step="6.2"), WAKES)
        finally:
            nas.check("mv /etc/nas.away /etc/sudoers.d/nas")
    assert observed.verdict is Verdict.INCONCLUSIVE
    assert "nobody may listen on the home's network" in observed.message
    assert len(household.home.heard) == before


def test_a_desktop_that_is_called_wakes(soloist: Soloist, household: Household, data: Path) -> None:
    """One packet for its own card, to all of the network, sent by the NAS."""
    soloist.walkthrough.go_to_sleep(soloist.alice)
    before = len(household.home.heard)
    observed = seen(soloist.judge(data, step="6.2"), WAKES)
    assert observed.verdict is Verdict.PASSED
    (called,) = household.home.heard[before:]
    assert [called.mac, called.to_all, called.port] == observed.measured["heard"][0][:3]


@pytest.mark.parametrize("sabotage", played(ASLEEP), ids=lambda sabotage: sabotage.title())
def test_what_does_not_wake_is_found(
    soloist: Soloist, awake: None, data: Path, sabotage: type[Sabotage]
) -> None:
    soloist.turns_red(sabotage, data, within_s=3)


@pytest.mark.parametrize("sabotage", played(END), ids=lambda sabotage: sabotage.title())
def test_what_is_left_on_is_found(
    soloist: Soloist, awake: None, data: Path, sabotage: type[Sabotage]
) -> None:
    soloist.turns_red(sabotage, data)


def test_the_end_is_a_desktop_that_is_off(soloist: Soloist, awake: None, data: Path) -> None:
    soloist.walkthrough.shut_down(soloist.alice)
    card = soloist.judge(data, step="7", final=True)
    assert by_verdict(card, final=True)["passed"] == {END_CHECK}


def test_a_home_that_is_out_of_reach_is_not_known_to_be_shut_down(
    soloist: Soloist, household: Household, data: Path
) -> None:
    """Neither machine answers: the box may be off."""
    soloist.walkthrough.go_to_sleep(soloist.alice)
    household.dns.leads(household.name, soloist.stage.twin.gateway)
    try:
        card = soloist.judge(data, step="7", final=True)
    finally:
        household.tell_dns()
    assert seen(card, END_CHECK).verdict is Verdict.INCONCLUSIVE


def test_who_never_had_it_on_has_nothing_to_shut_down(soloist: Soloist, tmp_path: Path) -> None:
    """An untouched start achieves nothing, the end included."""
    soloist.walkthrough.go_to_sleep(soloist.alice)
    (tmp_path / "none").mkdir()
    card = soloist.judge(tmp_path / "none", step="7", final=True)
    assert seen(card, END_CHECK).verdict is Verdict.BLOCKED
