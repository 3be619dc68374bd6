"""What is in a twin: asked of its own APIs, so that nobody has to know how its services keep it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import requests

from pytest_cloudlab.errors import Unreachable
from pytest_cloudlab.twin.client import STATUS_AGENT
from pytest_cloudlab.twin.faults import Fault, Faults
from pytest_cloudlab.twin.registry_store import RegistryStore
from pytest_cloudlab.twin.state import Files, Settings, TwinInfo

ANSWER_S = 20
PAGES = 100


class Vm(msgspec.Struct, frozen=True):
    name: str
    zone: str
    status: str
    address: str
    """Empty when it has none, as one that is stopped."""


class Codespace(msgspec.Struct, frozen=True):
    name: str
    repository: str
    state: str


class Pod(msgspec.Struct, frozen=True):
    name: str
    namespace: str
    phase: str


class Image(msgspec.Struct, frozen=True):
    name: str
    """With its host, e.g. `eu.gcr.io/cloudlab/webapp`."""
    tags: list[str]


class Inventory(msgspec.Struct, frozen=True):
    vms: list[Vm]
    buckets: list[str]
    images: list[Image]
    repositories: list[str]
    """What github.com serves, as `owner/name`."""
    faults: list[Fault]
    codespaces: list[Codespace] = []
    pods: list[Pod] = []

    @property
    def summary(self) -> str:
        """The numbers of what there is, e.g. `3 VMs, 1 bucket`; `nothing in it` when there is nothing."""
        counts = (
            (len(self.vms), "VM"),
            (len(self.codespaces), "codespace"),
            (len(self.pods), "pod"),
            (len(self.buckets), "bucket"),
            (len(self.images), "image"),
            (len(self.faults), "fault"),
        )
        said = [f"{count} {what}{'s' if count > 1 else ''}" for count, what in counts if count]
        return ", ".join(said) or "nothing in it"


def inventory(info: TwinInfo) -> Inventory:
    """What that running twin has now. Raises `Unreachable` when it does not answer."""
    files = Files(info.state)
    settings = files.read_settings()
    with requests.Session() as session:
        # Neither the environment's proxy nor its authorities are this twin's.
        session.trust_env = False
        session.proxies = {"https": f"http://127.0.0.1:{info.port}"}
        session.verify = str(files.ca)
        session.headers["Authorization"] = f"Bearer {files.token.read_text().strip()}"
        session.headers["User-Agent"] = STATUS_AGENT
        return Inventory(
            vms=sorted(_vms(session, info.project), key=lambda vm: (vm.zone, vm.name)),
            buckets=sorted(_buckets(session, info.project)),
            images=list(_images(RegistryStore(files.registry))),
            repositories=sorted(settings.repositories) if settings else [],
            faults=Faults(files.faults).active(),
            codespaces=list(_codespaces(session, files)),
            pods=list(_pods(session, settings)),
        )


def _vms(session: requests.Session, project: str) -> Iterator[Vm]:
    url = f"https://compute.googleapis.com/compute/v1/projects/{project}/aggregated/instances"
    for page in _pages(session, url):
        for part in page.get("items", {}).values():
            for vm in part.get("instances", ()):
                zone = vm["zone"].rpartition("/")[2]
                yield Vm(vm["name"], zone, vm["status"], _address(vm))


def _address(vm: dict[str, Any]) -> str:
    for interface in vm.get("networkInterfaces", ()):
        for access in interface.get("accessConfigs", ()):
            if "natIP" in access:
                return str(access["natIP"])
    return ""


def _buckets(session: requests.Session, project: str) -> Iterator[str]:
    for page in _pages(session, f"https://storage.googleapis.com/storage/v1/b?project={project}"):
        yield from (bucket["name"] for bucket in page.get("items", ()))


def _codespaces(session: requests.Session, files: Files) -> Iterator[Codespace]:
    # A twin of an earlier version has no such token, and so no codespaces.
    token = files.github_token.read_text() if files.github_token.exists() else ""
    if not token:
        return
    session.headers["Authorization"] = f"Bearer {token}"
    try:
        answer = session.get("https://api.github.com/user/codespaces?per_page=100", timeout=ANSWER_S)
        answer.raise_for_status()
        listed = answer.json()["codespaces"]
    except (requests.RequestException, ValueError) as error:
        raise _silent(error) from None
    for one in sorted(listed, key=lambda each: str(each["name"])):
        yield Codespace(one["name"], one["repository"]["full_name"], one["state"])


def _pods(session: requests.Session, settings: Settings | None) -> Iterator[Pod]:
    # A twin of an earlier version has no such token, and so no cluster that could be asked.
    if settings is None or not settings.kubernetes_token:
        return
    session.headers["Authorization"] = f"Bearer {settings.kubernetes_token}"
    try:
        answer = session.get("https://kubernetes.cloudlab.test/api/v1/pods", timeout=ANSWER_S)
        answer.raise_for_status()
        listed = answer.json()["items"]
    except (requests.RequestException, ValueError) as error:
        raise _silent(error) from None
    for one in listed:
        meta = one["metadata"]
        yield Pod(meta["name"], meta["namespace"], one["status"]["phase"])


def _images(store: RegistryStore) -> Iterator[Image]:
    for host in store.children(""):
        for name in store.images(host):
            yield Image(f"{host}/{name}", sorted(store.tags(f"{host}/{name}")))


def _pages(session: requests.Session, url: str) -> Iterator[dict[str, Any]]:
    token = ""
    for _ in range(PAGES):
        try:
            answer = session.get(url, params={"pageToken": token} if token else {}, timeout=ANSWER_S)
            answer.raise_for_status()
            page = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise _silent(error) from None
        yield page
        token = page.get("nextPageToken", "")
        if not token:
            return


def _silent(error: Exception) -> Unreachable:
    said = f"The twin's process runs, but does not answer ({type(error).__name__})."
    return Unreachable(said, remedy="cloudlab twin restart")
