"""GitHub's API for codespaces, without containers; `api` refuses what GitHub does not describe."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from pytest_cloudlab.clouds.codespaces import Codespaces
from pytest_cloudlab.errors import Forbidden, NotFound, UsageError
from tests.twin.github.conftest import REPOSITORY, Api
from tests.twin.github.contract import Contract
from tests.twin.github.server import TOKEN, Server

pytestmark = pytest.mark.openapi


def test_a_codespace_from_its_creation_to_its_end(api: Api) -> None:
    """Queued, Available, Shutdown, Available again, gone; each answer as GitHub describes it."""
    made = api.create(ref="main", machine="standardLinux32gb", display_name="the lab")
    assert (made["state"], made["machine"]) == ("Queued", None)
    name = made["name"]
    found = api.reaches(name, "Available")
    assert found["machine"]["cpus"] == 4
    assert found["repository"]["full_name"] == REPOSITORY
    assert found["git_status"]["ref"] == "main"
    assert found["display_name"] == "the lab"
    assert found["devcontainer_path"] == ".devcontainer/devcontainer.json"
    assert found["retention_expires_at"] is None
    assert api.ask("POST", f"/user/codespaces/{name}/stop").status_code == 200
    assert api.reaches(name, "Shutdown")["retention_expires_at"]
    assert api.ask("POST", f"/user/codespaces/{name}/start").json()["state"] == "Starting"
    api.reaches(name, "Available")
    assert api.ask("POST", f"/user/codespaces/{name}/start").status_code == 409
    assert api.ask("DELETE", f"/user/codespaces/{name}").status_code == 202
    api.reaches(name, "gone")
    assert api.server.containers.running == {}


def test_every_other_call_is_as_described(api: Api) -> None:
    """The account, the repository, its sizes and its dev containers."""
    assert api.ask("GET", "/user").json()["login"] == "cloudlab-student"
    assert api.ask("GET", "/repos/Octo/Course").json()["full_name"] == REPOSITORY
    number = api.ask("GET", f"/repos/{REPOSITORY}").json()["id"]
    assert api.ask("GET", f"/repositories/{number}").json()["full_name"] == REPOSITORY
    machines = api.ask("GET", f"/repos/{REPOSITORY}/codespaces/machines").json()["machines"]
    assert machines[0]["name"] == "basicLinux32gb"
    assert api.ask("GET", f"/repositories/{number}/codespaces/machines").json()["machines"] == machines
    found = api.ask("GET", f"/repos/{REPOSITORY}/codespaces/devcontainers").json()
    assert [each["path"] for each in found["devcontainers"]] == [".devcontainer/devcontainer.json"]
    new = api.ask("GET", f"/repos/{REPOSITORY}/codespaces/new").json()
    assert new["billable_owner"]["login"] == "cloudlab-student"
    name = api.create()["name"]
    assert api.ask("GET", f"/user/codespaces/{name}/machines").json()["total_count"] == len(machines)
    assert api.ask("PATCH", f"/user/codespaces/{name}", {"display_name": "x"}).json()["display_name"] == "x"
    accepted = api.ask(
        "GET", f"/repos/{REPOSITORY}/codespaces/permissions_check?ref=main&devcontainer_path=x"
    )
    assert accepted.json() == {"accepted": True}


def test_a_codespace_by_the_repositorys_number(api: Api) -> None:
    """As gh asks for one."""
    number = api.ask("GET", f"/repos/{REPOSITORY}").json()["id"]
    asked = {"repository_id": number, "idle_timeout_minutes": 5, "retention_period_minutes": 60}
    made = api.ask("POST", "/user/codespaces", asked)
    assert made.status_code == 201
    assert (made.json()["idle_timeout_minutes"], made.json()["retention_period_minutes"]) == (5, 60)


def test_pages(api: Api) -> None:
    """The newest first; the link to the next page leads there."""
    names = [api.create()["name"] for _ in range(3)]
    first = api.ask("GET", "/user/codespaces?per_page=2")
    assert [each["name"] for each in first.json()["codespaces"]] == [names[2], names[1]]
    assert first.json()["total_count"] == 3
    following = first.links["next"]["url"].replace("https://127.0.0.1", "").partition("/")[2]
    second = api.ask("GET", f"/{following}")
    assert [each["name"] for each in second.json()["codespaces"]] == [names[0]]
    assert "next" not in second.links


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"machine": "huge"}, "machine"),
        ({"ref": "no-such-branch"}, "ref"),
        ({"idle_timeout_minutes": 4}, "idle_timeout_minutes"),
        ({"idle_timeout_minutes": 241}, "idle_timeout_minutes"),
        ({"idle_timeout_minutes": "30"}, "idle_timeout_minutes"),
        ({"idle_timeout_minutes": True}, "idle_timeout_minutes"),
        ({"retention_period_minutes": 43201}, "retention_period_minutes"),
        ({"display_name": "x" * 49}, "display_name"),
        ({"display_name": 7}, "display_name"),
        ({"location": "Moon"}, "location"),
        ({"devcontainer_path": "../secret.json"}, "devcontainer_path"),
        ({"labels": {}}, "labels"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_what_github_does_not_take(api: Api, asked: dict[str, Any], field: str) -> None:
    answer = api.ask("POST", f"/repos/{REPOSITORY}/codespaces", asked)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert api.ask("GET", "/user/codespaces").json()["total_count"] == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/user/codespaces/no-such"),
        ("DELETE", "/user/codespaces/no-such"),
        ("POST", "/user/codespaces/no-such/start"),
        ("POST", "/user/codespaces/no-such/stop"),
        ("GET", "/repos/octo/other"),
        ("POST", "/repos/octo/other/codespaces"),
        ("GET", "/repositories/12"),
        ("GET", "/repositories/²/codespaces/machines"),
        ("GET", "/nowhere"),
        ("PUT", "/user/codespaces"),
    ],
)
def test_what_is_not_there(api: Api, method: str, path: str) -> None:
    answer = api.ask(method, path)
    assert answer.status_code == 404
    assert answer.json()["message"] == "Not Found"


@pytest.mark.parametrize("header", ["", "Bearer ghp_wrong", "Basic eDp5", "token", f"Bearer {TOKEN}x"])
def test_nobody_else_gets_in(api: Api, header: str) -> None:
    answer = api.ask("GET", "/user/codespaces", headers={"Authorization": header})
    assert answer.status_code == 401


def test_both_words_for_a_token(api: Api) -> None:
    """gh says `token`."""
    assert api.ask("GET", "/user", headers={"Authorization": f"token {TOKEN}"}).ok


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"[" * 100_000])
def test_a_body_that_is_none(api: Api, body: bytes) -> None:
    answer = api.session.post(f"{api.server.url}/repos/{REPOSITORY}/codespaces", data=body, timeout=20)
    assert answer.status_code == 400


def test_our_own_client(server: Server) -> None:
    """What the checks ask with, against the twin's answers."""
    github = Codespaces(TOKEN, address=server.url)
    made = github.create(REPOSITORY, idle_timeout_minutes=10, retention_period_minutes=60, display_name="x")
    assert github.get(made.name).idle_timeout_minutes == 10
    assert [each.name for each in github.list()] == [made.name]
    assert github.machines(REPOSITORY)[0].memory_bytes == 8 * 1024**3
    github.stop(made.name)
    github.delete(made.name)
    assert github.list() == []
    with pytest.raises(NotFound):
        github.get(made.name)
    with pytest.raises(UsageError, match="Validation Failed"):
        github.create(REPOSITORY, machine="huge")
    with pytest.raises(Forbidden):
        Codespaces("ghp_wrong", address=server.url).list()


def test_the_contract_can_fail(api: Api) -> None:
    """A field too many, one too few, a wrong word, a status that is never given: each is refused."""
    name = api.create()["name"]
    good = api.ask("GET", f"/user/codespaces/{name}").json()
    contract, path = Contract(), f"/user/codespaces/{name}"
    contract.check("GET", path, 200, good)
    for bad in (
        {**good, "colour": "red"},
        {key: value for key, value in good.items() if key != "owner"},
        {**good, "state": "Sleeping"},
        {**good, "created_at": "today"},
        {**good, "owner": {**good["owner"], "shoe_size": 42}},
    ):
        with pytest.raises(jsonschema.ValidationError):
            contract.check("GET", path, 200, bad)
    with pytest.raises(AssertionError, match="never answers 204"):
        contract.check("GET", path, 204, good)
    with pytest.raises(AssertionError, match="describes no"):
        contract.check("GET", "/nowhere", 200, good)
