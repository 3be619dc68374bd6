"""An instance as plain data, and back."""

from __future__ import annotations

import dataclasses
from typing import Any

from pytest_cloudlab.twin.compute.catalogue import Image
from pytest_cloudlab.twin.compute.instance import Instance
from pytest_cloudlab.twin.compute.serial import SerialPort

_AS_IS = ("resource", "container", "run_for_s", "address", "expires", "hangs", "declared")


def plain(instance: Instance) -> dict[str, Any]:
    return {
        **{name: getattr(instance, name) for name in _AS_IS},
        "image": dataclasses.asdict(instance.image),
        "serial": {"text": instance.serial.text, "dropped": instance.serial.dropped},
    }


def instance(kept: dict[str, Any]) -> Instance:
    return Instance(
        **{name: kept[name] for name in _AS_IS},
        image=Image(**kept["image"]),
        serial=SerialPort(**kept["serial"]),
    )
