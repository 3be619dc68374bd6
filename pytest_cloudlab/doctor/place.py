"""Where this runs, and how many hops away from the computer that its user sits at."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pytest_cloudlab.doctor import metadata
from pytest_cloudlab.doctor.finding import Finding, State
from pytest_cloudlab.doctor.machine import Machine

HERE = "your computer"
DMI = "/sys/class/dmi/id/"
PRODUCTS = {
    "VirtualBox": "a VirtualBox VM",
    "VMware": "a VMware VM",
    "KVM": "a VM (KVM)",
    "QEMU": "a VM (QEMU)",
    "Standard PC": "a VM (QEMU)",
    "Virtual Machine": "a Hyper-V VM",
}
"""What the firmware of a VM calls it, by a part of the name."""
_CONTAINER = re.compile(r"docker|containerd|libpod|lxc|podman|garden", re.IGNORECASE)


@dataclass(frozen=True)
class Hop:
    to: str
    kind: str
    seen_by: str
    """The evidence: a file or the name of a variable."""


@dataclass(frozen=True)
class Place:
    hops: tuple[Hop, ...]
    at_least: bool
    """Over SSH, there may be more machines between than can be seen from the last one."""

    @property
    def kind(self) -> str:
        return self.hops[-1].kind if self.hops else "laptop"

    @property
    def name(self) -> str:
        return self.hops[-1].to if self.hops else "your own computer"


def find_place(
    machine: Machine, *, ask_metadata: Callable[[Mapping[str, str]], bool] = metadata.answers
) -> Place:
    """`ask_metadata` is asked only where neither the firmware nor anything else says which machine it is."""
    ssh = next((name for name in ("SSH_CONNECTION", "SSH_CLIENT") if machine.env.get(name)), "")
    inner = _inner(machine)
    outer = None if inner and inner.kind == "codespace" else _outer(machine, ask_metadata)
    if ssh and not outer and not inner:
        outer = Hop("a machine over SSH", "remote", ssh)
    return Place(tuple(hop for hop in (outer, inner) if hop), bool(ssh))


def _outer(machine: Machine, ask_metadata: Callable[[Mapping[str, str]], bool]) -> Hop | None:
    """The machine itself, where it is none that its user sits at."""
    env = machine.env
    if env.get("CLOUD_SHELL") == "true" or env.get("GOOGLE_CLOUD_SHELL") == "true":
        return Hop("Google Cloud Shell", "cloud-shell", "CLOUD_SHELL")
    if re.search(r"microsoft", machine.read("/proc/sys/kernel/osrelease"), re.IGNORECASE):
        return Hop("WSL on Windows", "wsl", "/proc/sys/kernel/osrelease")
    product = machine.read(DMI + "product_name").strip()
    if product.startswith("Google"):
        return Hop("a VM on Compute Engine", "compute-engine", DMI + "product_name")
    for part, name in PRODUCTS.items():
        if part in product:
            return Hop(name, "vm", DMI + "product_name")
    # Firmware of another name is an answer too; only where there is none has the server to be asked.
    if not product and machine.system == "Linux" and ask_metadata(env):
        return Hop("a VM on Compute Engine", "compute-engine", "its metadata server")
    return None


def _inner(machine: Machine) -> Hop | None:
    """The container, of whatever kind, on the machine."""
    env = machine.env
    if env.get("CODESPACES") == "true":
        return Hop("a GitHub codespace", "codespace", "CODESPACES")
    if machine.has("/etc/cloudlab"):
        if machine.read("/etc/debian_chroot").strip() == "twin":
            return Hop("the shell of the local twin", "twin", "/etc/debian_chroot")
        return Hop("a machine of the local twin", "twin", "/etc/cloudlab")
    groups = machine.read("/proc/1/cgroup")
    if env.get("KUBERNETES_SERVICE_HOST"):
        return Hop("a pod of Kubernetes", "pod", "KUBERNETES_SERVICE_HOST")
    if "kubepods" in groups:
        return Hop("a pod of Kubernetes", "pod", "/proc/1/cgroup")
    for file in ("/.dockerenv", "/run/.containerenv"):
        if machine.has(file):
            return Hop("a container", "container", file)
    if _CONTAINER.search(groups):
        return Hop("a container", "container", "/proc/1/cgroup")
    if env.get("REMOTE_CONTAINERS") == "true" or env.get("container"):
        return Hop(
            "a container", "container", "REMOTE_CONTAINERS" if "REMOTE_CONTAINERS" in env else "container"
        )
    return None


def look_at_place(place: Place, machine: Machine) -> list[Finding]:
    count = len(place.hops)
    depth = f"{count} {'hop' if count == 1 else 'hops'}"
    way = " → ".join((HERE, *(hop.to for hop in place.hops)))
    seen = ", ".join(hop.seen_by for hop in place.hops) or "no sign of SSH, a VM or a container"
    found = [
        Finding("place", "here", State.FACT, f"{place.name} (seen by: {seen})"),
        Finding(
            "place", "depth", State.FACT,
            ("at least " if place.at_least and count else "") + (f"{depth}: {way}" if count else "no hop"),
        ),
    ]  # fmt: skip
    if turned := _turned_to_twin(machine):
        found.append(Finding("place", "cloud", State.FACT, f"this shell is turned to {turned}"))
    return found


def _turned_to_twin(machine: Machine) -> str:
    """The twin's token, by name and place, in a shell that has evaluated `cloudlab twin env`."""
    token = machine.env.get("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", "")
    if token == "/etc/cloudlab/token":  # noqa: S105  # a path
        return "the local twin, not to the real cloud"
    here = ".cloudlab/twin/" in token.replace("\\", "/")
    return "the local twin, not to the real cloud" if here else ""
