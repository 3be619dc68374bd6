"""The container that metadata declares, read from text that anybody may have written."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from pytest_cloudlab.clouds.declaration import DeclaredContainer, declared
from pytest_cloudlab.clouds.instances import Instance

GCLOUD = """\
# DISCLAIMER: a comment of the client's
spec:
  containers:
  - args:
    - --port
    - 8501
    command:
    - python3
    env:
    - name: USER
      value: alice
    - name: DEBUG
      value: true
    image: eu.gcr.io/sdd2526/streamlit:1.0
    name: fch-streamlit-demo
    securityContext:
      privileged: false
    stdin: false
    tty: true
    volumeMounts: []
  restartPolicy: Always
  volumes: []
"""


def test_what_gcloud_writes() -> None:
    found = declared(GCLOUD)
    assert found == DeclaredContainer(
        image="eu.gcr.io/sdd2526/streamlit:1.0",
        restart_policy="Always",
        name="fch-streamlit-demo",
        environment={"USER": "alice", "DEBUG": "true"},
        command=("python3",),
        arguments=("--port", "8501"),
        tty=True,
    )
    assert "alice" not in repr(found), "an environment may hold secrets"


def test_little_is_enough() -> None:
    assert declared("spec: {containers: [{image: nginx}]}") == DeclaredContainer("nginx")


def _with(**container: Any) -> str:
    return json.dumps({"spec": {"containers": [{"image": "nginx", **container}]}})


NOISE = "a: &a [x, x]\nspec: {containers: [{image: nginx, args: *a}]}"
PYTHON = "spec: {containers: [{image: !!python/object/apply:os.getcwd []}]}"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no declaration"),
        (" \n", "no declaration"),
        ("spec: [", "not YAML"),
        ("[" * 20000, "nested too deeply"),
        ("x" * 40000, "longer than"),
        (NOISE, "references are not read here"),
        (PYTHON, "not YAML"),
        ("- 1", "the declaration is no mapping"),
        ("spec: {containers: [{image: a}, {image: b}]}", "exactly one container must be declared, not 2"),
        ("spec: {containers: [nginx]}", "spec.containers[0] is no mapping"),
        ("spec: {containers: [{image: a}], restartPolicy: Sometimes}", "'Sometimes' is none of Always"),
        (_with(image="--privileged"), "no image's name"),
        (_with(image=""), "no image's name"),
        (_with(image="a b"), "no image's name"),
        (_with(name="-x"), "no container's name"),
        (_with(env=[{"name": "A=B", "value": ""}]), "no variable's name"),
        (_with(env=[{"name": "A", "value": {"b": 1}}]), "env A holds something that is no text"),
        (_with(env=["A"]), "env is no mapping"),
        (_with(args="one"), "args is no list"),
        (_with(args=["a\0b"]), "args holds something that is no text"),
        (_with(args=["a"] * 201), "args is no list of at most 200"),
        (_with(securityContext=[1]), "securityContext is no mapping"),
    ],
    ids=range(22),
)
def test_anything_else_is_refused_in_words(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]{1,600}$") as refused:
        declared(text)
    assert says in str(refused.value)


def test_an_instance_says_what_it_declares() -> None:
    """None for a VM that declares nothing, and for one whose text nobody can read."""

    def vm(**metadata: str) -> Instance:
        return Instance("a", "1", "z", "RUNNING", "e2-small", (), (), "", metadata={**metadata})

    found = vm(**{"gce-container-declaration": GCLOUD}).declared_container
    assert found is not None
    assert (found.image, found.restart_policy) == ("eu.gcr.io/sdd2526/streamlit:1.0", "Always")
    assert vm().declared_container is None
    assert vm(**{"gce-container-declaration": "spec: ["}).declared_container is None


def test_reading_ends_soon_whatever_is_in_it() -> None:
    started = time.monotonic()
    for text in ("{" * 32000, "? " * 16000, "- " * 16000, '"' + "\\" * 32000, "!!binary |\n" + "A" * 32000):
        with pytest.raises(ValueError, match="declar"):
            declared(text)
    assert time.monotonic() - started < 20
