"""What kubectl and runai say when they open no shell in a pod, and what that means."""

from __future__ import annotations

import re

from pytest_cloudlab.targets.lost import Lost, Reason

_SIGN_IN = "Sign in to the cluster again; `kubectl config current-context` says which one it is."

_SAYINGS: tuple[tuple[str, Reason, str, str], ...] = (
    (
        r'executable file not found|"sh": (?:stat|no such file)|sh: no such file or directory',
        "tools",
        "The container has no shell to look around with.",
        "Use an image that has `sh`.",
    ),
    (
        r"namespaces \"\S+\" not found",
        "gone",
        "The cluster has no namespace {namespace}.",
        "Is it the right cluster? `kubectl config current-context`",
    ),
    (
        r"\(Forbidden\)|is forbidden:",
        "auth",
        "The cluster does not let this account into the pods of {namespace}.",
        "Ask for access to that namespace; `kubectl auth whoami` says as whom you ask.",
    ),
    (
        r"pods? \"\S+\" not found|workload .* (?:not found|does not exist)|Could not find .*(?:job|workload)",
        "gone",
        "The cluster has no pod {pod} in {namespace}.",
        "`kubectl get pods` shows those it has.",
    ),
    (
        r"container \S+ is not valid for pod|container \S+ not found in pod",
        "gone",
        "The pod {pod} has no container of that name.",
        "`kubectl describe pod` lists its containers.",
    ),
    (
        r"cannot exec into a container in a completed pod|current phase is (?:Succeeded|Failed)",
        "stopped",
        "The pod {pod} has ended.",
        "Start it again, or look at its end with `kubectl logs`.",
    ),
    (
        r"container not found|does not have a host assigned|not created or running|is not running"
        r"|is waiting to start|ContainerCreating|PodInitializing|current phase is Pending",
        "stopped",
        "The pod {pod} does not run.",
        "`kubectl describe pod` says what it waits for.",
    ),
    (
        r"Unauthorized|must be logged in|asked for the client to provide credentials|getting credentials"
        r"|token (?:has )?expired|not logged in",
        "auth",
        "The cluster does not accept the credentials that kubectl has.",
        _SIGN_IN,
    ),
    (
        r"localhost:8080|127\.0\.0\.1:8080|no configuration has been provided",
        "tools",
        "kubectl knows no cluster on this machine.",
        "Set KUBECONFIG, or sign in to the cluster.",
    ),
    (
        r"context .*does not exist|context was not found|no context exists|cluster .* does not exist"
        r"|error loading config|invalid configuration|unable to load root certificates",
        "tools",
        "kubectl's settings do not lead to a cluster.",
        "`kubectl config get-contexts` shows what it knows.",
    ),
    (
        r"no such host|server misbehaving",
        "dns",
        "The cluster's name leads nowhere.",
        "Check the network, or the VPN.",
    ),
    (
        # It is the cluster that refuses, not the pod: no word about the pod itself.
        r"connection refused|was refused",
        "lost",
        "The cluster refuses connections.",
        "Is it up, and the VPN on?",
    ),
    (
        r"x509:|certificate",
        "host-key",
        "The cluster shows a certificate that kubectl does not trust.",
        "Fetch its kubeconfig anew, over a network that you trust.",
    ),
    (
        r"i/o timeout|timed out|deadline exceeded|Unable to connect to the server|dial tcp",
        "lost",
        "The cluster could not be reached.",
        "Check this machine's network, or the VPN.",
    ),
    (
        r"Error from server|Internal error occurred|error upgrading connection|error dialing backend",
        "lost",
        "The cluster answers no more than an error for now.",
        "Try again later; `kubectl describe pod` may know more.",
    ),
)


def explain(said: str, pod: str, namespace: str) -> Lost | None:
    """The error for what was said of that pod; None when nobody has foreseen it."""
    for pattern, reason, sentence, remedy in _SAYINGS:
        if re.search(pattern, said, re.IGNORECASE):
            return Lost(sentence.format(pod=pod, namespace=namespace), remedy=remedy, reason=reason)
    return None
