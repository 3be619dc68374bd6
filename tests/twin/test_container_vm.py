"""A VM that was declared a container: Container-Optimized OS pulls and runs it by itself."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from typing import Any

import pytest

from pytest_cloudlab.twin.engine import EngineError, containers, docker
from pytest_cloudlab.twin.state import LABEL, TwinInfo

from .conftest import COMPUTE, PROJECT, ZONE, Api, Create

pytestmark = pytest.mark.docker

INSTANCES = f"{COMPUTE}/zones/{ZONE}/instances"
IMAGE = f"eu.gcr.io/{PROJECT}/declared:1.0"
COS = "projects/cos-cloud/global/images/cos-stable-109-17800-66-27"


def cos(declaration: str, image: str = COS) -> dict[str, Any]:
    """What `create-with-container` sends beside a name."""
    return {
        "disks": [{"boot": True, "autoDelete": True, "initializeParams": {"sourceImage": image}}],
        "metadata": {"items": [{"key": "gce-container-declaration", "value": declaration}]},
    }


def declaration(image: str, **container: Any) -> str:
    # JSON is YAML.
    spec = {"containers": [{"name": "app", "image": image, **container}], "restartPolicy": "OnFailure"}
    return json.dumps({"spec": spec})


def vm_container(twin: TwinInfo, vm: str) -> str:
    return next(name for name in containers(f"{LABEL}={twin.id}") if f"-{vm}-" in name)


def serial(api: Api, vm: str, until: str) -> str:
    """What its serial port has said, once it said that."""
    deadline = time.monotonic() + 90
    while True:
        text = str(api.get(f"{INSTANCES}/{vm}/serialPort").json()["contents"])
        if until in text:
            return text
        assert time.monotonic() < deadline, text
        time.sleep(0.2)


def declared_container(machine: str) -> dict[str, Any]:
    names = docker("exec", machine, "docker", "ps", "--all", "--format", "{{.Names}}").split()
    assert len(names) == 1, names
    found: list[dict[str, Any]] = json.loads(docker("exec", machine, "docker", "inspect", names[0]))
    return found[0]


@pytest.fixture(scope="module")
def pushed(twin: TwinInfo) -> str:
    """`IMAGE`, in the twin's registry: the stand-in for python, pushed by a machine of its own."""
    from pytest_cloudlab.twin.machine import (
        MACHINE_IMAGE,
        machine_environment,
        machine_run_options,
        wait_until_ready,
    )

    name, environment = f"{twin.network}-pusher", machine_environment(twin)
    options = (f"--name={name}", f"--network={twin.network}", *machine_run_options())
    variables = (f"--env={each}" for each in environment)
    command = ("timeout", "300", "sleep", "300")
    docker("run", "--detach", "--rm", *options, *variables, MACHINE_IMAGE, *command, env=environment)
    try:
        wait_until_ready(name)
        script = (
            f"docker pull -q python:3.10 && docker tag python:3.10 {IMAGE} &&"
            " docker login -u oauth2accesstoken --password-stdin eu.gcr.io < /etc/cloudlab/token &&"
            f" docker push -q {IMAGE}"
        )
        docker("exec", name, "sh", "-c", script, within_s=180)
    finally:
        docker("rm", "--force", "--volumes", name)
    return IMAGE


def test_the_declared_container_is_pulled_and_run(
    api: Api, create: Create, twin: TwinInfo, pushed: str
) -> None:
    """With the VM's own account, on the host's network; the VM is there before its container is."""
    environment = [{"name": "GREETING", "value": "a b"}, {"name": "PATH", "value": "/usr/bin:/bin"}]
    text = declaration(
        pushed, command=["python3"], args=["-c", "import time; time.sleep(600)"], env=environment
    )
    assert create("declared", **cos(text))["status"] == "RUNNING"
    said = serial(api, "declared", "Started container")
    found = declared_container(vm_container(twin, "declared"))
    assert found["Name"].startswith("/klt-app-")
    assert found["Name"].removeprefix("/") in said
    assert found["State"]["Running"]
    assert found["HostConfig"]["NetworkMode"] == "host"
    assert found["HostConfig"]["RestartPolicy"]["Name"] == "on-failure"
    assert found["Config"]["Image"] == pushed
    assert found["Config"]["Entrypoint"] == ["python3"]
    assert found["Config"]["Cmd"] == ["-c", "import time; time.sleep(600)"]
    assert {"GREETING=a b", "PATH=/usr/bin:/bin"} <= set(found["Config"]["Env"])


def test_no_credentials_stay_behind(api: Api, create: Create, twin: TwinInfo, pushed: str) -> None:
    """The token is used, and neither told to the container nor kept by Docker."""
    create("discreet", **cos(declaration(pushed, command=["sleep", "600"])))
    serial(api, "discreet", "Started container")
    machine = vm_container(twin, "discreet")
    token = docker("exec", machine, "cat", "/etc/cloudlab/token").strip()
    assert token not in json.dumps(declared_container(machine))
    with pytest.raises(EngineError, match="exit code 1"):
        docker("exec", machine, "grep", "-rqs", "auths", "/root/.docker", "/run/cloudlab")


