"""The twin's cluster through the real kubectl."""

from __future__ import annotations

import json
import stat
import subprocess
import time
from pathlib import Path

import pytest

from pytest_cloudlab.twin.engine import docker
from pytest_cloudlab.twin.faults import Fault, Faults
from pytest_cloudlab.twin.inventory import inventory
from pytest_cloudlab.twin.request_log import requests as logged
from pytest_cloudlab.twin.state import Files, TwinInfo
from tests.twin.kubernetes.conftest import NAMESPACE, Kubectl, claim, pod, workspace

pytestmark = [pytest.mark.docker, pytest.mark.kubectl]

IN = ("-n", NAMESPACE)


@pytest.fixture(scope="module")
def alice(kubectl: Kubectl) -> str:
    """The pod of a workspace with a claim."""
    kubectl.create(claim("sdd-pvc"), workspace("alice-vscode", "sdd-pvc"))
    kubectl.ready("alice-vscode-0")
    return "alice-vscode-0"


def test_the_kubeconfig_is_for_its_owner_only(kubectl: Kubectl) -> None:
    """It holds the token; the environment names it."""
    path = Path(kubectl.environment["KUBECONFIG"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert kubectl.say("config", "current-context") == "cloudlab-twin\n"
    assert "alice@example.com" in kubectl.say("auth", "whoami")


def test_get_shows_what_it_shows_of_a_cluster(kubectl: Kubectl, alice: str) -> None:
    """As a table, as JSON, by a path, and with a description."""
    line = kubectl.say(*IN, "get", "pod", alice).splitlines()[1].split()
    assert line[:4] == [alice, "1/1", "Running", "0"]
    told = json.loads(kubectl.say(*IN, "get", "pod", alice, "-o", "json"))
    assert told["spec"]["containers"][0]["securityContext"] == {"privileged": True}
    path = "{.spec.volumes[?(@.name=='engine')].hostPath.path}"
    assert kubectl.say(*IN, "get", "pod", alice, "-o", f"jsonpath={path}") == "/var/run/docker.sock"
    described = kubectl.say(*IN, "describe", "pod", alice)
    for said in ("Controlled By:  StatefulSet/alice-vscode", "ClaimName:  sdd-pvc", "Started container main"):
        assert said in described
    assert "Bound" in kubectl.say(*IN, "get", "pvc", "sdd-pvc")
    assert "Scheduled" in kubectl.say(*IN, "get", "events")
    assert f"pod/{alice}" in kubectl.say(*IN, "get", "sts,po", "-o", "name")


def test_apply_can_be_said_again(kubectl: Kubectl, alice: str) -> None:
    """Nothing changes then; a field that no pod has is refused."""
    document = json.dumps(workspace("alice-vscode", "sdd-pvc")).encode()
    assert "configured" in kubectl.say("apply", "-f", "-", stdin=document)
    assert "unchanged" in kubectl.say("apply", "-f", "-", stdin=document)
    misspelt = json.dumps(pod("misspelt", restartPolice="Never")).encode()
    assert 'unknown field "spec.restartPolice"' in kubectl.fail("create", "-f", "-", stdin=misspelt)


def test_privileges_are_told_and_not_given(kubectl: Kubectl, alice: str) -> None:
    """Neither the engine's socket nor the devices of this machine are in the container."""
    line = "test ! -e /var/run/docker.sock && test ! -e /dev/kmsg && hostname"
    assert kubectl.say(*IN, "exec", alice, "--", "sh", "-c", line) == f"{alice}\n"


def test_a_workspace_that_is_deleted_comes_back(kubectl: Kubectl, alice: str) -> None:
    """Under its name, with its claim's files, and with a file system of its own made anew."""
    kubectl.say(*IN, "exec", alice, "--", "sh", "-c", "echo a > /sdd-pvc/kept; echo b > /root/lost")
    before = kubectl.say(*IN, "get", "pod", alice, "-o", "jsonpath={.metadata.uid}")
    kubectl.say(*IN, "delete", "pod", alice)
    kubectl.ready(alice)
    assert kubectl.say(*IN, "get", "pod", alice, "-o", "jsonpath={.metadata.uid}") != before
    assert kubectl.say(*IN, "exec", alice, "--", "sh", "-c", "cat /sdd-pvc/*; ls /root") == "a\n"


def test_the_users_of_a_pod_may_write_on_its_claim(kubectl: Kubectl, alice: str) -> None:
    """Whoever they are: who works in a pod is seldom root."""
    spec = json.loads(kubectl.say(*IN, "get", "pod", alice, "-o", "json"))["spec"]
    spec["containers"][0]["volumeMounts"] = spec["containers"][0]["volumeMounts"][:1]
    kept = {key: spec[key] for key in ("containers", "volumes")} | {"securityContext": {"runAsUser": 1000}}
    kubectl.create(pod("somebody", **kept))
    kubectl.ready("somebody")
    assert kubectl.say(*IN, "exec", "somebody", "--", "sh", "-c", "id -u; : > /sdd-pvc/x") == "1000\n"
    kubectl.say(*IN, "delete", "pod", "somebody")


def test_logs_are_read_and_followed(kubectl: Kubectl) -> None:
    """To the end of what there is, or to the end of the pod."""
    line = "echo one; echo two >&2; until [ -e /tmp/go ]; do sleep 0.1; done; echo three"
    kubectl.create(pod("writer", "sh", "-c", line, restartPolicy="Never"))
    kubectl.ready("writer")
    following = subprocess.Popen(
        ("kubectl", *IN, "logs", "-f", "writer"),
        stdout=subprocess.PIPE,
        bufsize=0,  # what a buffer had read beyond the first line, `communicate` would not see
        env={"PATH": "/usr/bin:/bin", **kubectl.environment},
    )
    assert following.stdout is not None
    first = following.stdout.readline()
    # The pod may end before this is told that it has done it.
    kubectl.run(*IN, "exec", "writer", "--", "touch", "/tmp/go")
    out, _ = following.communicate(timeout=30)
    assert (following.returncode, sorted([first.strip(), *out.split()])) == (0, [b"one", b"three", b"two"])
    assert kubectl.say(*IN, "logs", "writer", "--tail=1") == "three\n"
    assert kubectl.say(*IN, "logs", "writer", "--limit-bytes=5")[:5] in ("one\nt", "two\no")
    kubectl.say(*IN, "wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/writer", "--timeout=20s")
    said = kubectl.fail(*IN, "exec", "writer", "--", "true")
    assert "cannot exec into a container in a completed pod; current phase is Succeeded" in said


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((*IN, "get", "pod", "none"), 'Error from server (NotFound): pods "none" not found'),
        (("-n", "kube-system", "get", "pods"), "Error from server (Forbidden): pods is forbidden"),
        ((*IN, "create", "namespace", NAMESPACE), "Error from server (AlreadyExists): namespaces"),
        (("-n", "none", "exec", "x", "--", "true"), 'namespaces "none" not found'),
        (("--token=wrong", "get", "pods"), "Unauthorized"),
        ((*IN, "port-forward", "alice-vscode-0", "9999:80"), "the twin forwards no ports of pods"),
    ],
)
def test_errors_are_kubernetes_own(kubectl: Kubectl, alice: str, args: tuple[str, ...], said: str) -> None:
    """kubectl shows them as it does those of any cluster."""
    assert said in kubectl.fail(*args)


