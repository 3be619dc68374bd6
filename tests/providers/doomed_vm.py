"""A run that provisions a VM and is killed at a given point: `python doomed_vm.py LEDGER POINT`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from pytest_cloudlab.clouds.compute import Compute, Instance, InstanceSpec
from pytest_cloudlab.providers import gce
from pytest_cloudlab.providers.ledger import Ledger

PROJECT = "sdd2526"
ZONE = "europe-west1-b"


def spec(name: str, metadata: Mapping[str, str] | None = None) -> InstanceSpec:
    return InstanceSpec(
        name=name,
        zone=ZONE,
        machine_type="n1-standard-1",
        image_family="common-cpu",
        image_project="deeplearning-platform-release",
        disk_size_gb=50,
        metadata=metadata or {},
    )


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DoomedCompute(Compute):
    point = ""

    def create(self, spec: InstanceSpec) -> Instance:
        if self.point == "planned":
            die()
        instance = super().create(spec)
        if self.point == "created":
            die()
        return instance


def main(ledger: str, point: str) -> None:
    compute = DoomedCompute(PROJECT)
    compute.point = point
    gce.provision(compute, spec("doomed"), ledger=Ledger(Path(ledger)), ttl_s=600, ready_within_s=60)
    die()


if __name__ == "__main__":
    main(*sys.argv[1:])
