"""The cluster's API as its clients meet it, without containers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.twin.kubernetes.conftest import NAMESPACE, Api, claim, pod, workspace
from tests.twin.kubernetes.contract import Contract
from tests.twin.kubernetes.server import MISSING, Server

PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"
CLAIMS = f"/api/v1/namespaces/{NAMESPACE}/persistentvolumeclaims"
SETS = f"/apis/apps/v1/namespaces/{NAMESPACE}/statefulsets"


@pytest.fixture
def there(api: Api) -> Api:
    """With the namespace."""
    api.create("/api/v1/namespaces", {"metadata": {"name": NAMESPACE}})
    return api


def test_discovery_is_what_clients_expect(api: Api) -> None:
    """Versions, groups and kinds, each in its own form."""
    assert api.get("/api")["versions"] == ["v1"]
    assert {one["name"] for one in api.get("/apis")["groups"]} >= {"apps"}
    kinds = {one["name"]: one["kind"] for one in api.get("/api/v1")["resources"]}
    assert kinds["pods"] == "Pod"
    assert api.get("/version")["minor"] == "32"


@pytest.mark.parametrize("token", ["", "Bearer wrong", "Basic YTpi"])
def test_nobody_gets_in_without_the_token(api: Api, token: str) -> None:
    """401, as a Status."""
    answer = api.ask("GET", PODS, headers={"Authorization": token})
    assert (answer.status_code, answer.json()["reason"]) == (401, "Unauthorized")


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        (f"{PODS}/none", 404, 'pods "none" not found'),
        ("/api/v1/namespaces/none", 404, 'namespaces "none" not found'),
        (f"{SETS}/none", 404, 'statefulsets.apps "none" not found'),
        ("/api/v1/namespaces/kube-system/pods/x", 403, "pods is forbidden: "),
        ("/api/v1/nodes", 404, "the server could not find the requested resource"),
    ],
)
def test_errors_are_statuses(there: Api, path: str, status: int, message: str) -> None:
    """With the words that kubectl shows."""
    answer = there.ask("GET", path)
    assert (answer.status_code, answer.json()["code"]) == (status, status)
    assert answer.json()["message"].startswith(message)


def test_a_name_is_given_once(there: Api) -> None:
    """409 for the second one of a name; 404 where there is no such namespace."""
    there.create(PODS, pod("web"))
    answer = there.ask("POST", PODS, pod("web"))
    assert (answer.status_code, answer.json()["reason"]) == (409, "AlreadyExists")
    elsewhere = there.ask("POST", "/api/v1/namespaces/none/pods", pod("web", namespace="none"))
    assert elsewhere.status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"containers": []}, 422, "spec.containers: Required value"),
        ({"containers": [{"name": "A", "image": "x"}]}, 422, 'Invalid value: "A"'),
        ({"containers": [{"name": "a"}]}, 422, "image: Required value"),
        ({"restartPolicy": "Sometimes"}, 422, "Unsupported value"),
        ({"volumes": [{"name": "v", "secret": {"secretName": "s"}}]}, 422, "volumes of the kinds"),
        ({"volumes": [{"name": "/etc:/x", "emptyDir": {}}]}, 422, "spec.volumes"),
        ({"containers": "main"}, 422, "spec.containers: Required value"),
        ({"containers": [{"name": "a", "image": "x", "command": "sh"}]}, 422, "command: Invalid value"),
        ({"containers": [{"name": "a", "image": "--privileged"}]}, 422, "image: Required value"),
        ({"terminationGracePeriodSeconds": "soon"}, 422, "terminationGracePeriodSeconds: Invalid value"),
        ({"securityContext": {"runAsUser": "root"}}, 422, "runAsUser: Invalid value"),
        ({"initContainers": [{"name": "i", "image": "x"}]}, 422, "no init containers"),
        ({"restartPolice": "Never"}, 400, 'unknown field "spec.restartPolice"'),
        (
            {"containers": [{"name": "a", "image": "x", "volumeMounts": [{"name": "n", "mountPath": "/n"}]}]},
            422,
            'Not found: "n"',
        ),
    ],
)
def test_what_cannot_be_is_refused(there: Api, change: dict[str, Any], status: int, said: str) -> None:
    """Misspelt fields by the server itself, and what the twin does not know: nothing is ignored."""
    answer = there.ask("POST", PODS, pod("web", **change), params={"fieldValidation": "Strict"})
    assert (answer.status_code, said in answer.json()["message"]) == (status, True), answer.text


def test_a_pod_comes_up(there: Api) -> None:
    """Its status has what clients read, and its events tell how it came to be."""
    there.create(PODS, pod("web"))
    found = there.reaches(f"{PODS}/web", "status.phase", "Running")
    (one,) = found["status"]["containerStatuses"]
    assert (one["ready"], one["restartCount"], list(one["state"])) == (True, 0, ["running"])
    assert {c["type"]: c["status"] for c in found["status"]["conditions"]}["Ready"] == "True"
    events = there.get(f"/api/v1/namespaces/{NAMESPACE}/events?fieldSelector=involvedObject.name=web")
    assert [e["reason"] for e in events["items"]] == ["Scheduled", "Pulled", "Created", "Started"]


@pytest.mark.parametrize(
    ("policy", "code", "phase", "restarts"),
    [("Never", 0, "Succeeded", 0), ("Never", 3, "Failed", 0), ("OnFailure", 0, "Succeeded", 0)],
)
def test_a_container_that_ends(
    there: Api, server: Server, policy: str, code: int, phase: str, restarts: int
) -> None:
    """What becomes of its pod, by the pod's policy."""
    there.create(PODS, pod("job", restartPolicy=policy))
    there.reaches(f"{PODS}/job", "status.phase", "Running")
    server.exits("job/main", code)
    found = there.reaches(f"{PODS}/job", "status.phase", phase)
    (one,) = found["status"]["containerStatuses"]
    assert (one["restartCount"], one["state"]["terminated"]["exitCode"]) == (restarts, code)


