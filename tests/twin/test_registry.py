"""gcr.io and pkg.dev as their clients meet them."""

from __future__ import annotations

import base64
import hashlib

import pytest
import requests

from pytest_cloudlab.twin.state import TwinInfo

from .conftest import PROJECT
from .pusher import Pusher

pytestmark = pytest.mark.docker

HOST = "https://eu.gcr.io"


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def test_who_has_no_token_is_told_where_to_get_one(through_twin: TwinInfo) -> None:
    answer = requests.get(f"{HOST}/v2/", timeout=30)
    assert answer.status_code == 401
    assert (
        answer.headers["WWW-Authenticate"] == 'Bearer realm="https://eu.gcr.io/v2/token",service="eu.gcr.io"'
    )
    assert answer.headers["Docker-Distribution-Api-Version"] == "registry/2.0"


def test_the_access_token_is_the_password_of_oauth2accesstoken(pusher: Pusher) -> None:
    answer = requests.get(f"{HOST}/v2/token", headers=basic("oauth2accesstoken", pusher.token), timeout=30)
    bearer = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert requests.get(f"{HOST}/v2/", headers=bearer, timeout=30).status_code == 200


@pytest.mark.parametrize("headers", [{}, basic("oauth2accesstoken", "wrong"), basic("_json_key", "[]")])
def test_there_is_no_anonymous_access(through_twin: TwinInfo, headers: dict[str, str]) -> None:
    assert requests.get(f"{HOST}/v2/token", headers=headers, timeout=30).status_code == 401


def test_a_tag_is_deleted_and_its_image_stays(pusher: Pusher) -> None:
    digest = pusher.push(HOST, f"{PROJECT}/tags", "a")
    pusher.push(HOST, f"{PROJECT}/tags", "b")
    assert pusher.session.delete(f"{HOST}/v2/{PROJECT}/tags/manifests/a", timeout=30).status_code == 202
    assert pusher.get(f"{HOST}/v2/{PROJECT}/tags/tags/list").json()["tags"] == ["b"]
    assert pusher.get(f"{HOST}/v2/{PROJECT}/tags/manifests/a").status_code == 404
    assert pusher.get(f"{HOST}/v2/{PROJECT}/tags/manifests/{digest}").status_code == 200


def test_an_image_is_deleted_by_digest_once_no_tag_stands_for_it(pusher: Pusher) -> None:
    url = f"{HOST}/v2/{PROJECT}/digest/manifests/" + pusher.push(HOST, f"{PROJECT}/digest", "a")
    refused = pusher.session.delete(url, timeout=30)
    assert refused.json()["errors"][0]["code"] == "GOOGLE_MANIFEST_DANGLING_TAG"
    pusher.session.delete(f"{HOST}/v2/{PROJECT}/digest/manifests/a", timeout=30)
    assert pusher.session.delete(url, timeout=30).status_code == 202
    assert pusher.get(url).status_code == 404


def test_a_tag_that_is_not_there_cannot_be_deleted(pusher: Pusher) -> None:
    pusher.push(HOST, f"{PROJECT}/none", "a")
    assert pusher.session.delete(f"{HOST}/v2/{PROJECT}/none/manifests/b", timeout=30).status_code == 404


def test_each_host_has_its_own_images(pusher: Pusher) -> None:
    pusher.push(HOST, f"{PROJECT}/hosts", "a")
    pusher.push("https://us.gcr.io", f"{PROJECT}/other", "a")
    for host in ("https://us.gcr.io", "https://asia.gcr.io"):
        assert pusher.get(f"{host}/v2/{PROJECT}/hosts/manifests/a").status_code == 404


def test_a_layer_is_taken_over_from_another_image(pusher: Pusher) -> None:
    """As `docker push` asks for; where the host has no such image, the layer has to be sent."""
    digest = pusher.push(HOST, f"{PROJECT}/from", "a")
    layer = pusher.get(f"{HOST}/v2/{PROJECT}/from/manifests/{digest}").json()["layers"][0]["digest"]
    url = f"{HOST}/v2/{PROJECT}/to/blobs/uploads/?mount={layer}&from="
    assert pusher.session.post(f"{url}{PROJECT}/nowhere", timeout=30).status_code == 202
    assert pusher.session.post(f"{url}other-project/from", timeout=30).status_code == 202
    assert pusher.session.post(f"{url}{PROJECT}/from", timeout=30).status_code == 201
    assert len(pusher.get(f"{HOST}/v2/{PROJECT}/to/blobs/{layer}").content) == 64


def test_a_manifest_comes_as_it_was_pushed(pusher: Pusher) -> None:
    """Whatever type the client asks for: gcloud asks for one that Docker has given up."""
    digest = pusher.push(HOST, f"{PROJECT}/types", "a")
    old = {"Accept": "application/vnd.docker.distribution.manifest.v1+json"}
    found = pusher.session.get(f"{HOST}/v2/{PROJECT}/types/manifests/a", headers=old, timeout=30)
    assert f"sha256:{hashlib.sha256(found.content).hexdigest()}" == digest


def test_the_list_of_tags_has_googles_additions(pusher: Pusher) -> None:
    """gcloud lists nothing without them."""
    digest = pusher.push(HOST, f"{PROJECT}/list/app", "a")
    listed = pusher.get(f"{HOST}/v2/{PROJECT}/list/app/tags/list").json()
    assert listed["manifest"][digest]["tag"] == ["a"]
    assert listed["manifest"][digest]["timeCreatedMs"] == "1767323045000"
    assert pusher.get(f"{HOST}/v2/{PROJECT}/list/tags/list").json()["child"] == ["app"]


def test_docker_hub_can_be_read_but_not_written(through_twin: TwinInfo) -> None:
    """Whatever the version of Python, it is the image that was built here."""
    hub = "https://registry-1.docker.io/v2/library/python/manifests"
    digests = {
        requests.get(f"{hub}/{tag}", timeout=30).headers["Docker-Content-Digest"]
        for tag in ("3.11-slim", "3.10", "3.12-slim-bookworm", "latest")
    }
    assert len(digests) == 1
    assert requests.get(f"{hub}/2.7", timeout=30).status_code == 404
    assert requests.put(f"{hub}/3.11", data=b"{}", timeout=30).status_code == 405
