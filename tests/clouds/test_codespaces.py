from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from pytest_cloudlab.clouds.codespaces import Codespace, Codespaces, Machine
from pytest_cloudlab.errors import CloudlabError, CouldNotLook, Forbidden, NotFound, Unreachable, UsageError

from .internet import Internet
from .odd_server import Asked

MACHINE = {"name": "basicLinux32gb", "cpus": 2, "storage_in_bytes": 34359738368}


def listed(*items: Any) -> dict[str, Any]:
    return {"total_count": len(items), "codespaces": list(items)}


def one(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "state": "Available", "machine": MACHINE, **more}


def github() -> Codespaces:
    return Codespaces("ghp_t0ken", deadline_s=0.8)


def test_list(internet: Internet) -> None:
    """Over all pages, from GitHub's own host, in the version of the API that is understood here."""

    def pages(asked: Asked) -> None:
        if "page=2" in asked.path:
            asked.say(200, listed(one("last", state="Shutdown")))
        else:
            asked.say(200, listed(*[one(f"c{number}") for number in range(100)]))

    internet.script = pages
    found = github().list()
    assert len(found) == 101
    assert found[-1] == Codespace("last", "Shutdown", 2, 34359738368, machine="basicLinux32gb")
    assert found[0].runs
    assert not found[-1].runs
    assert internet.connected == ["api.github.com:443"]
    assert internet.seen[0][2]["Authorization"] == "Bearer ghp_t0ken"
    assert internet.seen[0][2]["X-Github-Api-Version"] == "2022-11-28"


def test_a_codespace_that_is_being_made_has_no_machine(internet: Internet) -> None:
    internet.script = lambda asked: asked.say(200, listed(one("new", machine=None, state="Queued")))
    assert github().list() == [Codespace("new", "Queued", 0, 0)]


def test_delete(internet: Internet) -> None:
    internet.script = lambda asked: asked.say(202, {})
    github().delete("fuzzy/../waffle")
    assert internet.seen[0][:2] == ("DELETE", "/user/codespaces/fuzzy%2F..%2Fwaffle")


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (
            lambda asked: asked.say(403, {"message": "API rate limit exceeded"}, x_ratelimit_remaining="0"),
            Unreachable,
        ),
        (lambda asked: asked.say(403, {"message": "secondary rate limit"}, retry_after="60"), Unreachable),
        (lambda asked: asked.say(429, {"message": "secondary rate limit"}, retry_after="60"), Unreachable),
        (lambda asked: asked.say(403, {"message": "SAML"}, x_github_sso="required; url=x"), Forbidden),
        (lambda asked: asked.say(403, {"message": "Must have admin rights"}), Forbidden),
        (lambda asked: asked.say(402, {"message": "spending limit"}), Forbidden),
        (lambda asked: asked.say(422, {"message": "Validation Failed"}), UsageError),
        (lambda asked: asked.say(200, listed(one("x", created_at="yesterday"))), CouldNotLook),
        (lambda asked: asked.say(200, listed(one("x", owner=7))), CouldNotLook),
        (lambda asked: asked.say(401, {"message": "Bad credentials"}), Forbidden),
        (lambda asked: asked.say(404, {"message": "Not Found"}), NotFound),
        (lambda asked: asked.say(502), Unreachable),
        (lambda asked: asked.say(200, {"codespaces": 3}), Unreachable),
        (lambda asked: asked.say(200, listed({"name": "x"})), CouldNotLook),
        (lambda asked: asked.say(200, listed(one("x", machine=3))), CouldNotLook),
    ],
    ids=[
        "limit",
        "second-limit",
        "too-many",
        "sso",
        "scope",
        "payment",
        "not-accepted",
        "odd-time",
        "odd-owner",
        "token",
        "hidden",
        "down",
        "no-list",
        "no-state",
        "odd-machine",
    ],
)
def test_errors(internet: Internet, script: Callable[[Asked], None], kind: type[CloudlabError]) -> None:
    internet.script = script
    with pytest.raises(kind):
        github().list()


