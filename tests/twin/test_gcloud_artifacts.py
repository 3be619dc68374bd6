"""Google's own command lines about registries and policies, and Docker's, as printed on course pages."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from collections.abc import Callable, Iterator

import pytest

from pytest_cloudlab.clouds.artifacts import Artifacts
from pytest_cloudlab.clouds.credentials import access_token
from pytest_cloudlab.clouds.policy import policy
from pytest_cloudlab.errors import Forbidden, NotFound
from pytest_cloudlab.twin.engine import docker
from pytest_cloudlab.twin.machine import (
    MACHINE_IMAGE,
    machine_environment,
    machine_run_options,
    wait_until_ready,
)
from pytest_cloudlab.twin.state import TwinInfo

from .conftest import PROJECT
from .pusher import Pusher

pytestmark = [pytest.mark.docker, pytest.mark.gcloud]

HOST = "europe-west1-docker.pkg.dev"
AT = "--location=europe-west1"

Gcloud = Callable[..., tuple[int, str]]


@pytest.fixture
def gcloud(through_twin: TwinInfo) -> Gcloud:
    """Runs one command line; returns its exit code and all it printed."""

    def gcloud(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            ("gcloud", *arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=180,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
        return done.returncode, done.stdout

    return gcloud


@pytest.fixture
def repository(gcloud: Gcloud) -> Iterator[str]:
    name = f"web-{secrets.token_hex(4)}"
    command = ("artifacts", "repositories", "create", name, "--repository-format=docker", AT)
    code, said = gcloud(*command, "--description=Team registry")
    assert (code, f"Created repository [{name}]." in said) == (0, True), said
    yield name
    code, said = gcloud("artifacts", "repositories", "delete", name, AT, "--quiet")
    assert (code, f"Deleted repository [{name}]." in said) == (0, True), said


def test_repositories(gcloud: Gcloud, repository: str) -> None:
    """Create twice, list, describe, one that is not there."""
    group = ("artifacts", "repositories")
    again = gcloud(*group, "create", repository, "--repository-format=docker", AT)
    assert again[0] == 1
    assert "ALREADY_EXISTS: the repository already exists" in again[1]
    code, said = gcloud(*group, "list", "--format=value(name.basename(),format,description)")
    assert code == 0
    assert f"{repository}\tDOCKER\tTeam registry" in said
    code, said = gcloud(*group, "describe", repository, AT)
    assert (code, f"registryUri: {HOST}/{PROJECT}/{repository}" in said) == (0, True), said
    missing = gcloud(*group, "describe", "missing", AT)
    assert (missing[0], "NOT_FOUND" in missing[1]) == (1, True)


def test_the_shared_registry_under_its_old_name(gcloud: Gcloud, pusher: Pusher) -> None:
    """gcr.io may be created before anybody pushes to it, in its own location only."""
    command = ("artifacts", "repositories", "create", "gcr.io", "--repository-format=docker")
    assert gcloud(*command, "--location=europe")[0] == 1
    code, said = gcloud(*command, "--location=us")
    assert (code, "Created repository [gcr.io]." in said) == (0, True), said
    artifacts = Artifacts(PROJECT, access_token)
    found = artifacts.repository(f"gcr.io/{PROJECT}")
    pusher.push("https://gcr.io", f"{PROJECT}/app", "1.0")
    assert [image.name for image in artifacts.images(found)] == ["app"]
    assert gcloud("artifacts", "repositories", "delete", "gcr.io", "--location=us", "--quiet")[0] == 0
    with pytest.raises(NotFound):
        artifacts.repository(f"gcr.io/{PROJECT}")


def test_docker_images_and_their_tags(gcloud: Gcloud, repository: str, pusher: Pusher) -> None:
    """List, describe, tag, untag, delete by tag and by digest; refused while tags remain."""
    place = f"{HOST}/{PROJECT}/{repository}"
    digests = {
        name: pusher.push(f"https://{HOST}", f"{PROJECT}/{repository}/{name}", "1.0")
        for name in ("app", "deep/app")
    }
    images, tags = ("artifacts", "docker", "images"), ("artifacts", "docker", "tags")

    def listed(path: str) -> list[tuple[str, str, list[str]]]:
        code, said = gcloud(*images, "list", path, "--include-tags", "--format=json")
        assert code == 0, said
        return [
            (each["package"], each["version"], each["tags"]) for each in json.loads(said[said.index("[") :])
        ]

    both = [(f"{place}/{name}", digest, ["1.0"]) for name, digest in digests.items()]
    assert listed(place) == both
    assert listed(f"{place}/app") == both[:1]
    assert listed(f"{place}/deep") == both[1:]
    code, said = gcloud(*images, "describe", f"{place}/deep/app:1.0")
    assert (code, f"digest: {digests['deep/app']}" in said) == (0, True), said
    assert gcloud(*images, "describe", f"{place}/app:9")[0] == 1
    assert gcloud(*tags, "add", f"{place}/app:1.0", f"{place}/app:latest")[0] == 0
    assert listed(f"{place}/app")[0][2] == ["1.0", "latest"]
    code, said = gcloud(*tags, "list", f"{place}/app", "--format=value(tag.basename())")
    assert (code, said.split()[-2:]) == (0, ["1.0", "latest"])
    refused = gcloud(*images, "delete", f"{place}/app:1.0", "--quiet")
    assert (refused[0], "because it is tagged" in refused[1]) == (1, True)
    assert gcloud(*tags, "delete", f"{place}/app:latest", "--quiet")[0] == 0
    assert gcloud(*images, "delete", f"{place}/app:1.0", "--quiet")[0] == 0
    assert listed(place) == both[1:]
    by_digest = f"{place}/deep/app@{digests['deep/app']}"
    assert gcloud(*images, "delete", by_digest, "--quiet")[0] == 1
    assert gcloud(*images, "delete", by_digest, "--delete-tags", "--quiet")[0] == 0
    assert listed(place) == []
    assert gcloud(*images, "list", f"{HOST}/{PROJECT}/missing")[0] == 1


def test_container_images_on_gcr(gcloud: Gcloud, pusher: Pusher) -> None:
    """The older commands, which ask the registry itself."""
    name = f"us.gcr.io/{PROJECT}/older"
    digest = pusher.push("https://us.gcr.io", f"{PROJECT}/older", "1.0")
    images = ("container", "images")
    assert name in gcloud(*images, "list", f"--repository=us.gcr.io/{PROJECT}")[1].split()
    code, said = gcloud(*images, "list-tags", name, "--format=value(digest,tags)")
    assert (code, said.split()) == (0, [digest.removeprefix("sha256:")[:12], "1.0"])
    code, said = gcloud(*images, "describe", f"{name}:1.0")
    assert (code, f"digest: {digest}" in said) == (0, True), said
    code, said = gcloud(*images, "delete", f"{name}:1.0", "--force-delete-tags", "--quiet")
    assert (code, f"Deleted [{name}@{digest}]." in said) == (0, True), said
    code, said = gcloud(*images, "list-tags", name, "--format=value(digest)")
    assert (code, digest[7:19] in said) == (0, False)


def test_projects_and_their_policy(gcloud: Gcloud) -> None:
    """A teammate becomes an editor, and is none any more; what IAM refuses, gcloud says."""
    code, said = gcloud("projects", "list", "--format=value(projectId)")
    assert (code, said.strip()) == (0, PROJECT)
    assert gcloud("projects", "describe", PROJECT, "--format=value(lifecycleState)")[1].strip() == "ACTIVE"
    refused = gcloud("projects", "describe", "somebody-elses")
    assert (refused[0], "The caller does not have permission" in refused[1]) == (1, True)
    alice, bob = "user:alice@example.com", "user:bob@example.com"

    def editors() -> frozenset[str]:
        return policy(PROJECT, access_token).members("roles/editor")

    def change(verb: str, member: str, role: str, *more: str) -> tuple[int, str]:
        command = ("projects", f"{verb}-iam-policy-binding", PROJECT, f"--member={member}", f"--role={role}")
        return gcloud(*command, *more)

    assert change("add", alice, "roles/editor")[0] == 0
    assert editors() == {alice}
    said = gcloud("projects", "get-iam-policy", PROJECT, "--format=value(bindings.members)")[1]
    assert alice in said
    for member, role, words in (
        (bob, "roles/edtor", "Role roles/edtor is not supported"),
        ("bob@example.com", "roles/editor", "is of an unknown type"),
    ):
        refused = change("add", member, role)
        assert (refused[0], words in refused[1]) == (1, True), refused[1]
    condition = '--condition=title=until,expression=request.time < timestamp("2030-01-01T00:00:00Z")'
    assert change("add", bob, "roles/storage.admin", condition)[0] == 0
    assert policy(PROJECT, access_token).conditional("roles/storage.admin") == {bob}
    assert change("remove", bob, "roles/storage.admin", condition)[0] == 0
    assert change("remove", alice, "roles/editor")[0] == 0
    assert editors() == frozenset()
    assert [each.role for each in policy(PROJECT, access_token).bindings] == ["roles/owner"]


def test_the_client_sees_what_gcloud_made(repository: str, pusher: Pusher) -> None:
    """The checks' client against the twin: there, not there, not ours, images, delete."""
    artifacts = Artifacts(PROJECT, access_token)
    found = artifacts.repository(f"{HOST}/{PROJECT}/{repository}")
    assert (found.name, found.location, found.format) == (repository, "europe-west1", "DOCKER")
    digest = pusher.push(f"https://{HOST}", f"{PROJECT}/{repository}/deep/app", "1.0")
    (image,) = artifacts.images(found)
    assert (image.name, image.digest, image.tags, image.size_bytes) == ("deep/app", digest, ("1.0",), 64)
    artifacts.delete(found, image)
    assert artifacts.images(found) == []
    with pytest.raises(NotFound):
        artifacts.delete(found, image)
    with pytest.raises(NotFound):
        artifacts.repository(f"{HOST}/{PROJECT}/missing")
    with pytest.raises(Forbidden):
        artifacts.repository(f"{HOST}/somebody-elses/web")