def test_a_pod_of_two_containers(kubectl: Kubectl) -> None:
    """They share a network and are entered each by its name."""
    one = pod("two")["spec"]["containers"][0]
    server = {**one, "name": "server", "command": ["python3", "-m", "http.server", "8000"]}
    kubectl.create(pod("two", containers=[one, server]))
    kubectl.ready("two")
    fetch = "import urllib.request as r; print(r.urlopen('http://localhost:8000').status)"
    retry = f'for i in 1 2 3 4 5 6 7 8 9; do python3 -c "{fetch}" 2>/dev/null && break; sleep 0.3; done'
    assert kubectl.say(*IN, "exec", "two", "-c", "main", "--", "sh", "-c", retry) == "200\n"
    assert "container zzz is not valid" in kubectl.fail(*IN, "exec", "two", "-c", "zzz", "--", "true")
    kubectl.say(*IN, "delete", "pod", "two")


def test_a_fault_is_an_answer_of_the_cluster(kubectl: Kubectl, twin: TwinInfo) -> None:
    """In its own shape, so that kubectl shows it as it would."""
    faults = Faults(Files(twin.state).faults)
    try:
        faults.add(Fault("status", "kubernetes", "403"))
        assert "Error from server (Forbidden)" in kubectl.fail("get", "--raw", "/api/v1/namespaces")
        faults.add(Fault("status", "kubernetes", "503"))
        assert "Error from server (ServiceUnavailable)" in kubectl.fail("get", "--raw", "/api/v1/namespaces")
    finally:
        faults.clear("kubernetes")


