"""The operating system, and the Python that all of this runs on."""

from __future__ import annotations

import platform
import sys

from pytest_cloudlab.doctor.finding import Finding, State
from pytest_cloudlab.doctor.machine import Machine


def look_at_system(machine: Machine) -> list[Finding]:
    own = "in an environment of its own" if sys.prefix != sys.base_prefix else "the system's"
    name = machine.release.get("PRETTY_NAME") if machine.system == "Linux" else ""
    system = name or f"{machine.system} {platform.release()}"
    found = [
        Finding("system", "system", State.FACT, f"{system}, {platform.machine()}"),
        Finding("system", "python", State.FACT, f"{platform.python_version()}, {own}"),
    ]
    if machine.system == "Windows":
        found.append(
            Finding("system", "windows", State.WRONG, "labs are checked on Linux",
                    "wsl --install, then work in there; or use a codespace")
        )  # fmt: skip
    return found
