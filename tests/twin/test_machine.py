"""Inside a machine: accounts, sessions, Docker, packages; as a VM and as a codespace."""

from __future__ import annotations

import base64
import secrets
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.twin.engine import docker
from pytest_cloudlab.twin.machine import (
    MACHINE_IMAGE,
    machine_environment,
    machine_run_options,
    wait_until_ready,
)
from pytest_cloudlab.twin.request_log import requests
from pytest_cloudlab.twin.state import TwinInfo

from .conftest import COMPUTE, ZONE, Api, Create, address, ssh_keys

pytestmark = pytest.mark.docker

Ssh = Callable[..., "subprocess.CompletedProcess[str]"]

GUEST_ATTRIBUTES = {"key": "enable-guest-attributes", "value": "TRUE"}


@pytest.fixture(scope="module")
def codespace(twin: TwinInfo) -> Iterator[str]:
    """A container of the machine image on the twin's network, as a provider starts it."""
    name = f"codespace-{secrets.token_hex(4)}"
    environment = machine_environment(twin)
    names = [f"--env={variable}" for variable in environment]
    where = (f"--name={name}", f"--network={twin.network}")
    docker("run", "--detach", *where, *machine_run_options(), *names, MACHINE_IMAGE, env=environment)
    try:
        wait_until_ready(name)
        yield name
    finally:
        docker("rm", "--force", "--volumes", name)


def inside(name: str, script: str, within_s: float = 120) -> str:
    return docker("exec", "--interactive", name, "sh", "-e", stdin=script.encode(), within_s=within_s)


@pytest.mark.gcloud
def test_gsutil_signs_in_and_git_trusts_the_twin_inside(codespace: str) -> None:
    """The bucket belongs to the twin; the repository is one that it does not have."""
    bucket = f"gs://inside-{secrets.token_hex(4)}"
    said = inside(
        codespace,
        f"""
        cd /root && echo data > file
        gsutil -q mb {bucket} && gsutil -q cp file {bucket}/ && gsutil cat {bucket}/file
        gsutil -q rm -r {bucket}
        git ls-remote https://github.com/course/none.git 2>&1 || true
        """,
    )
    assert said.startswith("data\n")
    assert "https://github.com/course/none.git/' not found" in said


def test_ssh_keys_in_the_metadata_open_the_vm(create: Create, key: Path, ssh: Ssh) -> None:
    vm = create("opened", metadata=ssh_keys(key))
    done = ssh(address(vm), "hostname; sudo id -u; docker info --format '{{.Name}}'; exit 7")
    assert (done.stdout.split(), done.returncode) == (["opened", "0", "opened"], 7)


def test_keys_that_leave_the_metadata_no_longer_open_it(
    api: Api, create: Create, key: Path, ssh: Ssh
) -> None:
    vm = create("closed", metadata=ssh_keys(key))
    assert ssh(address(vm), "true").returncode == 0
    body = {"fingerprint": vm["metadata"]["fingerprint"], "items": []}
    api.done(api.post(f"{COMPUTE}/zones/{ZONE}/instances/closed/setMetadata", body))
    assert ssh(address(vm), "true").returncode == 255


def test_the_projects_ssh_keys_open_every_vm(api: Api, create: Create, key: Path, ssh: Ssh) -> None:
    vm = create("common")
    url = f"{COMPUTE}/setCommonInstanceMetadata"
    known = api.get(COMPUTE).json()["commonInstanceMetadata"]["fingerprint"]
    api.done(api.post(url, ssh_keys(key, "bob") | {"fingerprint": known}))
    assert ssh(address(vm), "whoami", user="bob").stdout == "bob\n"
    assert api.post(url, {"fingerprint": known}).status_code == 412
    known = api.get(COMPUTE).json()["commonInstanceMetadata"]["fingerprint"]
    api.done(api.post(url, {"fingerprint": known}))
    assert ssh(address(vm), "whoami", user="bob").returncode == 255


def test_host_keys_are_in_the_guest_attributes_where_they_are_enabled(api: Api, create: Create) -> None:
    url = f"{COMPUTE}/zones/{ZONE}/instances/{{}}/getGuestAttributes?queryPath=hostkeys/"
    vm = create("attributes", metadata={"items": [GUEST_ATTRIBUTES]})
    items = api.get(url.format("attributes")).json()["queryValue"]["items"]
    scan = subprocess.run(("ssh-keyscan", "-t", "ed25519", address(vm)), capture_output=True, text=True)
    served = scan.stdout.split()[-1]
    assert served in [item["value"] for item in items if item["key"] == "ssh-ed25519"]
    create("without")
    assert api.get(url.format("without")).status_code == 404