def test_a_container_that_always_runs_is_started_again(there: Api, server: Server) -> None:
    """Once at once, and then with pauses."""
    there.create(PODS, pod("web"))
    there.reaches(f"{PODS}/web", "status.phase", "Running")
    server.exits("web/main", 1)
    _until(lambda: there.get(f"{PODS}/web")["status"]["containerStatuses"][0]["restartCount"] == 1)
    server.exits("web/main", 1)
    _until(lambda: "waiting" in there.get(f"{PODS}/web")["status"]["containerStatuses"][0]["state"])
    one = there.get(f"{PODS}/web")["status"]["containerStatuses"][0]
    assert one["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert one["lastState"]["terminated"]["exitCode"] == 1


def test_what_a_pod_waits_for_is_told(there: Api) -> None:
    """A claim that is not there, an image that is not there."""
    there.create(PODS, pod("a", volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "none"}}]))
    container = {"name": "main", "image": MISSING}
    there.create(PODS, pod("b", containers=[container]))
    _until(lambda: "conditions" in there.get(f"{PODS}/a")["status"])
    (condition,) = there.get(f"{PODS}/a")["status"]["conditions"]
    assert condition["message"] == '0/1 nodes are available: persistentvolumeclaim "none" not found.'
    state = "status.containerStatuses"
    _until(lambda: "ImagePullBackOff" in json.dumps(there.get(f"{PODS}/b")["status"].get(state[7:], "")))


def test_a_deleted_pod_goes_and_a_workspaces_comes_back(there: Api, server: Server) -> None:
    """Under the same name, as another pod; without its owner it stays away."""
    there.create(CLAIMS, claim("data"))
    there.create(SETS, workspace("alice", "data"))
    first = there.reaches(f"{PODS}/alice-0", "status.phase", "Running")
    assert first["metadata"]["ownerReferences"][0]["name"] == "alice"
    assert there.ask("DELETE", f"{PODS}/alice-0").ok

    def another() -> bool:
        answer = there.ask("GET", f"{PODS}/alice-0")
        return answer.ok and answer.json()["metadata"]["uid"] != first["metadata"]["uid"]

    _until(another)
    there.reaches(SETS + "/alice", "status.readyReplicas", "1")
    there.ask("DELETE", f"{SETS}/alice")
    _until(lambda: there.ask("GET", f"{PODS}/alice-0").status_code == 404)
    _until(lambda: server.containers.removed == ["alice-0", "alice-0"])


