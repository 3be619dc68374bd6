"""A lab at home: the teammate's part is done, the rest is done by the page's own commands, and judged."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.rehearsal.practice import ROSTER, Practice, member_id, prepare
from pytest_cloudlab.roster import load_roster
from pytest_cloudlab.twin import control
from pytest_cloudlab.twin.engine import containers
from pytest_cloudlab.twin.shell import opened
from pytest_cloudlab.twin.state import LABEL

ME = "Zoë O'Neil"

DO_IT = r"""
gcloud config set project "$PROJECT_ID"
mkdir -p ~/be; gsutil -m cp -r "gs://$BUCKET/be/${MASCOT}" ~/be; cd ~/be/"${MASCOT}"
echo "$YOUR_NAME" > AUTHOR.txt
docker build -t "eu.gcr.io/${PROJECT_ID}/webapp-gif:${GROUPNAME}-${MASCOT}-1.0" .
gcloud auth configure-docker eu.gcr.io --quiet
docker push "eu.gcr.io/${PROJECT_ID}/webapp-gif:${GROUPNAME}-${MASCOT}-1.0"
gcloud compute instances create $INSTANCE_NAME \
        --zone="europe-west1-b" \
        --image-family="common-cpu" \
        --image-project="deeplearning-platform-release" \
        --maintenance-policy="TERMINATE" \
        --scopes="storage-rw" \
        --machine-type="n1-standard-1" \
        --boot-disk-size="50GB" \
        --boot-disk-type="pd-standard"
THEIRS="eu.gcr.io/${PROJECT_ID}/webapp-gif:${GROUPNAME}-${TEAMMATE_MASCOT}-1.0"
gcloud compute ssh $INSTANCE_NAME --command "
    set -e; gcloud auth configure-docker eu.gcr.io --quiet; docker pull $THEIRS
    PORT=\$(docker image inspect -f '{{range \$port, \$_ := .Config.ExposedPorts}}{{\$port}}{{end}}' $THEIRS)
    docker run -d -p 8081:\${PORT%/tcp} -e USER=\"$YOUR_NAME\" $THEIRS"
"""
"""The page's commands, in its order. The image says its port: there is nobody to ask."""


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Alice Martin", "alice"), (ME, "zoe"), ("陈美", "me"), ("عمر", "me"), ("  J.-P. Roux", "j")],
)
def test_an_id_is_made_of_the_name(name: str, expected: str) -> None:
    assert member_id(name) == expected


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def practice(folder: Path) -> Iterator[Practice]:
    lab, state = load_lab(find_lab("be")), folder / "twin"
    try:
        yield prepare(lab, ME, {"mascot": "dog"}, folder=folder, twin_state=state, progress=lambda _: None)
        info = control.status(state)
        assert info
    finally:
        control.down(state)
    assert not containers(f"{LABEL}={info.id}")


def achieved(practice: Practice, folder: Path, *options: str) -> dict[str, set[str]]:
    """State -> the names of the checks that are in it, after `cloudlab check be`."""
    argv = [sys.executable, "-m", "pytest_cloudlab", "check", "be", "--json", "card.json", *options]
    env = os.environ | practice.twin.environment()
    done = subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, timeout=300)
    (card,) = json.loads((folder / "card.json").read_text())["cards"]
    found: dict[str, set[str]] = {}
    for row in card["checks"]:
        found.setdefault(row["state"], set()).add(row["check"])
    assert done.returncode in (0, 1, 3), done.stderr
    return found


@pytest.mark.docker
def test_the_roster_is_one_and_names_what_is_there(practice: Practice, folder: Path) -> None:
    _, roster = load_roster(folder / ROSTER)
    team, me = roster.find(roster.me)
    (mate,) = team.teammates(me)
    assert (me.id, me.name, me.choices["mascot"]) == ("zoe", ME, "dog")
    assert (me.choices["runs"], mate.choices["runs"]) == (mate.choices["mascot"], "dog")
    assert Path(roster.course.ssh_key).stat().st_mode & 0o77 == 0
    label = f"{LABEL}={practice.twin.id}"
    assert {one.targets["codespace"].removeprefix("docker://") for one in team.members} == set(
        containers(label)
    )


@pytest.mark.docker
def test_the_teammate_has_done_her_part_and_yours_is_yours(practice: Practice, folder: Path) -> None:
    """Her image is there to be pulled; none of what you have to do is achieved before."""
    mine = achieved(practice, folder, "--step", "1.1")
    hers = achieved(practice, folder, "--step", "1", "--as", practice.hers.member.id)
    assert "passed" not in mine
    assert {"test_shared_registry_exists", "test_image_is_pushed"} <= hers["passed"]


@pytest.mark.docker
@pytest.mark.gcloud
def test_the_pages_commands_in_the_shell_achieve_the_outcomes(practice: Practice, folder: Path) -> None:
    exports = "".join(f"export {name}={shlex.quote(value)}; " for name, value in practice.values().items())
    shell = opened(practice.twin)
    argv = ["docker", "exec", shell.container, "bash", "-euc", exports + DO_IT]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stdout + done.stderr
    found = achieved(practice, folder, "--step", "1")
    # Nobody holds a tunnel open here.
    assert found.get("failed", set()) <= {"test_tunnel_ends_at_your_vm"}, found
    outcomes = "pushed_image_names_you", "vm_answers_ssh", "container_knows_your_name", "page_names_you"
    assert {f"test_{name}" for name in outcomes} <= found["passed"], found
