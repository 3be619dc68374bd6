"""Single checks of the mascot lab, given what is hard to bring about on a stage."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from pytest_cloudlab.checks.be import test_100_team as its_team
from pytest_cloudlab.checks.be import test_111_environment as environment
from pytest_cloudlab.checks.be import test_134_run as run
from pytest_cloudlab.clouds.policy import Binding, Policy
from pytest_cloudlab.containers import Container, Image
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.model import Course, Member, Team
from pytest_cloudlab.targets import Result


def port_is_mapped(monkeypatch: pytest.MonkeyPatch, exposed: tuple[int, ...], **published: int) -> None:
    monkeypatch.setattr(run.containers, "image", lambda vm, name: Image("sha256:1", (), exposed))
    ports = {int(outer.removeprefix("p")): inner for outer, inner in published.items()}
    lab = SimpleNamespace(parameters=SimpleNamespace(ports=SimpleNamespace(web=8081)))
    one = Container("1", "web:1", "sha256:1", ports, {})
    run.test_port_is_mapped(cast(Any, None), one, cast(Any, lab), "web:1", lambda **values: None)


def test_the_web_port_leads_to_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    port_is_mapped(monkeypatch, (5000,), p8081=5000)


@pytest.mark.parametrize(
    ("exposed", "published", "said"),
    [
        ((5000,), {"p8082": 5000}, "8081 is not mapped"),
        ((5000, 6000), {"p8081": 80}, "the container's 80, but the app is on 5000, 6000"),
        ((), {"p8081": 80}, "the app is on none that its image names"),
    ],
)
def test_a_wrong_mapping_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, exposed: tuple[int, ...], published: dict[str, int], said: str
) -> None:
    """Also when the image names no port: that is the team's work, not a broken check."""
    with pytest.raises(AssertionError, match=said):
        port_is_mapped(monkeypatch, exposed, **published)


def team_may_edit(*bindings: Binding, zoe: str = "zoe@example.com") -> dict[str, Any]:
    """What the check measured."""
    alice = Member("alice", "Alice", email="Alice@example.com")
    team = Team("rocket", (alice, Member("zoe", "Zoë", email=zoe)))
    measured: dict[str, Any] = {}
    its_team.test_team_may_edit_the_project(
        Policy("p", bindings), team, lambda **values: measured.update(values)
    )
    return measured


OWNER = Binding("roles/owner", frozenset({"user:alice@example.com"}))
ZOE = frozenset({"user:zoe@example.com"})


def test_an_owner_may_edit_as_an_editor_may() -> None:
    measured = team_may_edit(OWNER, Binding("roles/editor", ZOE))
    assert measured == {"roles": {"alice": ["roles/owner"], "zoe": ["roles/editor"]}}


@pytest.mark.parametrize(
    "binding",
    [
        Binding("roles/editor", ZOE, condition="request.time < timestamp('2030-01-01T00:00:00Z')"),
        Binding("roles/viewer", ZOE),
        Binding(
            "roles/editor", frozenset({"serviceAccount:zoe@example.com", "user:zoe@example.com.evil.org"})
        ),
    ],
    ids=["for-a-while", "viewer", "somebody-else"],
)
def test_a_teammate_who_may_less_is_named(binding: Binding) -> None:
    with pytest.raises(AssertionError, match="does not name zoe as Editor"):
        team_may_edit(OWNER, binding)


def test_a_member_without_an_address_cannot_be_looked_for() -> None:
    """That is the roster's gap, not the team's mistake."""
    with pytest.raises(CouldNotLook, match="which account is zoe's") as caught:
        team_may_edit(OWNER, zoe="")
    assert "Add email" in caught.value.remedy


class Codespace:
    """Answers one command."""

    def __init__(self, answer: Result) -> None:
        self.answer = answer

    def run(self, command: str, **limits: Any) -> Result:
        assert command.startswith("gcloud ")
        return self.answer


def gcloud_says(exit_status: int, out: str = "", err: str = "") -> None:
    codespace = Codespace(Result(exit_status, out.encode(), err.encode()))
    environment.test_gcloud_knows_the_project(
        cast(Any, codespace), Course(project="harbour"), lambda **values: None
    )


def test_gcloud_works_on_the_project() -> None:
    """Whatever else a fresh one prints before it."""
    gcloud_says(0, "Welcome!\nharbour\n", "Your active configuration is: [default]")


@pytest.mark.parametrize(
    ("out", "said"), [("", "has no project"), ("(unset)\n", "has no project"), ("x", "on x, your")]
)
def test_gcloud_without_the_project_is_told_so(out: str, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        gcloud_says(0, out)


def test_a_codespace_without_gcloud_is_told_the_remedy() -> None:
    with pytest.raises(NotFound) as caught:
        gcloud_says(127, err="sh: 1: gcloud: not found")
    assert "Install the Google Cloud SDK" in caught.value.remedy


def test_a_gcloud_that_does_not_run_says_nothing_about_its_project() -> None:
    with pytest.raises(CouldNotLook, match="Python is too old"):
        gcloud_says(1, err="Traceback\nPython is too old")
