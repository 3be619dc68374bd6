"""gcr.io and pkg.dev as their clients meet them."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from pytest_cloudlab.twin.oci import MANIFEST
from pytest_cloudlab.twin.state import TwinInfo

pytestmark = pytest.mark.docker

HOST = "https://eu.gcr.io"


@dataclass
class Client:
    session: requests.Session
    token: str

    def push(self, host: str, name: str, tag: str) -> str:
        """An image of one random layer; returns its digest."""
        blobs = {}
        for media_type, data in (
            ("config", b'{"created": "2026-01-02T03:04:05Z"}'),
            ("layer", secrets.token_bytes(64)),
        ):
            digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
            opened = self.session.post(f"{host}/v2/{name}/blobs/uploads/", timeout=30)
            assert opened.headers["Location"].startswith(f"{host}/v2/{name}/blobs/uploads/")
            put = self.session.put(
                opened.headers["Location"], params={"digest": digest}, data=data, timeout=30
            )
            assert put.status_code == 201, put.text
            blobs[media_type] = {
                "mediaType": f"application/x-{media_type}",
                "size": len(data),
                "digest": digest,
            }
        body = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": blobs["config"],
            "layers": [blobs["layer"]],
        }
        url = f"{host}/v2/{name}/manifests/{tag}"
        put = self.session.put(url, data=json.dumps(body), headers={"Content-Type": MANIFEST}, timeout=30)
        assert put.status_code == 201, put.text
        return str(put.headers["Docker-Content-Digest"])

    def get(self, url: str) -> requests.Response:
        return self.session.get(url, headers={"Accept": MANIFEST}, timeout=30)


@pytest.fixture
def client(through_twin: TwinInfo) -> Iterator[Client]:
    token = Path(through_twin.environment()["CLOUDSDK_AUTH_ACCESS_TOKEN_FILE"]).read_text()
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token}"
        yield Client(session, token)


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def test_who_has_no_token_is_told_where_to_get_one(through_twin: TwinInfo) -> None:
    answer = requests.get(f"{HOST}/v2/", timeout=30)
    assert answer.status_code == 401
    assert (
        answer.headers["WWW-Authenticate"] == 'Bearer realm="https://eu.gcr.io/v2/token",service="eu.gcr.io"'
    )
    assert answer.headers["Docker-Distribution-Api-Version"] == "registry/2.0"


def test_the_access_token_is_the_password_of_oauth2accesstoken(client: Client) -> None:
    answer = requests.get(f"{HOST}/v2/token", headers=basic("oauth2accesstoken", client.token), timeout=30)
    bearer = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert requests.get(f"{HOST}/v2/", headers=bearer, timeout=30).status_code == 200


@pytest.mark.parametrize("headers", [{}, basic("oauth2accesstoken", "wrong"), basic("_json_key", "[]")])
def test_there_is_no_anonymous_access(through_twin: TwinInfo, headers: dict[str, str]) -> None:
    assert requests.get(f"{HOST}/v2/token", headers=headers, timeout=30).status_code == 401


def test_a_tag_is_deleted_and_its_image_stays(client: Client) -> None:
    digest = client.push(HOST, "p/tags", "a")
    client.push(HOST, "p/tags", "b")
    assert client.session.delete(f"{HOST}/v2/p/tags/manifests/a", timeout=30).status_code == 202
    assert client.get(f"{HOST}/v2/p/tags/tags/list").json()["tags"] == ["b"]
    assert client.get(f"{HOST}/v2/p/tags/manifests/a").status_code == 404
    assert client.get(f"{HOST}/v2/p/tags/manifests/{digest}").status_code == 200


def test_an_image_is_deleted_by_digest_once_no_tag_stands_for_it(client: Client) -> None:
    url = f"{HOST}/v2/p/digest/manifests/" + client.push(HOST, "p/digest", "a")
    refused = client.session.delete(url, timeout=30)
    assert refused.json()["errors"][0]["code"] == "GOOGLE_MANIFEST_DANGLING_TAG"
    client.session.delete(f"{HOST}/v2/p/digest/manifests/a", timeout=30)
    assert client.session.delete(url, timeout=30).status_code == 202
    assert client.get(url).status_code == 404


def test_a_tag_that_is_not_there_cannot_be_deleted(client: Client) -> None:
    client.push(HOST, "p/none", "a")
    assert client.session.delete(f"{HOST}/v2/p/none/manifests/b", timeout=30).status_code == 404


def test_each_host_has_its_own_images(client: Client) -> None:
    client.push(HOST, "p/hosts", "a")
    assert client.get("https://europe-docker.pkg.dev/v2/p/hosts/manifests/a").status_code == 404
    assert client.get("https://gcr.io/v2/p/hosts/tags/list").status_code == 404


def test_the_list_of_tags_has_googles_additions(client: Client) -> None:
    """gcloud lists nothing without them."""
    digest = client.push(HOST, "p/list/app", "a")
    listed = client.get(f"{HOST}/v2/p/list/app/tags/list").json()
    assert listed["manifest"][digest]["tag"] == ["a"]
    assert listed["manifest"][digest]["timeCreatedMs"] == "1767323045000"
    assert client.get(f"{HOST}/v2/p/list/tags/list").json()["child"] == ["app"]


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
