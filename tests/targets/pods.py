"""Pods of a twin's cluster, for the conformance suite."""

from __future__ import annotations

import json
import subprocess
import uuid
from dataclasses import dataclass

NAMESPACE = "default"


@dataclass(frozen=True)
class Pods:
    """They can be reached with the twin's environment only."""

    shared: str
    """The name of one that nobody harms."""

    def container(self, name: str) -> str:
        """What the engine calls its container."""
        told = kubectl("get", "pod", name, "-o", "jsonpath={.status.containerStatuses[0].containerID}")
        return told.removeprefix("docker://")


def new(image: str, name: str = "") -> str:
    """The name of a pod that runs."""
    name = name or f"pod-{uuid.uuid4().hex[:8]}"
    # Its first process reaps what sessions leave behind.
    keeper = "trap 'exit 0' TERM; sleep 600 & while kill -0 $!; do wait $!; done"
    container = {"name": "main", "image": image, "command": ["sh", "-c", keeper]}
    spec = {"restartPolicy": "Never", "terminationGracePeriodSeconds": 1, "containers": [container]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}
    kubectl("create", "-f", "-", stdin=json.dumps(pod))
    kubectl("wait", "--for=condition=Ready", f"pod/{name}", "--timeout=60s")
    return name


def kubectl(*args: str, stdin: str = "") -> str:
    done = subprocess.run(
        ("kubectl", *args), input=stdin, capture_output=True, text=True, timeout=90, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