def test_get_tells_all_of_it(internet: Internet) -> None:
    """Repository, branch, machine, times, idle timeout, retention, owner."""
    internet.script = lambda asked: asked.say(
        200,
        one(
            "fuzzy-waffle",
            machine={**MACHINE, "memory_in_bytes": 8589934592},
            repository={"full_name": "octo/course"},
            git_status={"ref": "main", "ahead": 0},
            owner={"login": "alice"},
            display_name="the lab",
            devcontainer_path=".devcontainer/devcontainer.json",
            created_at="2026-01-26T19:01:12Z",
            last_used_at="2026-01-26T20:01:12+01:00",
            idle_timeout_minutes=30,
            retention_period_minutes=0,
            retention_expires_at=None,
        ),
    )
    found = github().get("fuzzy-waffle")
    assert found == Codespace(
        name="fuzzy-waffle",
        state="Available",
        cpus=2,
        disk_bytes=34359738368,
        memory_bytes=8589934592,
        machine="basicLinux32gb",
        repository="octo/course",
        ref="main",
        owner="alice",
        display_name="the lab",
        devcontainer=".devcontainer/devcontainer.json",
        created=datetime(2026, 1, 26, 19, 1, 12, tzinfo=UTC),
        last_used=datetime(2026, 1, 26, 19, 1, 12, tzinfo=UTC),
        idle_timeout_minutes=30,
        retention_period_minutes=0,
    )
    assert internet.seen[0][1] == "/user/codespaces/fuzzy-waffle"


def test_create_asks_for_what_was_named_and_leaves_the_rest_to_github(internet: Internet) -> None:
    bodies: list[Any] = []

    def script(asked: Asked) -> None:
        bodies.append(json.loads(asked.body))
        asked.say(201, one("new", state="Queued", machine=None))

    internet.script = script
    asked = {"ref": "main", "idle_timeout_minutes": 5, "retention_period_minutes": 0, "display_name": "x"}
    made = github().create("octo/course", machine="basicLinux32gb", **asked)  # type: ignore[arg-type]
    assert (made.name, made.state, made.runs) == ("new", "Queued", True)
    github().create("octo/course")
    assert bodies == [{**asked, "machine": "basicLinux32gb"}, {}]
    assert internet.seen[0][:2] == ("POST", "/repos/octo/course/codespaces")


def test_create_is_asked_once(internet: Internet) -> None:
    """When the answer is lost, the codespace may be there: asking again would make a second one."""
    internet.script = lambda asked: asked.say(503)
    with pytest.raises(Unreachable):
        github().create("octo/course")
    assert len(internet.seen) == 1


def test_start_and_stop(internet: Internet) -> None:
    internet.script = lambda asked: asked.say(200, one("waffle", state="Starting"))
    assert github().start("waffle").state == "Starting"
    assert github().stop("waffle").name == "waffle"
    assert [seen[:2] for seen in internet.seen] == [
        ("POST", "/user/codespaces/waffle/start"),
        ("POST", "/user/codespaces/waffle/stop"),
    ]


def test_starting_one_that_runs_is_no_error(internet: Internet) -> None:
    def script(asked: Asked) -> None:
        if asked.command == "POST":
            asked.say(409, {"message": "Conflict"})
        else:
            asked.say(200, one("waffle"))

    internet.script = script
    assert github().start("waffle").state == "Available"


def test_machines_of_a_repository(internet: Internet) -> None:
    internet.script = lambda asked: asked.say(200, {"total_count": 1, "machines": [MACHINE]})
    assert github().machines("octo/course", ref="a b") == [Machine("basicLinux32gb", 2, 0, 34359738368)]
    assert internet.seen[0][1] == "/repos/octo/course/codespaces/machines?ref=a%20b"


def test_what_may_not_be_seen_looks_like_what_is_not_there(internet: Internet) -> None:
    """GitHub answers 404 for both: the remedy says so."""
    internet.script = lambda asked: asked.say(404, {"message": "Not Found"})
    with pytest.raises(NotFound) as caught:
        github().get("waffle")
    assert caught.value.message == "api.github.com has no codespace waffle"
    assert "may not see" in caught.value.remedy


@pytest.mark.parametrize("name", ["", "octo", "octo/", "octo/../x", "../x", "a/b/c", "octo/.."])
def test_what_is_no_repository_is_not_asked_for(internet: Internet, name: str) -> None:
    with pytest.raises(UsageError):
        github().machines(name)
    assert internet.seen == []


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_that_leads_elsewhere_is_not_asked_for(internet: Internet, name: str) -> None:
    """`DELETE /user/codespaces/..` would be `DELETE /user`."""
    with pytest.raises(UsageError):
        github().delete(name)
    assert internet.seen == []
