"""Buckets of a project."""

from __future__ import annotations

import pytest

from .conftest import PROJECT, Service, error


def test_a_new_bucket_has_the_fields_that_clients_read(service: Service) -> None:
    made = service.create("team-rocket", location="europe-west1", labels={"team": "rocket"})
    assert (made["name"], made["location"], made["locationType"]) == ("team-rocket", "EUROPE-WEST1", "region")
    assert (made["storageClass"], made["metageneration"]) == ("STANDARD", "1")
    assert made["labels"] == {"team": "rocket"}
    assert made["iamConfiguration"]["uniformBucketLevelAccess"]["enabled"] is True
    assert made["timeCreated"] == made["updated"]
    assert service.ask("GET", "/b/team-rocket").json() == made


def test_a_bucket_lies_in_the_united_states_by_default(service: Service) -> None:
    made = service.create()
    assert (made["location"], made["locationType"]) == ("US", "multi-region")


def test_buckets_are_listed_by_project_in_pages(service: Service) -> None:
    for name in ("bbb", "aaa"):
        service.create(name)
    first = service.ask("GET", "/b", params={"project": PROJECT, "maxResults": "2"}).json()
    assert [item["name"] for item in first["items"]] == ["aaa", "bbb"]
    query = {"project": PROJECT, "pageToken": first["nextPageToken"]}
    rest = service.ask("GET", "/b", params=query).json()
    assert [item["name"] for item in rest["items"]] == ["course"]
    assert "nextPageToken" not in rest


@pytest.mark.parametrize(
    ("query", "answer"),
    [({}, (400, "required")), ({"project": "another"}, (400, "invalid"))],
)
def test_buckets_of_no_project_are_refused(
    service: Service, query: dict[str, str], answer: tuple[int, str]
) -> None:
    assert error(service.ask("GET", "/b", params=query)) == answer
    assert error(service.ask("POST", "/b", params=query, json={"name": "team"})) == answer


@pytest.mark.parametrize(
    "about",
    [
        *(
            {"name": name}
            for name in ("ab", "Team", "-team", "a" * 64, "te/am", "google-1", "1.2.3.4", "", "a..b")
        ),
        {"name": "team", "location": "mars"},
        {"name": "team", "storageClass": "BEST"},
        {"name": "team", "labels": ["a"]},
        {"name": "team", "versioning": {"enabled": True}},
    ],
    ids=str,
)
def test_what_cannot_be_a_bucket_is_400(service: Service, about: dict[str, object]) -> None:
    answer = service.ask("POST", "/b", params={"project": PROJECT}, json=about)
    assert error(answer) == (400, "invalid")
    assert service.ask("GET", "/b/team").status_code == 404


@pytest.mark.parametrize("name", ["team", "course"])
def test_a_name_that_is_taken_is_409(service: Service, name: str) -> None:
    service.create()
    answer = service.ask("POST", "/b", params={"project": PROJECT}, json={"name": name})
    assert error(answer) == (409, "conflict")


def test_a_bucket_with_objects_is_not_deleted(team: Service) -> None:
    team.upload("a", b"1")
    assert error(team.ask("DELETE", "/b/team")) == (409, "conflict")
    assert team.ask("DELETE", "/b/team/o/a").status_code == 204
    assert team.ask("DELETE", "/b/team").status_code == 204
    assert error(team.ask("GET", "/b/team")) == (404, "notFound")


def test_a_patch_merges_and_null_clears(team: Service) -> None:
    team.ask("PATCH", "/b/team", json={"labels": {"a": "1", "b": "2"}})
    changed = team.ask("PATCH", "/b/team", json={"labels": {"a": None}}).json()
    assert (changed["labels"], changed["metageneration"]) == ({"b": "2"}, "3")


def test_an_update_replaces(team: Service) -> None:
    team.ask("PATCH", "/b/team", json={"labels": {"a": "1"}})
    assert "labels" not in team.ask("PUT", "/b/team", json={"website": {"mainPageSuffix": "i"}}).json()


def test_a_condition_on_a_bucket_that_does_not_hold_is_412(team: Service) -> None:
    query = {"ifMetagenerationMatch": "2"}
    assert error(team.ask("DELETE", "/b/team", params=query)) == (412, "conditionNotMet")
    assert error(team.ask("PATCH", "/b/team", params=query, json={})) == (412, "conditionNotMet")


def test_the_layout_is_flat_and_has_no_managed_folders(team: Service) -> None:
    """`gcloud storage rm -r` asks for both before it deletes."""
    layout = team.ask("GET", "/b/team/storageLayout").json()
    assert layout == {
        "kind": "storage#storageLayout",
        "bucket": "team",
        "location": "US",
        "locationType": "multi-region",
    }
    assert team.ask("GET", "/b/team/managedFolders").json() == {"kind": "storage#managedFolders"}


def test_without_a_token_only_the_courses_bucket_is_read(team: Service) -> None:
    del team.session.headers["Authorization"]
    assert team.names("course") == ["cat/1.gif", "cat/app.py"]
    assert team.read("cat/app.py", "course").content == b"print(1)\n"
    for method, path in (
        ("GET", "/b?project=sdd2526"),
        ("GET", "/b/team"),
        ("GET", "/b/team/o"),
        ("POST", "/b?project=sdd2526"),
        ("DELETE", "/b/course"),
        ("PATCH", "/b/course"),
        ("DELETE", "/b/course/o/cat%2Fapp.py"),
        ("PATCH", "/b/course/o/cat%2Fapp.py"),
        ("POST", "/b/course/o/cat%2Fapp.py/rewriteTo/b/course/o/x"),
    ):
        assert error(team.ask(method, path)) == (401, "required"), path
    assert error(team.upload("x", b"", "course")) == (401, "required")


def test_a_wrong_token_is_401_everywhere(team: Service) -> None:
    team.session.headers["Authorization"] = "Bearer wrong"
    assert team.ask("GET", "/b/course").status_code == 401
