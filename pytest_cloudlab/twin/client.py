"""Which program asked, as far as it says: every client names itself in a way of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

AGENT_CHARS = 1000
"""More of a header is not looked at."""

STATUS_AGENT = "cloudlab-twin-status"
"""The twin's own look at itself: neither logged nor disturbed by faults."""

_INVOCATION = re.compile(r"\binvocation-id/([0-9A-Za-z-]{8,64})")
_GCLOUD = re.compile(r"\bcommand/(gcloud(?:\.[a-z0-9-]{1,40}){1,8})(?![\w.-])")
_GSUTIL = re.compile(r"\bgsutil/\S+.*?\bcommand/([a-z]{1,20})\b")
_PRODUCT = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")


@dataclass(frozen=True)
class Client:
    name: str
    """Like a person would type it: `gcloud compute instances create`, `gsutil cp`, `docker`; else the
    product, such as `curl` or `google-cloud-compute`. Empty when it does not say."""
    invocation: str
    """What all calls of one command have in common; empty when the client has no such thing."""


def client(headers: Mapping[str, str], service: str) -> Client:
    """What a call's headers say. They come from anywhere: what is kept is short, and plain letters.

    >>> client({"User-Agent": "x command/gcloud.compute.ssh invocation-id/0a1b2c3d"}, "compute")
    Client(name='gcloud compute ssh', invocation='0a1b2c3d')
    """
    agent = headers.get("User-Agent", "")[:AGENT_CHARS]
    library = headers.get("x-goog-api-client", "")[:AGENT_CHARS]
    found = _INVOCATION.search(agent) or _INVOCATION.search(library)
    return Client(_name(agent, library, service), found[1] if found else "")


def _name(agent: str, library: str, service: str) -> str:
    if gcloud := _GCLOUD.search(agent):
        return gcloud[1].replace(".", " ")
    if gsutil := _GSUTIL.search(agent):
        return f"gsutil {gsutil[1]}"
    if re.search(r"\b(gapic|gccl)/", library):
        # Google's Python clients say their version, not their name.
        return f"google-cloud-{service}"
    if " auth/" in library:
        return "google-auth"
    if agent.startswith("GitHub CLI"):
        return "gh"
    product = _PRODUCT.match(agent)
    return product[0] if product else ""
