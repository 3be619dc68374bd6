"""Artifact Registry's API and the registries behind it, held against Google's description."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import PROJECT, Api
from .pusher import Pusher

pytestmark = pytest.mark.docker

API = f"https://artifactregistry.googleapis.com/v1/projects/{PROJECT}"
LOCATION = f"{API}/locations/europe-west1"
HOST = "https://europe-west1-docker.pkg.dev"


def create(api: Api, name: str, url: str = LOCATION, **more: Any) -> dict[str, Any]:
    """Create a repository as gcloud does; the finished operation."""
    answer = api.post(f"{url}/repositories?repositoryId={name}", {"format": "DOCKER", **more})
    assert answer.ok, answer.text
    assert "done" not in answer.json()
    done: dict[str, Any] = api.get(
        f"https://artifactregistry.googleapis.com/v1/{answer.json()['name']}"
    ).json()
    assert done["done"]
    return done


@pytest.fixture
def repository(api: Api) -> Iterator[str]:
    """The name of one that is there, and is gone afterwards."""
    name = f"web-{secrets.token_hex(4)}"
    create(api, name)
    yield name
    api.delete(f"{LOCATION}/repositories/{name}")


def status(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["status"]


def test_a_repository_is_created_described_and_listed(api: Api) -> None:
    """The operation carries the repository; so do `get` and `list`, with its address for Docker."""
    name = f"described-{secrets.token_hex(4)}"
    made = create(api, name, description="Team", labels={"team": "rocket"})["response"]
    found = api.get(f"{LOCATION}/repositories/{name}").json()
    assert found["name"] == f"projects/{PROJECT}/locations/europe-west1/repositories/{name}"
    assert (found["format"], found["mode"]) == ("DOCKER", "STANDARD_REPOSITORY")
    assert (found["description"], found["labels"]) == ("Team", {"team": "rocket"})
    assert found["registryUri"] == f"europe-west1-docker.pkg.dev/{PROJECT}/{name}"
    assert {key: value for key, value in made.items() if key != "@type"} == found
    assert found in api.get(f"{LOCATION}/repositories").json()["repositories"]
    assert "repositories" not in api.get(f"{API}/locations/europe-west4/repositories").json()
    api.delete(f"{LOCATION}/repositories/{name}")


@pytest.mark.parametrize(
    ("name", "location", "body", "expected"),
    [
        ("Web", "europe-west1", {"format": "DOCKER"}, (400, "INVALID_ARGUMENT")),
        ("-web", "europe-west1", {"format": "DOCKER"}, (400, "INVALID_ARGUMENT")),
        ("", "europe-west1", {"format": "DOCKER"}, (400, "INVALID_ARGUMENT")),
        ("web", "europe-west1", {"format": "FLOPPY"}, (400, "INVALID_ARGUMENT")),
        ("web", "europe-west1", {}, (400, "INVALID_ARGUMENT")),
        ("web", "europe-west1", {"format": "DOCKER", "colour": "red"}, (400, "INVALID_ARGUMENT")),
        ("web", "europe-west1", {"format": "DOCKER", "mode": "REMOTE_REPOSITORY"}, (400, "INVALID_ARGUMENT")),
        ("web", "europe-west1", {"format": "DOCKER", "labels": {"A": "b"}}, (400, "INVALID_ARGUMENT")),
        ("web", "europe-west1", ["DOCKER"], (400, "INVALID_ARGUMENT")),
        ("web", "atlantis-west1", {"format": "DOCKER"}, (404, "NOT_FOUND")),
        ("eu.gcr.io", "us", {"format": "DOCKER"}, (400, "INVALID_ARGUMENT")),
        ("asia.gcr.io", "asia", {"format": "PYTHON"}, (400, "INVALID_ARGUMENT")),
    ],
)
def test_what_no_repository_can_be(
    api: Api, name: str, location: str, body: Any, expected: tuple[int, str]
) -> None:
    url = f"{API}/locations/{location}/repositories?repositoryId={name}"
    assert status(api.post(url, body)) == expected


def test_a_name_that_is_taken(api: Api, repository: str) -> None:
    again = api.post(f"{LOCATION}/repositories?repositoryId={repository}", {"format": "DOCKER"})
    assert status(again) == (409, "ALREADY_EXISTS")


def test_another_project_is_denied_not_missing(api: Api) -> None:
    """Google tells nobody which projects there are."""
    other = api.get(f"{LOCATION.replace(PROJECT, 'other-project')}/repositories/web")
    assert status(other) == (403, "PERMISSION_DENIED")
    assert other.json()["error"]["details"][0]["reason"] == "IAM_PERMISSION_DENIED"


def test_description_and_labels_change_and_nothing_else(api: Api, repository: str) -> None:
    url = f"{LOCATION}/repositories/{repository}"
    changed = api.session.patch(f"{url}?updateMask=description", json={"description": "New"}, timeout=30)
    assert changed.json()["description"] == "New"
    assert api.get(url).json()["description"] == "New"
    refused = api.session.patch(f"{url}?updateMask=format", json={"format": "NPM"}, timeout=30)
    assert status(refused) == (400, "INVALID_ARGUMENT")


def test_images_are_versions_of_packages_with_tags(api: Api, pusher: Pusher, repository: str) -> None:
    """One pushed image, as each of the four shows it; a slash in its name is escaped."""
    digest = pusher.push(HOST, f"{PROJECT}/{repository}/deep/app", "1.0")
    url, name = f"{LOCATION}/repositories/{repository}", f"projects/{PROJECT}/locations/europe-west1"
    name += f"/repositories/{repository}"
    (image,) = api.get(f"{url}/dockerImages").json()["dockerImages"]
    assert image["uri"] == f"europe-west1-docker.pkg.dev/{PROJECT}/{repository}/deep/app@{digest}"
    assert image["name"] == f"{name}/dockerImages/deep%2Fapp@{digest}"
    assert (image["tags"], image["imageSizeBytes"]) == (["1.0"], "64")
    assert image["buildTime"] == "2026-01-02T03:04:05.000000Z"
    for escaped in ("deep%2Fapp", "deep%252Fapp"):
        assert api.get(f"{url}/dockerImages/{escaped}@{digest}").json() == image
        assert api.get(f"{url}/packages/{escaped}").json()["name"] == f"{name}/packages/deep%2Fapp"
    package = f"{url}/packages/deep%2Fapp"
    assert [each["displayName"] for each in api.get(f"{url}/packages").json()["packages"]] == ["deep/app"]
    (version,) = api.get(f"{package}/versions?view=FULL").json()["versions"]
    tag = {"name": f"{name}/packages/deep%2Fapp/tags/1.0", "version": version["name"]}
    assert version["name"] == f"{name}/packages/deep%2Fapp/versions/{digest}"
    assert version["relatedTags"] == [tag]
    assert version["metadata"]["imageSizeBytes"] == "64"
    assert "relatedTags" not in api.get(f"{package}/versions/{digest}").json()
    assert api.get(f"{package}/tags").json() == {"tags": [tag]}
    assert api.get(f"{package}/tags/1.0").json() == tag


def test_sizes_count_each_blob_once(api: Api, pusher: Pusher, repository: str) -> None:
    """Two images with one configuration in common and a layer each: 35 + 64 + 64 bytes."""
    for tag in ("a", "b"):
        pusher.push(HOST, f"{PROJECT}/{repository}/app", tag)
    assert api.get(f"{LOCATION}/repositories/{repository}").json()["sizeBytes"] == "163"


def test_lists_come_in_pages_filtered_and_ordered(api: Api, pusher: Pusher, repository: str) -> None:
    url = f"{LOCATION}/repositories/{repository}"
    for tag in ("a", "b", "c"):
        pusher.push(HOST, f"{PROJECT}/{repository}/app", tag)
    whole = api.get(f"{url}/dockerImages").json()["dockerImages"]
    found, token = [], ""
    while True:
        page = api.get(f"{url}/dockerImages?pageSize=2&pageToken={token}").json()
        assert len(page["dockerImages"]) <= 2
        found += page["dockerImages"]
        if not (token := page.get("nextPageToken", "")):
            break
    assert (found, len(found)) == (whole, 3)
    down = api.get(f"{url}/dockerImages", params={"orderBy": "upload_time desc"}).json()["dockerImages"]
    assert [each["tags"] for each in down] == [["c"], ["b"], ["a"]]
    tag = api.get(f"{url}/packages/app/tags/b").json()
    query = {"filter": f'version="{tag["version"]}"'}
    assert api.get(f"{url}/packages/app/tags", params=query).json() == {"tags": [tag]}
    star = {"filter": 'name="*/tags/b" AND version="*"'}
    assert api.get(f"{url}/packages/app/tags", params=star).json() == {"tags": [tag]}
    for wrong in ("pageSize=x", "pageSize=-1", "pageToken=%21", "filter=x", "orderBy=a,b"):
        assert status(api.get(f"{url}/dockerImages?{wrong}")) == (400, "INVALID_ARGUMENT"), wrong


def test_tags_are_created_moved_and_deleted(api: Api, pusher: Pusher, repository: str) -> None:
    """What the API does to a tag is what Docker then pulls."""
    first = pusher.push(HOST, f"{PROJECT}/{repository}/app", "first")
    second = pusher.push(HOST, f"{PROJECT}/{repository}/app", "second")
    package = f"{LOCATION}/repositories/{repository}/packages/app"
    name = f"projects/{PROJECT}/locations/europe-west1/repositories/{repository}/packages/app"

    def pulled() -> str | None:
        return pusher.get(f"{HOST}/v2/{PROJECT}/{repository}/app/manifests/new").headers.get(
            "Docker-Content-Digest"
        )

    assert api.post(f"{package}/tags?tagId=new", {"version": f"{name}/versions/{first}"}).ok
    assert pulled() == first
    again = api.post(f"{package}/tags?tagId=new", {"version": f"{name}/versions/{second}"})
    assert status(again) == (409, "ALREADY_EXISTS")
    moved = api.session.patch(
        f"{package}/tags/new", json={"version": f"{name}/versions/{second}"}, timeout=30
    )
    assert moved.json()["version"].endswith(second)
    assert pulled() == second
    assert api.delete(f"{package}/tags/new").json() == {}
    assert pulled() is None
    assert status(api.get(f"{package}/tags/new")) == (404, "NOT_FOUND")
    for tag, version in (
        ("..%2F..", f"{name}/versions/{first}"),
        ("x", f"{name}/versions/sha256:{'0' * 64}"),
        ("x", f"{name}x/versions/{first}"),
        ("x", f"{name}/versions/../../x"),
    ):
        assert api.post(f"{package}/tags?tagId={tag}", {"version": version}).status_code in (400, 404)


def test_a_tagged_version_is_deleted_by_force_only(api: Api, pusher: Pusher, repository: str) -> None:
    digest = pusher.push(HOST, f"{PROJECT}/{repository}/app", "1.0")
    kept = pusher.push(HOST, f"{PROJECT}/{repository}/app", "2.0")
    version = f"{LOCATION}/repositories/{repository}/packages/app/versions/{digest}"
    assert status(api.delete(version)) == (400, "FAILED_PRECONDITION")
    assert api.delete(f"{version}?force=true").ok
    assert status(api.get(version)) == (404, "NOT_FOUND")
    image = f"{HOST}/v2/{PROJECT}/{repository}/app"
    assert [pusher.get(f"{image}/manifests/{each}").status_code for each in (digest, "1.0", kept)] == [
        404,
        404,
        200,
    ]


def test_a_package_is_deleted_without_those_below_it(api: Api, pusher: Pusher, repository: str) -> None:
    for name in ("app", "app/deeper"):
        pusher.push(HOST, f"{PROJECT}/{repository}/{name}", "1.0")
    packages = f"{LOCATION}/repositories/{repository}/packages"
    assert api.delete(f"{packages}/app").ok
    assert [each["displayName"] for each in api.get(packages).json()["packages"]] == ["app/deeper"]
    assert status(api.delete(f"{packages}/app")) == (404, "NOT_FOUND")


def test_the_images_of_a_deleted_repository_are_gone(api: Api, pusher: Pusher) -> None:
    """Also for a new one of the same name."""
    name = f"gone-{secrets.token_hex(4)}"
    create(api, name)
    pusher.push(HOST, f"{PROJECT}/{name}/app", "1.0")
    url = f"{HOST}/v2/{PROJECT}/{name}/app/manifests/1.0"
    assert pusher.get(url).status_code == 200
    operation = api.delete(f"{LOCATION}/repositories/{name}").json()
    assert api.get(f"https://artifactregistry.googleapis.com/v1/{operation['name']}").json()["done"]
    assert status(api.get(f"{LOCATION}/repositories/{name}")) == (404, "NOT_FOUND")
    assert pusher.get(url).json()["errors"][0]["code"] == "NAME_UNKNOWN"
    create(api, name)
    assert pusher.get(url).json()["errors"][0]["code"] == "MANIFEST_UNKNOWN"
    assert api.get(f"{LOCATION}/repositories/{name}/dockerImages").json() == {}
    pusher.push(HOST, f"{PROJECT}/{name}/app", "1.0")
    api.delete(f"{LOCATION}/repositories/{name}")


def test_a_push_needs_its_repository(api: Api, pusher: Pusher) -> None:
    """On pkg.dev nobody makes it on the way; the words are those that Docker shows."""
    for url, expected in (
        (f"{HOST}/v2/{PROJECT}/missing/app/blobs/uploads/", (404, "NAME_UNKNOWN")),
        (f"{HOST}/v2/{PROJECT}/missing/blobs/uploads/", (400, "NAME_INVALID")),
        (f"{HOST}/v2/other-project/web/app/blobs/uploads/", (403, "DENIED")),
        ("https://eu.gcr.io/v2/other-project/app/blobs/uploads/", (403, "DENIED")),
        (f"https://atlantis-west1-docker.pkg.dev/v2/{PROJECT}/web/app/blobs/uploads/", (400, "NAME_INVALID")),
        (f"https://europe-docker.pkg.dev/v2/{PROJECT}/asia.gcr.io/app/blobs/uploads/", (404, "NAME_UNKNOWN")),
    ):
        answer = pusher.session.post(url, timeout=30)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == expected, url
    missing = pusher.get(f"{HOST}/v2/{PROJECT}/missing/app/manifests/1.0").json()["errors"][0]
    assert missing["message"] == 'Repository "missing" not found'
    assert status(api.get(f"{LOCATION}/repositories/missing")) == (404, "NOT_FOUND")


def test_the_first_push_to_gcr_makes_its_repository(api: Api, pusher: Pusher) -> None:
    """asia.gcr.io is a repository in the location asia, with a second address below pkg.dev."""
    url = f"{API}/locations/asia/repositories/asia.gcr.io"
    assert status(api.get(url)) == (404, "NOT_FOUND")
    looked = pusher.get(f"https://asia.gcr.io/v2/{PROJECT}/app/manifests/1.0").json()["errors"][0]
    assert looked["message"] == 'Repository "asia.gcr.io" not found'
    assert status(api.get(url)) == (404, "NOT_FOUND")
    digest = pusher.push("https://asia.gcr.io", f"{PROJECT}/app", "1.0")
    assert api.get(url).json()["format"] == "DOCKER"
    (image,) = api.get(f"{url}/dockerImages").json()["dockerImages"]
    assert image["uri"] == f"asia-docker.pkg.dev/{PROJECT}/asia.gcr.io/app@{digest}"
    other = f"https://asia-docker.pkg.dev/v2/{PROJECT}/asia.gcr.io/app"
    assert pusher.get(f"{other}/manifests/1.0").headers["Docker-Content-Digest"] == digest
    api.delete(url)
    assert pusher.get(f"https://asia.gcr.io/v2/{PROJECT}/app/manifests/1.0").status_code == 404


def test_a_repository_of_another_format_takes_no_images(api: Api, pusher: Pusher) -> None:
    name = f"python-{secrets.token_hex(4)}"
    create(api, name, format="PYTHON")
    answer = pusher.session.post(f"{HOST}/v2/{PROJECT}/{name}/app/blobs/uploads/", timeout=30)
    assert answer.json()["errors"][0]["code"] == "UNSUPPORTED"
    api.delete(f"{LOCATION}/repositories/{name}")


def test_locations_settings_and_unknown_operations(api: Api) -> None:
    found = api.get(f"{API}/locations").json()["locations"]
    assert {"europe", "us", "asia", "europe-west1"} <= {each["locationId"] for each in found}
    assert api.get(f"{API.replace('/v1/', '/v1beta2/')}/locations").json()["locations"] == found
    assert api.get(LOCATION).json()["locationId"] == "europe-west1"
    assert api.get(f"{API}/projectSettings").json()["legacyRedirectionState"].endswith("ENABLED")
    assert status(api.get(f"{LOCATION}/operations/none")) == (404, "NOT_FOUND")
    assert status(api.get(f"{API}/locations/atlantis")) == (404, "NOT_FOUND")


def test_who_has_no_token_may_nothing(api: Api) -> None:
    answer = api.get(f"{LOCATION}/repositories", headers={"Authorization": ""})
    assert status(answer) == (401, "UNAUTHENTICATED")


def test_which_services_are_enabled(api: Api) -> None:
    """Those that the twin serves; an unknown one is told apart from a disabled one."""
    services = f"https://serviceusage.googleapis.com/v1/projects/{PROJECT}/services"
    assert api.get(f"{services}/artifactregistry.googleapis.com").json()["state"] == "ENABLED"
    assert api.get(f"{services}/containeranalysis.googleapis.com").json()["state"] == "DISABLED"
    assert status(api.get(f"{services}/nothing.googleapis.com")) == (403, "PERMISSION_DENIED")
    enabled = api.get(f"{services}?filter=state:ENABLED").json()["services"]
    assert {each["state"] for each in enabled} == {"ENABLED"}
    assert api.post(f"{services}/compute.googleapis.com:enable", {}).json()["done"]
