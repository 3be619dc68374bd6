"""A project's IAM policy, and the project itself, as Resource Manager tells of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_cloudlab.twin.policy import Policy
from pytest_cloudlab.twin.rpc_error import RpcError
from pytest_cloudlab.twin.saved import Saved

from .conftest import PROJECT, Api

V1 = f"https://cloudresourcemanager.googleapis.com/v1/projects/{PROJECT}"
V3 = V1.replace("/v1/", "/v3/")
OWNER = {"role": "roles/owner", "members": [f"user:student@{PROJECT}.example"]}
EDITOR = {"role": "roles/editor", "members": ["user:alice@example.com"]}
CONDITION = {"title": "until", "expression": 'request.time < timestamp("2030-01-01T00:00:00Z")'}
CONDITIONAL = {"role": "roles/storage.admin", "members": ["group:staff@example.com"], "condition": CONDITION}


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    return Policy(PROJECT, Saved(tmp_path))


def bindings(policy: Policy, version: int = 3) -> Any:
    return policy.get(version)["bindings"]


def test_it_starts_with_the_owner(policy: Policy) -> None:
    assert policy.get(3)["bindings"] == [OWNER]
    assert policy.get(3)["version"] == 1


def test_what_was_set_outlives_the_process(tmp_path: Path) -> None:
    """Another object on the same folder, as after a restart, has the same policy and etag."""
    before = Policy(PROJECT, Saved(tmp_path)).set({"bindings": [OWNER, EDITOR]})
    assert Policy(PROJECT, Saved(tmp_path)).get(3) == before


def test_bindings_of_one_role_become_one(policy: Policy) -> None:
    """In order, each member once; a binding that nobody has is none."""
    bob = {"role": "roles/editor", "members": ["user:bob@example.com", "user:alice@example.com"]}
    policy.set({"bindings": [EDITOR, OWNER, bob, {"role": "roles/viewer", "members": []}]})
    both = ["user:alice@example.com", "user:bob@example.com"]
    assert bindings(policy) == [{"role": "roles/editor", "members": both}, OWNER]


def test_a_stale_etag_is_a_conflict(policy: Policy) -> None:
    """And changes nothing; the current one and none at all are taken."""
    stale = policy.get()["etag"]
    current = policy.set({"bindings": [OWNER, EDITOR], "etag": stale})["etag"]
    assert current != stale
    with pytest.raises(RpcError) as caught:
        policy.set({"bindings": [OWNER], "etag": stale})
    assert caught.value.status == 409
    assert EDITOR in bindings(policy)
    policy.set({"bindings": [OWNER], "etag": current})
    policy.set({"bindings": [OWNER, EDITOR]})
    assert bindings(policy) == [EDITOR, OWNER]


def test_an_etag_may_come_in_the_other_alphabet(policy: Policy) -> None:
    """gcloud sends back urlsafe base64."""
    for _ in range(200):
        etag = policy.get()["etag"]
        policy.set({"bindings": [OWNER], "etag": etag.replace("+", "-").replace("/", "_")})
        if {"+", "/"} & set(etag):
            return
    pytest.fail("no etag had a character that differs")


def test_a_condition_is_seen_by_who_asks_for_version_3(policy: Policy) -> None:
    """Others see a role of another name, so that nobody takes it for the role itself."""
    changed = policy.set({"version": 3, "bindings": [OWNER, CONDITIONAL]})
    assert changed["version"] == 3
    assert CONDITIONAL in bindings(policy)
    veiled = [each for each in bindings(policy, 1) if each != OWNER]
    assert [set(each) for each in veiled] == [{"role", "members"}]
    assert veiled[0]["role"].startswith("roles/storage.admin_withcond_")


@pytest.mark.parametrize(
    ("binding", "said"),
    [
        ({"role": "roles/potentate", "members": []}, "Role roles/potentate is not supported"),
        ({"role": "editor", "members": []}, "must be in the form"),
        ({"role": "projects/p/roles/own", "members": []}, "does not exist in the resource's hierarchy"),
        ({"role": "roles/viewer", "members": ["alice@example.com"]}, "is of an unknown type"),
        ({"role": "roles/viewer", "members": ["robot:r2d2@example.com"]}, "is of an unknown type"),
        ({"role": "roles/viewer", "members": ["user:alice"]}, "User alice does not exist"),
        ({"role": "roles/viewer", "members": ["user:a@b.example\n"]}, "does not exist"),
        ({"role": "roles/viewer", "members": ["domain:nowhere"]}, "Domain nowhere does not exist"),
        ({"role": "roles/viewer", "members": ["allUsers"]}, "cannot be set on this resource"),
        ({"role": "roles/viewer", "members": [3]}, "TYPE_STRING"),
        ({"role": "roles/viewer", "members": "user:alice@example.com"}, "Invalid value"),
        ({"role": "roles/viewer", "colour": "red"}, 'Unknown name "colour"'),
        ("roles/viewer", "Invalid JSON payload"),
        (CONDITIONAL | {"condition": {"title": "t"}}, "needs an expression and a title"),
        (CONDITIONAL | {"condition": {"expression": 3}}, "Invalid value"),
        (CONDITIONAL | {"role": "roles/editor"}, "basic roles"),
    ],
)
def test_what_no_policy_may_hold(policy: Policy, binding: Any, said: str) -> None:
    with pytest.raises(RpcError, match=said) as caught:
        policy.set({"version": 3, "bindings": [OWNER, binding]})
    assert caught.value.status == 400
    assert bindings(policy) == [OWNER]


@pytest.mark.parametrize(
    "wrong",
    [
        {"bindings": []},
        {"bindings": [EDITOR]},
        {"bindings": OWNER},
        {"version": 2, "bindings": [OWNER]},
        {"version": 1, "bindings": [OWNER, CONDITIONAL]},
        {"owner": "me"},
        [OWNER],
    ],
)
def test_what_no_policy_is(policy: Policy, wrong: Any) -> None:
    """One without an owner is none: nobody could change it again."""
    with pytest.raises(RpcError) as caught:
        policy.set(wrong)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    "member",
    [
        "serviceAccount:vm@sdd2526.iam.gserviceaccount.com",
        "group:staff@example.com",
        "domain:example.com",
        "deleted:user:alice@example.com?uid=123456",
        "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/*",
    ],
)
def test_members_that_are_no_users(policy: Policy, member: str) -> None:
    policy.set({"bindings": [OWNER, {"role": "roles/viewer", "members": [member]}]})
    assert {"role": "roles/viewer", "members": [member]} in bindings(policy)


@pytest.fixture
def untouched(api: Api) -> Iterator[Api]:
    """The twin's policy is as it was after the test."""
    yield api
    assert api.post(f"{V1}:setIamPolicy", {"policy": {"bindings": [OWNER]}}).ok