@pytest.fixture(scope="module")
def codespace(twin: TwinInfo) -> Iterator[str]:
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


def test_docker_pushes_to_a_repository_that_exists(codespace: str, twin: TwinInfo) -> None:
    """Signed in by gcloud; refused in Docker's words before the repository is created, pulled afterwards."""
    image = f"{HOST}/{twin.project}/pushed/app:1.0"
    script = f"""
        gcloud auth configure-docker {HOST} --quiet 2>/dev/null
        cd "$(mktemp -d)"; echo hello > file; printf 'FROM scratch\\nCOPY file /\\n' > Dockerfile
        docker build --quiet --tag {image} . > /dev/null
        docker push {image} 2>&1 || echo "refused: $?"
        docker pull {image} 2>&1 || echo "refused: $?"
        gcloud artifacts repositories create pushed --repository-format=docker {AT} 2>/dev/null
        docker push --quiet {image}
        docker rmi --force {image} > /dev/null
        docker pull --quiet {image}
        gcloud artifacts docker images list {HOST}/{twin.project}/pushed --format='value(package)' 2>/dev/null
        gcloud artifacts repositories delete pushed {AT} --quiet 2>/dev/null
        docker pull {image} 2>&1 || echo "refused: $?"
    """
    said = docker("exec", "--interactive", codespace, "bash", "-e", stdin=script.encode(), within_s=180)
    assert said.count("refused: 1") == 3
    assert said.count('name unknown: Repository "pushed" not found') >= 1
    assert said.splitlines().count(image) == 2
    assert image.removesuffix(":1.0") in said.splitlines()
