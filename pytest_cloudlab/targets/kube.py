"""A pod's container as a target, entered with the user's own kubectl, or with Run:ai's command line."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import SplitResult, parse_qsl

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.targets.kube_sayings import explain
from pytest_cloudlab.targets.target import Target

Via = Literal["kubectl", "runai"]

NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
CONTEXT = re.compile(r"[A-Za-z0-9][\w.@:/+-]{0,252}")
RUNAI = "runai-"
"""Run:ai keeps the workloads of a project in the namespace of this name and the project's."""

OPEN_S = 40
"""A cluster may be far away, and kubectl may have to fetch credentials first."""


def kube(namespace: str, pod: str, *, container: str = "", context: str = "", via: Via = "kubectl") -> Target:
    """A running pod; its first container, or the one that its annotation names, unless told.

    `context` is one of kubectl's; empty: whichever is current. With `via="runai"`, `pod` is what Run:ai calls
    the workload, such as a workspace, and `namespace` that of its project.
    """
    for name in (namespace, pod, *((container,) if container else ())):
        if not NAME.fullmatch(name):
            raise UsageError(
                f"{name!r} is no name that Kubernetes knows.", remedy="`kubectl get pods` shows them."
            )
    if context and not CONTEXT.fullmatch(context):
        raise UsageError(f"{context!r} is no context's name.", remedy="`kubectl config get-contexts`")
    address = f"kube://{namespace}/{pod}" + (f"/{container}" if container else "")
    inside = ("-c", container) if container else ()
    if via == "runai":
        if not namespace.startswith(RUNAI) or context:
            said = "Run:ai has projects: its pods are in runai-PROJECT, and it knows no context."
            raise UsageError(said, remedy=f"kube://runai-PROJECT/{pod}?via=runai")
        project = namespace.removeprefix(RUNAI)
        argv = ("runai", "exec", pod, "-p", project, *inside, "-i", "--", "sh")
        address += "?via=runai"
    else:
        where = (*((f"--context={context}",) if context else ()), "-n", namespace)
        argv = ("kubectl", "exec", "-i", *where, pod, *inside, "--", "sh")
        address += f"?context={context}" if context else ""
    return Target(address, argv, explain=lambda said: explain(said, pod, namespace), open_timeout_s=OPEN_S)


def from_address(address: SplitResult) -> Target:
    """`kube://NAMESPACE/POD[/CONTAINER]`, with `?context=NAME` or `?via=runai` behind it where wanted"""
    pod, _, container = address.path.strip("/").partition("/")
    told = dict(parse_qsl(address.query, keep_blank_values=True))
    via = told.pop("via", "kubectl")
    context = told.pop("context", "")
    if told:
        raise UsageError(f"kube:// knows no {', '.join(sorted(told))}.", remedy="It has `context` and `via`.")
    if via not in ("kubectl", "runai"):
        raise UsageError(f"kube:// cannot go via {via!r}.", remedy="Use via=runai, or leave it out.")
    return kube(
        address.netloc,
        pod,
        container=container,
        context=context,
        via="runai" if via == "runai" else "kubectl",
    )
