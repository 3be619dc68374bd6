"""1.0 Set up the team."""

import pytest

from pytest_cloudlab.clouds.policy import Policy
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Team

pytestmark = pytest.mark.step("1.0")

ROLES = ("roles/editor", "roles/owner")


@pytest.mark.outcome(points=1)
def test_team_may_edit_the_project(iam_policy: Policy, team: Team, measure: Measure) -> None:
    """All of your team may edit the project.

    Whoever owns the project gives each of the others the role Editor: in the console under IAM & Admin, or
    with `gcloud projects add-iam-policy-binding`, and without a condition.
    """
    nameless = [member.id for member in team.members if not member.email]
    if nameless:
        raise CouldNotLook(
            f"the roster does not say which account is {_all(nameless)}'s",
            remedy='Add email = "…" to each member: the address of the Google account.',
        )
    roles = {
        member.id: [role for role in ROLES if iam_policy.holds(f"user:{member.email}", role)]
        for member in team.members
    }
    measure(roles=roles)
    lacking = [member for member, held in roles.items() if not held]
    assert not lacking, f"The project's policy does not name {_all(lacking)} as Editor."


def _all(names: list[str]) -> str:
    return ", ".join(names)