def test_two_vms_have_different_host_keys(create: Create) -> None:
    vms = create("first"), create("second")
    scans = [subprocess.run(("ssh-keyscan", "-t", "ed25519", address(vm)), capture_output=True) for vm in vms]
    assert len({scan.stdout.split()[-1] for scan in scans}) == 2


def test_a_deep_learning_vm_serves_jupyter_on_its_localhost_only(create: Create, key: Path, ssh: Ssh) -> None:
    vm = create("jupyter", metadata=ssh_keys(key))
    # A loop of our own: curl takes some refusals for final.
    curl = "for i in $(seq 90); do curl -s 127.0.0.1:8080/api && break; sleep 1; done"
    assert '"version"' in ssh(address(vm), curl).stdout
    # Asked from inside, where no firewall is in the way.
    refused = ssh(address(vm), f"curl --silent --noproxy '*' http://{address(vm)}:8080/api")
    assert refused.returncode == 7


def test_a_session_without_a_login_shell_has_the_clouds_environment(
    create: Create, key: Path, ssh: Ssh, twin: TwinInfo
) -> None:
    vm = create("session", metadata=ssh_keys(key))
    done = ssh(address(vm), "sudo sh -c 'echo $CLOUDSDK_CORE_PROJECT'; echo $HTTPS_PROXY")
    assert done.stdout.split() == [twin.project, f"http://{twin.gateway}:{twin.port}"]


def test_an_image_is_built_pushed_and_pulled_under_its_real_name(codespace: str, twin: TwinInfo) -> None:
    """`FROM python`, `pip install`, `docker push eu.gcr.io/…`: as on the page."""
    image = f"eu.gcr.io/{twin.project}/webapp:team-cat-1.0"
    script = f"""
        mkdir -p /tmp/app; cd /tmp/app
        echo 'FROM python:3.11-slim' > Dockerfile
        echo 'RUN pip install --no-index flask jinja2' >> Dockerfile
        echo 'COPY Dockerfile /app/' >> Dockerfile
        docker build --quiet --tag {image} . > /dev/null
        docker login --username oauth2accesstoken --password-stdin eu.gcr.io < /etc/cloudlab/token
        docker push --quiet {image}
        docker rmi --force {image} > /dev/null
        docker pull --quiet {image}
        docker run --rm {image} python -c 'import flask; print("flask", flask.__name__)'
    """
    assert inside(codespace, script).splitlines()[-2:] == [image, "flask flask"]
    pushes = [each for each in requests(twin.state) if each.service == "eu.gcr.io" and each.method == "PUT"]
    assert pushes[-1].route == "/v2/{name}/manifests/{reference}"


def test_a_name_that_only_the_outside_knows_fails_at_once(codespace: str) -> None:
    """dockerd looks a registry's name up before each push; waiting for that took 40 s."""
    inside(codespace, "! timeout 3 getent hosts eu.gcr.io")


def test_nothing_gets_out_past_the_proxy(codespace: str) -> None:
    inside(codespace, "! curl --silent --max-time 5 --noproxy '*' http://192.0.2.1/")


def test_a_machine_needs_no_twin(tmp_path: Path) -> None:
    """Without its variables it is just a machine with Docker and SSH."""
    name = f"machine-{secrets.token_hex(4)}"
    docker("run", "--detach", f"--name={name}", *machine_run_options(), MACHINE_IMAGE, "sleep", "300")
    try:
        wait_until_ready(name)
        assert inside(name, "docker ps --quiet; cat /etc/environment").startswith("PATH=")
    finally:
        docker("rm", "--force", "--volumes", name)


def test_an_engine_starts_again_where_its_old_process_ids_are_others_by_now() -> None:
    """The first few processes after a boot have the numbers that the engine's had before it."""
    name = f"rebooted-{secrets.token_hex(4)}"
    docker("run", "--detach", f"--name={name}", *machine_run_options(), MACHINE_IMAGE)
    try:
        wait_until_ready(name)
        inside(name, "printf 1 | tee /run/docker.pid > /run/docker/containerd/containerd.pid")
        docker("restart", "--time", "0", name)
        wait_until_ready(name)
    finally:
        docker("rm", "--force", "--volumes", name)


def test_the_token_is_in_no_argument(codespace: str, twin: TwinInfo) -> None:
    """Every user of the machine can read the arguments of every process."""
    token = base64.b64decode(machine_environment(twin)["CLOUDLAB_ADC"]).decode().split('"')
    secret = token[token.index("refresh_token") + 2]
    here = subprocess.run(("ps", "-eo", "args"), capture_output=True, text=True).stdout
    there = inside(codespace, "ps -eo args")
    own = machine_environment(twin)["CLOUDLAB_TOKEN"]
    assert not [text for text in (secret, own) if text in here + there]
