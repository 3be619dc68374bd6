"""Workspaces as the platform makes them: a stateful set, which makes its one pod anew when that is gone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.workspace.platform_on_the_twin import apply, kubectl
from pytest_cloudlab.checks.workspace.workspace import Kind, Workspace, workspace
from pytest_cloudlab.rehearsal import Scene, Stage
from pytest_cloudlab.targets import Target, open_target

READY_S = 120
REPLICA = "-0"
"""What a stateful set appends to its name for the first of its pods."""


@dataclass(frozen=True)
class Order:
    """What is chosen for a workspace, and what a sabotage may choose otherwise."""

    image: str
    requests: dict[str, str]
    claim: str
    path: str
    args: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    port: int = 0
    extra: dict[str, Any] = field(default_factory=dict)
    """Further keys of the container."""
    volumes: tuple[dict[str, Any], ...] = ()
    mounts: tuple[dict[str, Any], ...] = ()


class WorkspaceScenes:
    """What the other scenes are mixed into: it brings the stage."""

    workspace_scenes = (
        Scene("create_vscode", "1.1", "Create a VS Code workspace"),
        Scene("create_jupyterlab", "2.1", "Create a JupyterLab workspace"),
    )

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    # What scenes share.

    def laptop(self, one: Assignment) -> Target:
        return self.stage.machine(one, "laptop")

    def workspace(self, one: Assignment, kind: Kind = "vscode") -> Workspace:
        return workspace(one, kind)

    def inside(self, one: Assignment, kind: Kind = "vscode") -> Target:
        """Its pod, to be closed after use."""
        return open_target(self.workspace(one, kind).target)

    def type(self, one: Assignment, line: str, *args: str, kind: Kind = "vscode") -> str:
        """What somebody types into the terminal of the workspace."""
        with self.inside(one, kind) as pod:
            return pod.check(line, *args, timeout_s=60)

    def order(self, one: Assignment, kind: Kind) -> Order:
        parameters = one.lab.parameters
        path = one.fill(parameters.volume.path)
        made = Order(
            image=one.fill(getattr(parameters, kind).environment),
            requests={"cpu": parameters.compute.cpu, "memory": parameters.compute.memory},
            claim=one.fill(parameters.volume.claim),
            path=path,
            port=getattr(parameters, kind).port,
        )
        return replace(made, args=(f"--NotebookApp.notebook_dir={path}",)) if kind == "jupyterlab" else made

    def create(self, name: str, namespace: str, order: Order, *, wait: bool = True) -> None:
        """Create that workspace, in place of the one of its name."""
        self.delete(name, namespace)
        labels = {"app": name, "release": name}
        mounts = [{"name": "data", "mountPath": order.path}] if order.claim else []
        claim = {"name": "data", "persistentVolumeClaim": {"claimName": order.claim}}
        container = {
            "name": name,
            "image": order.image,
            "resources": {"requests": order.requests},
            "ports": [{"containerPort": order.port}],
            "volumeMounts": [*mounts, *order.mounts],
            **({"args": list(order.args)} if order.args else {}),
            **({"command": list(order.command)} if order.command else {}),
            **order.extra,
        }
        pod = {
            "terminationGracePeriodSeconds": 1,
            "containers": [container],
            "volumes": [*([claim] if order.claim else []), *order.volumes],
        }
        apply(
            {
                "apiVersion": "apps/v1",
                "kind": "StatefulSet",
                "metadata": {"name": f"{name}{REPLICA}", "namespace": namespace, "labels": labels},
                "spec": {
                    "replicas": 1,
                    "serviceName": name,
                    "selector": {"matchLabels": {"app": name}},
                    "template": {"metadata": {"labels": labels}, "spec": pod},
                },
            }
        )
        if wait:
            self.wait(name, namespace)

    def wait(self, name: str, namespace: str, key: str = "ready", value: str = "true") -> None:
        """Until its status is green, or says another thing of its container."""
        pod, ready = (
            f"pod/{name}{REPLICA}-0",
            f"--for=jsonpath={{.status.containerStatuses[0].{key}}}={value}",
        )
        kubectl("wait", f"--namespace={namespace}", "--for=create", pod, f"--timeout={READY_S}s")
        kubectl("wait", f"--namespace={namespace}", ready, pod, f"--timeout={READY_S}s")

    def delete(self, name: str, namespace: str) -> None:
        where, pod = f"--namespace={namespace}", f"pod/{name}{REPLICA}-0"
        kubectl("delete", where, "statefulset", f"{name}{REPLICA}", "--ignore-not-found")
        kubectl("delete", where, pod, "--ignore-not-found", "--grace-period=1")

    # The scenes.

    def create_vscode(self, one: Assignment) -> None:
        self.create_as(one, "vscode", self.order(one, "vscode"))

    def create_jupyterlab(self, one: Assignment) -> None:
        self.create_as(one, "jupyterlab", self.order(one, "jupyterlab"))

    def create_as(self, one: Assignment, kind: Kind, order: Order) -> None:
        mine = self.workspace(one, kind)
        self.create(mine.name, mine.namespace, order)