def test_a_new_declaration_counts_from_the_next_start(
    api: Api, create: Create, twin: TwinInfo, pushed: str
) -> None:
    """As `update-container` does it: setMetadata, stop, start. One container is left."""
    vm = create("updated", **cos(declaration(pushed, command=["sleep", "600"])))
    serial(api, "updated", "Started container")
    changed = cos(declaration(pushed, command=["sleep", "601"]))["metadata"]
    api.done(
        api.post(f"{INSTANCES}/updated/setMetadata", changed | {"fingerprint": vm["metadata"]["fingerprint"]})
    )
    start = api.get(f"{INSTANCES}/updated/serialPort").json()["next"]
    for verb in ("stop", "start"):
        api.done(api.post(f"{INSTANCES}/updated/{verb}"))
    deadline = time.monotonic() + 60
    while (
        "Started container" not in api.get(f"{INSTANCES}/updated/serialPort?start={start}").json()["contents"]
    ):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert declared_container(vm_container(twin, "updated"))["Config"]["Entrypoint"] == ["sleep"]
    assert declared_container(vm_container(twin, "updated"))["Config"]["Cmd"] == ["601"]


def test_a_pull_that_fails_is_told_on_the_serial_port(api: Api, create: Create, twin: TwinInfo) -> None:
    create("no-image", **cos(declaration(f"eu.gcr.io/{PROJECT}/nothing:1.0")))
    said = serial(api, "no-image", "Error: Failed to start container")
    assert "manifest unknown" in said
    assert docker("exec", vm_container(twin, "no-image"), "docker", "ps", "--all", "--quiet") == ""
    assert api.get(f"{INSTANCES}/no-image").json()["status"] == "RUNNING"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("spec: [", "not YAML"),
        ("spec: {containers: []}", "exactly one container"),
        ("spec: {containers: [{image: a, volumeMounts: [{mountPath: /data}]}]}", "mounts no volumes (/data)"),
    ],
)
def test_a_declaration_that_makes_no_sense_leaves_a_vm_without_a_container(
    api: Api, create: Create, text: str, says: str
) -> None:
    """Nobody reads it before the VM does."""
    assert create("nonsense", **cos(text))["status"] == "RUNNING"
    assert says in serial(api, "nonsense", "Error: Failed to start container")


def test_only_container_optimized_os_reads_it(api: Api, create: Create, twin: TwinInfo) -> None:
    create(
        "debian", **cos(declaration("none:1"), image="projects/debian-cloud/global/images/family/debian-12")
    )
    assert "konlet" not in serial(api, "debian", "Docker engine")


def test_the_serial_port_goes_on_where_it_was_left(api: Api, create: Create) -> None:
    create("serial")
    first = api.get(f"{INSTANCES}/serial/serialPort?port=1").json()
    assert (first["start"], first["next"]) == ("0", str(len(first["contents"])))
    rest = api.get(f"{INSTANCES}/serial/serialPort?start={first['next']}").json()
    assert (rest["start"], rest["contents"]) == (first["next"], "")
    assert api.get(f"{INSTANCES}/serial/serialPort?port=9").status_code == 400


@pytest.mark.skipif(not shutil.which("gcloud"), reason="gcloud is not installed")
def test_gcloud_creates_updates_and_asks_as_on_the_page(
    api: Api, through_twin: TwinInfo, pushed: str
) -> None:
    def gcloud(*args: str) -> str:
        done = subprocess.run(("gcloud", "compute", *args), capture_output=True, text=True, timeout=180)
        assert done.returncode == 0, done.stderr
        return done.stdout

    flags = (f"--project={PROJECT}", f"--zone={ZONE}")
    gcloud(
        "instances", "create-with-container", "by-page", *flags, "--machine-type=n1-standard-1",
        f"--image={COS}", "--boot-disk-size=10GB", "--boot-disk-type=pd-standard",
        f"--container-image={pushed}", "--container-restart-policy=always", "--container-env=A=1",
        "--container-command=sleep", "--container-arg=600",
    )  # fmt: skip
    try:
        assert "klt-by-page-" in serial(api, "by-page", "Started container")
        found = declared_container(vm_container(through_twin, "by-page"))
        assert found["HostConfig"]["RestartPolicy"]["Name"] == "always"
        assert "A=1" in found["Config"]["Env"]
        gcloud("instances", "update-container", "by-page", *flags, "--container-arg=601")
        deadline = time.monotonic() + 90
        while (said := gcloud("instances", "get-serial-port-output", "by-page", *flags)).count(
            "Started container"
        ) < 2:
            assert time.monotonic() < deadline, said
            time.sleep(0.2)
        assert declared_container(vm_container(through_twin, "by-page"))["Config"]["Cmd"] == ["601"]
    finally:
        gcloud("instances", "delete", "by-page", *flags, "--quiet")
