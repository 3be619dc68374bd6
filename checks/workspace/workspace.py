"""A member's workspaces: by which names the cluster has them, and where they answer."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.workspace.quantity import quantity
from pytest_cloudlab.clouds.kubernetes import Container, Kubernetes, Pod
from pytest_cloudlab.errors import NotFound, UsageError

Kind = Literal["vscode", "jupyterlab"]
KINDS: tuple[Kind, ...] = ("vscode", "jupyterlab")


@dataclass(frozen=True)
class Workspace:
    kind: Kind
    name: str
    """What its owner called it: `alice-vscode`."""
    namespace: str
    pod: str
    address: str
    """Where CONNECT leads, without a slash at its end."""
    port: int
    target: str
    """The pod's own address, `kube://…`."""
    environment: str
    """The image it has to run."""
    context: str = ""
    """Of kubectl; empty: whichever is current."""
    container: str = ""
    """Of the pod, where the roster names one."""

    def log(self, cluster: Kubernetes) -> str:
        """What its server wrote. Secrets may be in it."""
        return cluster.logs(self.namespace, self.pod, container=self.container)

    def main(self, pod: Pod) -> Container:
        """The container that is the workspace: the one that the roster names, or that asks for most; the
        platform may have put others beside it. Raises `NotFound` for one that the pod does not have."""
        if not self.container:
            return max(pod.containers, key=lambda one: quantity(one.requests.get("cpu", "0")) or 0)
        for one in pod.containers:
            if one.name == self.container:
                return one
        raise NotFound(f"The pod {pod.name} has no container {self.container}.")

    def found(self, cluster: Kubernetes) -> Pod:
        """Its pod. Raises `NotFound`."""
        try:
            return cluster.pod(self.namespace, self.pod)
        except NotFound:
            raise NotFound(
                f"There is no workspace {self.name}: the project's namespace {self.namespace} has no pod "
                f"{self.pod}."
            ) from None


def workspace(one: Assignment, kind: Kind) -> Workspace:
    """As the lab agrees on its name; the roster's `targets` may name another pod, `kube://NAMESPACE/POD`, or
    what Run:ai calls the workload, `kube://runai-PROJECT/WORKLOAD?via=runai`."""
    parameters = one.lab.parameters
    mine, platform = getattr(parameters, kind), parameters.platform
    name = one.fill(mine.workspace)
    namespace, pod = one.fill(platform.namespace), _fill(platform.pod, one, name)
    container = context = ""
    target = one.fill(one.member.targets.get(kind, ""))
    if target:
        parts = urlsplit(target)
        named, _, container = parts.path.strip("/").partition("/")
        told = dict(parse_qsl(parts.query))
        if parts.scheme != "kube" or not parts.netloc or not named:
            raise UsageError(
                f"{one.member.id}: targets.{kind}: found {target!r}, expected a pod",
                remedy=f"Write kube://NAMESPACE/POD, or leave it out: it is kube://{namespace}/{pod}.",
            )
        namespace, context = parts.netloc, told.get("context", "")
        # Run:ai is asked by the workload's name, and the cluster by that of the workload's pod.
        pod = _fill(platform.pod, one, named) if told.get("via") == "runai" else named
    return Workspace(
        kind,
        name,
        namespace,
        pod,
        _fill(platform.address, one, name).rstrip("/"),
        mine.port,
        target or f"kube://{namespace}/{pod}",
        one.fill(mine.environment),
        context,
        container,
    )


def _fill(template: str, one: Assignment, name: str) -> str:
    return one.fill(template.replace("{workspace}", name))


def volume_path(one: Assignment) -> str:
    """Where the project's volume is mounted, spelt as a pod's own list of mounts spells it."""
    return normpath(one.fill(one.lab.parameters.volume.path))


def own_folder(one: Assignment) -> str:
    """The member's folder on the volume, as a pod sees it."""
    volume = one.lab.parameters.volume
    return normpath("/".join((volume_path(one), volume.workspaces, one.fill(volume.folder))))


def within(path: str, folder: str) -> bool:
    """Whether `path` is `folder`, or below it; neither is, when it is empty.

    >>> within("/data/sets", "/data"), within("/database", "/data")
    (True, False)
    """
    return bool(path and folder) and f"{path.rstrip('/')}/".startswith(f"{folder.rstrip('/')}/")


def normpath(path: str) -> str:
    """Without a slash at its end, or two in it; two at its beginning stay with `posixpath`.

    >>> normpath("//data//sets/")
    '/data/sets'
    """
    return posixpath.normpath(f"/{path.lstrip('/')}")
