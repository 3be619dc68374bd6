"""The hosts that a lab's work goes to, and what to ask each."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from pytest_cloudlab.model import Course, Lab

# A path at which the API answers anybody with a document of its own, if only to say who may not ask.
APIS = {
    "compute.googleapis.com": ("Compute Engine", "/compute/v1/projects/cloudlab-doctor/zones"),
    "storage.googleapis.com": ("Cloud Storage", "/storage/v1/b?project=cloudlab-doctor"),
    "cloudresourcemanager.googleapis.com": ("projects", "/v3/projects/cloudlab-doctor"),
    "artifactregistry.googleapis.com": ("Artifact Registry", "/v1/projects/cloudlab-doctor/locations"),
    "oauth2.googleapis.com": ("Google's sign-in", "/tokeninfo"),
    "api.github.com": ("GitHub's API", "/zen"),
}
USUAL = ("api.github.com", "storage.googleapis.com")
"""Asked where no lab is named, to see what the network does."""


@dataclass(frozen=True)
class Endpoint:
    host: str
    what: str
    path: str = "/"
    api: bool = False
    needed: bool = True


def endpoints(lab: Lab | None, course: Course) -> list[Endpoint]:
    """Each host once; the lab's page comes last, and is not needed: it may be read on another machine."""
    hosts = list(lab.needs.hosts) if lab else []
    if lab and not hosts:
        hosts += ["compute.googleapis.com"] if course.project else []
        hosts += ["storage.googleapis.com"] if course.bucket else []
    found = {host: _named(host) for host in hosts or (() if lab else USUAL)}
    if registry := course.registry.partition("/")[0]:
        found[registry] = Endpoint(registry, "the course's registry", "/v2/", api=True)
    page = urlsplit(lab.page).hostname if lab and lab.page.startswith("https://") else None
    if page and page not in found:
        found[page] = Endpoint(page, "the lab's page", needed=False)
    return list(found.values())


def _named(host: str) -> Endpoint:
    if host in APIS:
        return Endpoint(host, *APIS[host], api=True)
    return Endpoint(host, "")
