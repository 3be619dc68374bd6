"""What somebody who runs the platform has prepared: the project's namespace and volume, and its registry."""

from __future__ import annotations

import base64
import json
import secrets
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import requests

from pytest_cloudlab.errors import CloudlabError
from pytest_cloudlab.model import Roster
from pytest_cloudlab.redaction import register_secret
from pytest_cloudlab.rehearsal import Stage
from pytest_cloudlab.twin.images import ensure_images
from pytest_cloudlab.twin.state import Files

REGISTRY = "registry.aisingapore.net"
ROBOT = "team"
IMAGES = ("code-server", "jupyterlab")
KUBECTL_S, ASK_S = 60, 30
PREPARER = "prepare-volume"


class Platform:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._project = stage.twin.project

    def prepared(self, roster: Roster) -> Roster:
        """`roster` with the registry that the project has."""
        ensure_images(lambda _: None, IMAGES)
        self._prepare_cluster()
        self._sign_in(*self._robot())
        return replace(roster, course=replace(roster.course, registry=f"{REGISTRY}/{self._project}"))

    def _prepare_cluster(self) -> None:
        parameters = self._stage.lab.parameters
        namespace = parameters.platform.namespace.format(project=self._project)
        claim = parameters.volume.claim.format(project=self._project)
        apply(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}},
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": {"name": claim, "namespace": namespace},
                "spec": {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": "20Gi"}}},
            },
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"name": PREPARER, "namespace": namespace},
                "spec": {
                    "restartPolicy": "Never",
                    "containers": [
                        {
                            "name": PREPARER,
                            "image": parameters.vscode.environment,
                            "command": ["sh", "-c"],
                            "args": [f"mkdir -p -m 0777 /volume/{parameters.volume.workspaces}"],
                            "volumeMounts": [{"name": "data", "mountPath": "/volume"}],
                        }
                    ],
                    "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": claim}}],
                },
            },
        )
        done = "--for=jsonpath={.status.phase}=Succeeded"
        kubectl("wait", f"--namespace={namespace}", done, f"pod/{PREPARER}", f"--timeout={KUBECTL_S}s")
        kubectl("delete", f"--namespace={namespace}", "pod", PREPARER)

    def _robot(self) -> tuple[str, str]:
        """A robot account that may push to the project: its name and its secret."""
        admin = ("admin", Files(self._stage.twin.state).token.read_text().strip())
        api = f"https://{REGISTRY}/api/v2.0"
        made = requests.post(
            f"{api}/projects", json={"project_name": self._project}, auth=admin, timeout=ASK_S
        )
        if made.status_code not in (201, 409):
            raise CloudlabError(f"the registry makes no project (HTTP {made.status_code})")
        access = [{"resource": "repository", "action": action} for action in ("pull", "push")]
        permission = {"kind": "project", "namespace": self._project, "access": access}
        # In a twin that stays up, the last rehearsal's robot is still there, and its secret is told no more.
        name = f"{ROBOT}-{secrets.token_hex(3)}"
        order = {"name": name, "level": "project", "duration": -1, "permissions": [permission]}
        robot = requests.post(f"{api}/robots", json=order, auth=admin, timeout=ASK_S)
        if robot.status_code != 201:
            raise CloudlabError(f"the registry makes no robot account (HTTP {robot.status_code})")
        told: dict[str, Any] = robot.json()
        register_secret(told["secret"])
        return told["name"], told["secret"]

    def _sign_in(self, user: str, secret: str) -> None:
        """As `docker login` would, here, where the checks run."""
        auth = base64.b64encode(f"{user}:{secret}".encode()).decode()
        register_secret(auth)
        file = Path(Files(self._stage.twin.state).home, ".docker", "config.json")
        file.parent.mkdir(mode=0o700, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(json.dumps({"auths": {REGISTRY: {"auth": auth}}}))


def kubectl(*args: str, stdin: str = "") -> str:
    """Its output. Raises `CloudlabError` with what it said."""
    done = subprocess.run(
        ("kubectl", *args), input=stdin, capture_output=True, text=True, timeout=KUBECTL_S + 10
    )
    if done.returncode:
        raise CloudlabError(f"kubectl {args[0]}: {done.stderr.strip()[-500:]}")
    return done.stdout


def apply(*objects: dict[str, Any]) -> None:
    kubectl("apply", "--filename=-", stdin="\n".join(json.dumps(one) for one in objects))
