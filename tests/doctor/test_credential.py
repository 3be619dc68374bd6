"""Credentials: that they are there, and nothing of what they are."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_cloudlab.doctor.credential import look_at_credentials
from pytest_cloudlab.doctor.finding import Finding, State
from pytest_cloudlab.doctor.machine import Machine
from pytest_cloudlab.model import Course
from pytest_cloudlab.needs import CREDENTIALS, Needs

from .conftest import tool, write

SECRET = "s3cr3tvalue0123456789"
ADC = "home/.config/gcloud/application_default_credentials.json"
PRIVATE = "-----BEGIN OPENSSH PRIVATE KEY-----\n" + SECRET
EVERYTHING = Needs(credentials=CREDENTIALS)


def look(
    machine: Machine,
    env: Mapping[str, str] = {},
    course: Course | None = None,
    *,
    on_gce: bool = False,
) -> dict[str, Finding]:
    machine = replace(machine, env={**machine.env, **env})
    found = look_at_credentials(
        EVERYTHING, course or Course(), machine, beside=machine.root, on_compute_engine=on_gce
    )
    assert SECRET not in repr(found)
    assert SECRET[:6] not in repr(found)
    return {one.name: one for one in found}


def test_nothing_is_here(machine: Machine) -> None:
    """And each has its own way to come by it."""
    found = look(machine)
    assert {one.state for one in found.values()} == {State.WRONG}
    assert found["google"].fix == "gcloud auth application-default login"
    assert found["github"].fix.startswith("gh auth login")


def test_application_default_credentials(machine: Machine) -> None:
    write(machine.root, ADC, json.dumps({"type": "authorized_user", "refresh_token": SECRET}))
    assert look(machine)["google"] == Finding(
        "credentials", "google", State.OK, "a user's Application Default Credentials"
    )


def test_a_file_of_another_kind_shows_nothing_of_itself(machine: Machine) -> None:
    write(machine.root, ADC, json.dumps({"type": SECRET}))
    assert look(machine)["google"].found == "some Application Default Credentials"


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 50_000, '{"typ": "x"}', f'"{SECRET}"'])
def test_a_broken_file_is_none(machine: Machine, text: str) -> None:
    write(machine.root, ADC, text)
    assert look(machine)["google"].state is State.WRONG


def test_a_variable_that_names_no_file_is_to_be_unset(machine: Machine) -> None:
    """Google's libraries then look nowhere else."""
    write(machine.root, ADC, json.dumps({"type": "authorized_user"}))
    found = look(machine, {"GOOGLE_APPLICATION_CREDENTIALS": "/no/such/file"})["google"]
    assert found.state is State.WRONG
    assert found.fix.startswith("unset GOOGLE_APPLICATION_CREDENTIALS")


def test_a_token_file(machine: Machine) -> None:
    file = write(machine.root, "token", SECRET)
    assert look(machine, {"CLOUDSDK_AUTH_ACCESS_TOKEN_FILE": str(file)})["google"].state is State.OK
    file.write_text("\n")
    assert look(machine, {"CLOUDSDK_AUTH_ACCESS_TOKEN_FILE": str(file)})["google"].state is State.WRONG


def test_a_vm_has_an_account_of_its_own(machine: Machine) -> None:
    assert look(machine, on_gce=True)["google"].state is State.OK


@pytest.mark.parametrize("name", ["GH_TOKEN", "GITHUB_TOKEN"])
def test_a_token_of_githubs_in_the_environment(machine: Machine, name: str) -> None:
    assert look(machine, {name: SECRET})["github"].found == f"a token, in {name}"


def test_gh_is_signed_in(machine: Machine) -> None:
    write(machine.root, "home/.config/gh/hosts.yml", f"github.com:\n    oauth_token: {SECRET}\n")
    assert look(machine)["github"].state is State.OK


def test_gh_is_signed_in_elsewhere(machine: Machine) -> None:
    write(machine.root, "home/.config/gh/hosts.yml", "git.campus.example:\n    user: github.com:\n")
    assert look(machine)["github"].state is State.WRONG


GCR = Course(registry="eu.gcr.io/proj")


@pytest.mark.parametrize(
    ("config", "helper", "state"),
    [
        ({"auths": {"eu.gcr.io": {"auth": SECRET}}}, "", State.OK),
        ({"auths": {"other.example": {"auth": SECRET}}}, "", State.WRONG),
        ({"credHelpers": {"eu.gcr.io": "gcloud"}}, "gcloud", State.OK),
        ({"credHelpers": {"eu.gcr.io": "gcloud"}}, "", State.WRONG),
        ({"auths": {"eu.gcr.io": {}}, "credsStore": "pass"}, "pass", State.OK),
        ({"auths": []}, "", State.WRONG),
        ([], "", State.WRONG),
    ],
    ids=["login", "elsewhere", "helper", "helper missing", "store", "odd", "list"],
)
def test_the_courses_registry(machine: Machine, config: object, helper: str, state: State) -> None:
    write(machine.root, "home/.docker/config.json", json.dumps(config))
    if helper:
        tool(machine.root, f"docker-credential-{helper}", SECRET)
    assert look(machine, course=GCR)["registry"].state is state


def test_googles_registries_have_a_command_of_their_own(machine: Machine) -> None:
    assert look(machine, course=GCR)["registry"].fix == "gcloud auth configure-docker eu.gcr.io"
    own = Course(registry="registry.campus.example/x")
    assert look(machine, course=own)["registry"].fix == "docker login registry.campus.example"


@pytest.mark.parametrize(
    ("text", "mode", "state", "said"),
    [
        (PRIVATE, 0o600, State.OK, ""),
        (PRIVATE, 0o644, State.WRONG, "chmod 600"),
        ("ssh-ed25519 AAAA alice", 0o600, State.WRONG, "not its .pub"),
        (None, 0, State.WRONG, "ssh-keygen"),
    ],
    ids=["fine", "open to others", "public half", "missing"],
)
def test_the_rosters_key(machine: Machine, text: str | None, mode: int, state: State, said: str) -> None:
    if text is not None:
        write(machine.root, "home/.ssh/key", text).chmod(mode)
    found = look(machine, course=Course(ssh_key="~/.ssh/key"))["ssh"]
    assert found.state is state
    assert said in found.fix


def test_a_key_beside_the_roster(machine: Machine) -> None:
    write(machine.root, "key", PRIVATE).chmod(0o600)
    assert look(machine, course=Course(ssh_key="key"))["ssh"].state is State.OK


def test_a_rosters_key_is_needed_though_the_lab_does_not_say_so(machine: Machine) -> None:
    found = look_at_credentials(Needs(), Course(ssh_key="no"), machine, beside=machine.root)
    states = {one.name: one.state for one in found}
    assert states.pop("ssh") is State.WRONG
    assert set(states.values()) == {State.FACT}


def test_a_pipe_in_a_files_place_does_not_hold_us(machine: Machine, root: Path) -> None:
    (root / "home/.config/gh").mkdir(parents=True)
    os.mkfifo(root / "home/.config/gh/hosts.yml")
    assert look(machine)["github"].state is State.WRONG