def test_a_stateful_set_is_scaled(there: Api) -> None:
    """To no pod, as when a workspace is stopped; other changes are refused."""
    there.create(CLAIMS, claim("data"))
    there.create(SETS, workspace("alice", "data"))
    there.reaches(f"{PODS}/alice-0", "status.phase", "Running")
    headers = {"Content-Type": "application/merge-patch+json"}
    assert there.ask("PATCH", f"{SETS}/alice", {"spec": {"replicas": 0}}, headers=headers).ok
    _until(lambda: there.ask("GET", f"{PODS}/alice-0").status_code == 404)
    answer = there.ask("PATCH", f"{SETS}/alice", {"spec": {"serviceName": "x"}}, headers=headers)
    assert answer.status_code == 422


def test_lists_are_selected(there: Api) -> None:
    """By labels and by fields."""
    for name, labels in (("a", {"app": "x"}), ("b", {"app": "y", "tier": "z"})):
        body = pod(name)
        body["metadata"]["labels"] = labels
        there.create(PODS, body)
    for query, names in (
        ("labelSelector=app=x", ["a"]),
        ("labelSelector=app!=x", ["b"]),
        ("labelSelector=app in (x,y),tier", ["b"]),
        ("labelSelector=!tier", ["a"]),
        ("fieldSelector=metadata.name=b", ["b"]),
    ):
        found = there.get(f"{PODS}?{query}")
        assert [one["metadata"]["name"] for one in found["items"]] == names, query


def test_a_table_is_made_for_who_wants_one(there: Api) -> None:
    """With the columns that kubectl shows."""
    there.create(PODS, pod("web"))
    there.reaches(f"{PODS}/web", "status.phase", "Running")
    accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
    table = there.ask("GET", PODS, headers={"Accept": accept}).json()
    assert [one["name"] for one in table["columnDefinitions"]][:5] == [
        "Name", "Ready", "Status", "Restarts", "Age",
    ]  # fmt: skip
    assert table["rows"][0]["cells"][:4] == ["web", "1/1", "Running", "0"]


def test_a_watch_tells_what_changes(there: Api) -> None:
    """From the version it was given on, each change as it happens."""
    version = there.get(PODS)["metadata"]["resourceVersion"]
    there.create(PODS, pod("web"))
    url = f"{there.server.url}{PODS}?watch=1&timeoutSeconds=20&resourceVersion={version}"
    contract, told = Contract(), []
    with requests.get(url, headers=there.session.headers, stream=True, timeout=20) as answer:
        for line in answer.iter_lines():
            told.append(json.loads(line))
            contract.check(told[-1]["object"])
            if told[-1]["object"]["status"]["phase"] == "Running":
                break
    assert (told[0]["type"], {one["type"] for one in told[1:]}) == ("ADDED", {"MODIFIED"})


def test_a_watch_ends_at_its_time(there: Api) -> None:
    """With what was there from the beginning, where no version is given."""
    there.create(PODS, pod("web"))
    there.reaches(f"{PODS}/web", "status.phase", "Running")
    answer = there.ask("GET", f"{PODS}?watch=1&timeoutSeconds=1&labelSelector=none")
    assert answer.text == ""
    accept = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"}
    shown = there.ask("GET", f"{PODS}?watch=1&timeoutSeconds=1", headers=accept)
    first = json.loads(shown.text.splitlines()[0])
    assert (first["type"], first["object"]["rows"][0]["cells"][0]) == ("ADDED", "web")


def _until(true: Callable[[], bool]) -> None:
    for _ in range(750):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("not so")