def test_everything_survives_a_restart_of_the_twin(kubectl: Kubectl, twin: TwinInfo, alice: str) -> None:
    """Pods go on running, and one that ended meanwhile is known to have."""
    from pytest_cloudlab.twin import control, launch

    kubectl.create(pod("brief", "sleep", "600", restartPolicy="Never"))
    kubectl.ready("brief")
    told = json.loads(kubectl.say(*IN, "get", "pod", "brief", alice, "-o", "json"))["items"]
    containers = [one["status"]["containerStatuses"][0]["containerID"][9:] for one in told]
    info = control.status(twin.state)
    assert info is not None
    launch.end(info)
    docker("kill", containers[0])
    control.restart(twin.state)
    kubectl.say(*IN, "wait", "--for=jsonpath={.status.phase}=Failed", "pod/brief", "--timeout=20s")
    assert kubectl.say(*IN, "exec", alice, "--", "cat", "/sdd-pvc/kept") == "a\n"
    path = "{.status.containerStatuses[0].containerID}"
    assert kubectl.say(*IN, "get", "pod", alice, "-o", f"jsonpath={path}") == f"docker://{containers[1]}"


def test_the_twin_tells_of_its_pods(kubectl: Kubectl, twin: TwinInfo, alice: str) -> None:
    """For `cloudlab twin status`."""
    found = inventory(twin)
    assert (alice, NAMESPACE, "Running") in [(one.name, one.namespace, one.phase) for one in found.pods]
    assert "pod" in found.summary


def test_every_call_is_in_the_request_log(kubectl: Kubectl, twin: TwinInfo) -> None:
    """As evidence of what a command did; the token is nowhere in it."""
    kubectl.say(*IN, "get", "pods")
    calls = [call for call in logged(twin.state) if call.service == "kubernetes.cloudlab.test"]
    assert (calls[-1].client, calls[-1].route) == ("kubectl", "/api/v1/namespaces/{namespace}/pods")
    files = Files(twin.state)
    settings = files.read_settings()
    assert settings is not None
    assert settings.kubernetes_token not in files.requests.read_text()
    assert settings.kubernetes_token not in files.log.read_text()


def test_claims_leave_with_their_namespace(kubectl: Kubectl, twin: TwinInfo) -> None:
    """Their volumes too."""
    place = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "brief"}}
    data = claim("data")
    data["metadata"]["namespace"] = "brief"
    kubectl.create(place, data)
    volume = kubectl.say("-n", "brief", "get", "pvc", "data", "-o", "jsonpath={.spec.volumeName}")
    kubectl.say("delete", "namespace", "brief")
    for _ in range(50):
        if volume not in docker("volume", "ls", "--quiet"):
            break
        time.sleep(0.1)
    assert volume not in docker("volume", "ls", "--quiet")
