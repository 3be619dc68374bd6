"""Where it runs, told from evidence that was put there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_cloudlab.doctor.machine import Machine
from pytest_cloudlab.doctor.place import find_place, look_at_place

from .conftest import write

DMI = "/sys/class/dmi/id/product_name"
GCE = {DMI: "Google Compute Engine\n"}
SSH = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}
LENOVO = {DMI: "ThinkPad X1\n"}

CASES: list[tuple[str, dict[str, str], dict[str, str], str, int]] = [
    ("a laptop", {}, LENOVO, "laptop", 0),
    ("a laptop's systemd", {}, {**LENOVO, "/proc/1/cgroup": "0::/init.scope\n"}, "laptop", 0),
    ("SSH to a machine", SSH, LENOVO, "remote", 1),
    ("a codespace", {"CODESPACES": "true"}, {"/.dockerenv": "", DMI: "Virtual Machine\n"}, "codespace", 1),
    ("a codespace over SSH", {"CODESPACES": "true", **SSH}, {}, "codespace", 1),
    ("a VM by its firmware", {}, GCE, "compute-engine", 1),
    ("a VM over SSH", SSH, GCE, "compute-engine", 1),
    ("a container on a VM", {}, {**GCE, "/.dockerenv": ""}, "container", 2),
    ("Docker on a laptop", {}, {**LENOVO, "/.dockerenv": ""}, "container", 1),
    ("Podman", {}, {**LENOVO, "/run/.containerenv": ""}, "container", 1),
    ("cgroups v1", {}, {**LENOVO, "/proc/1/cgroup": "4:memory:/docker/0123\n"}, "container", 1),
    ("a pod", {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, {**LENOVO, "/.dockerenv": ""}, "pod", 1),
    ("a pod by its cgroup", {}, {**LENOVO, "/proc/1/cgroup": "1:cpu:/kubepods/pod1/2\n"}, "pod", 1),
    ("the twin's shell", {}, {**LENOVO, "/etc/cloudlab/x": "", "/etc/debian_chroot": "twin\n",
                              "/.dockerenv": ""}, "twin", 1),
    ("the twin's VM", {}, {**LENOVO, "/etc/cloudlab/x": "", "/.dockerenv": ""}, "twin", 1),
    ("VirtualBox", {}, {DMI: "VirtualBox\n"}, "vm", 1),
    ("WSL", {}, {"/proc/sys/kernel/osrelease": "5.15.0-microsoft-standard-WSL2\n"}, "wsl", 1),
    ("Cloud Shell", {"CLOUD_SHELL": "true"}, {"/.dockerenv": "", **GCE}, "container", 2),
]  # fmt: skip


@pytest.mark.parametrize(
    ("env", "files", "kind", "hops"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_evidence_says_which_place_it_is(
    machine: Machine, env: Mapping[str, str], files: Mapping[str, str], kind: str, hops: int
) -> None:
    for path, text in files.items():
        write(machine.root, path, text)
    place = find_place(replace(machine, env=env), ask_metadata=lambda env: False)
    assert (place.kind, len(place.hops)) == (kind, hops)
    assert place.at_least == ("SSH_CONNECTION" in env)


def test_the_metadata_server_is_asked_only_where_the_firmware_says_nothing(machine: Machine) -> None:
    """On a laptop, its address belongs to whoever runs the network."""
    assert find_place(machine, ask_metadata=lambda env: True).kind == "compute-engine"
    write(machine.root, DMI, "ThinkPad X1\n")

    def asked(env: Mapping[str, str]) -> bool:
        raise AssertionError("it was asked")

    assert find_place(machine, ask_metadata=asked).kind == "laptop"


def test_the_way_is_told_hop_by_hop(machine: Machine) -> None:
    write(machine.root, DMI, "Google Compute Engine")
    write(machine.root, "/.dockerenv")
    machine = replace(machine, env=SSH)
    rows = {row.name: row.found for row in look_at_place(find_place(machine), machine)}
    way = "your computer → a VM on Compute Engine → a container"
    assert rows["depth"] == f"at least 2 hops: {way}"
    assert "/.dockerenv" in rows["here"]
    assert "cloud" not in rows


@pytest.mark.parametrize("token", ["/home/a/be/.cloudlab/twin/token", "/etc/cloudlab/token"])
def test_a_shell_that_is_turned_to_the_twin_says_so(machine: Machine, token: str) -> None:
    """Else a student wonders why the real project stays empty."""
    machine = replace(machine, env={"CLOUDSDK_AUTH_ACCESS_TOKEN_FILE": token})
    rows = {
        row.name: row.found
        for row in look_at_place(find_place(machine, ask_metadata=lambda e: False), machine)
    }
    assert "local twin" in rows["cloud"]


def test_a_folder_in_place_of_a_file_is_no_evidence(machine: Machine, root: Path) -> None:
    (root / "proc/1/cgroup").mkdir(parents=True)
    assert find_place(machine, ask_metadata=lambda env: False).kind == "laptop"