@pytest.mark.docker
@pytest.mark.parametrize("url", [V1, V3], ids=["v1", "v3"])
def test_the_policy_is_read_and_written_over_http(untouched: Api, url: str) -> None:
    """By the project's id; both versions of the API tell the same policy."""
    wanted = {"options": {"requestedPolicyVersion": 3}}
    found = untouched.post(f"{url}:getIamPolicy", wanted).json()
    assert found["bindings"] == [OWNER]
    changed = {**found, "version": 3, "bindings": [OWNER, EDITOR, CONDITIONAL]}
    answer = untouched.post(f"{url}:setIamPolicy", {"policy": changed})
    assert answer.json()["bindings"] == [EDITOR, OWNER, CONDITIONAL]
    assert untouched.post(f"{V1}:getIamPolicy", wanted).json() == answer.json()
    assert untouched.post(f"{V3}:getIamPolicy", wanted).json() == answer.json()
    stale = untouched.post(f"{url}:setIamPolicy", {"policy": changed})
    assert (stale.status_code, stale.json()["error"]["status"]) == (409, "ABORTED")


@pytest.mark.docker
def test_the_last_owner_cannot_be_removed(api: Api) -> None:
    answer = api.post(f"{V1}:setIamPolicy", {"policy": {"bindings": [EDITOR]}})
    assert answer.json()["error"]["details"][0]["type"] == "SOLO_REQUIRE_TOS_ACCEPTOR"


@pytest.mark.docker
def test_the_project_is_described_by_id_and_by_number(api: Api) -> None:
    found = api.get(V1).json()
    assert (found["projectId"], found["lifecycleState"]) == (PROJECT, "ACTIVE")
    assert api.get(V1.replace(PROJECT, found["projectNumber"])).json() == found
    newer = api.get(V3).json()
    assert (newer["name"], newer["state"]) == (f"projects/{found['projectNumber']}", "ACTIVE")
    everything = V1.rpartition("/")[0]
    assert api.get(everything).json() == {"projects": [found]}
    for wanted, count in (("lifecycleState:ACTIVE", 1), (f"id:{PROJECT[:3]}* lifecycleState:ACTIVE", 1)):
        assert len(api.get(everything, params={"filter": wanted}).json()["projects"]) == count
    assert api.get(everything, params={"filter": "lifecycleState:DELETE_REQUESTED"}).json() == {}
    assert api.get(everything, params={"filter": "x"}).status_code == 400
    assert api.get(V3.rpartition("/")[0] + ":search").json() == {"projects": [newer]}


@pytest.mark.docker
@pytest.mark.parametrize("method", ["", ":getIamPolicy", ":setIamPolicy", ":testIamPermissions"])
def test_another_project_is_denied(api: Api, method: str) -> None:
    url = V1.replace(PROJECT, "other-project") + method
    answer = api.post(url, {}) if method else api.get(url)
    assert (answer.status_code, answer.json()["error"]["status"]) == (403, "PERMISSION_DENIED")


@pytest.mark.docker
def test_the_owner_has_every_permission_that_is_one(api: Api) -> None:
    asked = {"permissions": ["compute.instances.create", "resourcemanager.projects.get"]}
    assert api.post(f"{V1}:testIamPermissions", asked).json() == asked
    assert api.post(f"{V1}:testIamPermissions", {}).json() == {}
    assert api.post(f"{V1}:testIamPermissions", {"permissions": ["*"]}).status_code == 400


@pytest.mark.docker
@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'{"colour": 1}', b"\xff", b"[" * 100_000],
    ids=["half", "list", "unknown", "no text", "deep"],
)
def test_a_body_that_is_no_request(api: Api, body: bytes) -> None:
    answer = api.session.post(f"{V1}:getIamPolicy", data=body, timeout=30)
    assert (answer.status_code, answer.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")
