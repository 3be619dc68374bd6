"""A codespace's time: idle, retained, taken up again, by the test's clock and with stand-in containers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.twin.github.conftest import REPOSITORY, Api
from tests.twin.github.server import Server

pytestmark = pytest.mark.openapi


def test_one_that_nobody_uses_is_stopped(api: Api) -> None:
    """After its idle timeout, not before."""
    name = api.create(idle_timeout_minutes=5)["name"]
    api.reaches(name, "Available")
    api.server.ahead_s = 4.8 * 60
    api.server.run(api.server.life.at_their_time)
    api.reaches(name, "Available")
    api.server.ahead_s = 5.2 * 60
    api.server.run(api.server.life.at_their_time)
    api.reaches(name, "Shutdown")


def test_one_that_somebody_works_in_goes_on(api: Api) -> None:
    """And its time begins anew."""
    name = api.create(idle_timeout_minutes=5)["name"]
    before = api.reaches(name, "Available")["last_used_at"]
    api.server.containers.busy.add(name)
    api.server.ahead_s = 6 * 60
    api.server.run(api.server.life.at_their_time)
    assert api.reaches(name, "Available")["last_used_at"] > before
    api.server.containers.busy.clear()
    api.server.ahead_s = 10 * 60
    api.server.run(api.server.life.at_their_time)
    api.reaches(name, "Available")


def test_one_that_was_stopped_is_deleted_after_its_retention(api: Api) -> None:
    name = api.create(retention_period_minutes=60)["name"]
    api.reaches(name, "Available")
    api.ask("POST", f"/user/codespaces/{name}/stop")
    api.reaches(name, "Shutdown")
    api.server.ahead_s = 59 * 60
    api.server.run(api.server.life.at_their_time)
    api.reaches(name, "Shutdown")
    api.server.ahead_s = 61 * 60
    api.server.run(api.server.life.at_their_time)
    api.reaches(name, "gone")
    assert api.server.containers.running == {}


def test_starting_it_again_ends_the_retention(api: Api) -> None:
    name = api.create(retention_period_minutes=60)["name"]
    api.reaches(name, "Available")
    api.ask("POST", f"/user/codespaces/{name}/stop")
    api.reaches(name, "Shutdown")
    api.server.ahead_s = 30 * 60
    api.ask("POST", f"/user/codespaces/{name}/start")
    assert api.reaches(name, "Available")["retention_expires_at"] is None
    api.server.ahead_s = 59 * 60
    api.server.run(api.server.life.at_their_time)
    api.reaches(name, "Available")


def test_one_whose_container_ended_is_shut_down(api: Api) -> None:
    """A student's `kill 1` is no reason to say that it runs."""
    name = api.create()["name"]
    api.reaches(name, "Available")
    api.server.containers.running[f"twin-{name}"] = False
    assert api.ask("GET", f"/user/codespaces/{name}").json()["state"] == "Shutdown"


def test_one_that_cannot_be_made_has_failed_and_can_be_deleted(api: Api) -> None:
    api.server.containers.broken = True
    name = api.create()["name"]
    api.reaches(name, "Failed")
    assert api.ask("POST", f"/user/codespaces/{name}/start").status_code == 409
    api.ask("DELETE", f"/user/codespaces/{name}")
    api.reaches(name, "gone")


def test_stopping_one_that_is_being_made(api: Api) -> None:
    """It ends stopped, and starts as any other."""
    name = api.create()["name"]
    api.ask("POST", f"/user/codespaces/{name}/stop")
    api.reaches(name, "Shutdown")
    api.ask("POST", f"/user/codespaces/{name}/start")
    api.reaches(name, "Available")


@pytest.mark.parametrize(
    ("state", "runs", "then"),
    [
        ("Queued", None, "Available"),
        ("Provisioning", True, "Available"),
        ("Starting", True, "Available"),
        ("Available", True, "Available"),
        ("Available", False, "Shutdown"),
        ("Available", None, "Shutdown"),
        ("ShuttingDown", True, "Shutdown"),
        ("ShuttingDown", False, "Shutdown"),
        ("Shutdown", False, "Shutdown"),
        ("Deleted", True, "gone"),
        ("Deleted", None, "gone"),
        ("Failed", None, "Failed"),
    ],
)
def test_a_later_process_takes_it_up(
    api: Api, tmp_path: Path, repository: Path, state: str, runs: bool | None, then: str
) -> None:
    """With all that was known of it, in whatever state the former process was killed."""
    name = api.create(idle_timeout_minutes=7, display_name="kept")["name"]
    before = api.reaches(name, "Available")
    kept = tmp_path / "saved" / "codespaces.json"
    text = kept.read_text().replace('"state":"Available"', f'"state":"{state}"')
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "codespaces.json").write_text(text)
    later = Server({REPOSITORY: repository}, tmp_path / "later")
    if runs is not None:
        later.containers.running[f"twin-{name}"] = runs
    with later:
        found: dict[str, Any] = Api(later, api.session).reaches(name, then)
    if then != "gone":
        constant = ("id", "environment_id", "display_name", "idle_timeout_minutes", "created_at", "owner")
        assert {key: found[key] for key in constant} == {key: before[key] for key in constant}
        assert (found["retention_expires_at"] is None) == (then != "Shutdown")
