"""The command-line tools of a lab: which are here, in which version."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

from pytest_cloudlab.doctor.command import said
from pytest_cloudlab.doctor.finding import Finding, State, judged
from pytest_cloudlab.doctor.machine import Machine
from pytest_cloudlab.doctor.remedy import install
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.needs import Needs, Tool, numbers
from pytest_cloudlab.redaction import plain

USUAL = ("git", "ssh", "docker", "gcloud", "gh")
"""Shown where no lab says what it needs."""
ARGUMENTS = {"ssh": ("-V",), "kubectl": ("version", "--client"), "java": ("-version",)}
UPGRADE = {"gcloud": "gcloud components update", "gsutil": "gcloud components update"}
_VERSION = re.compile(r"\d+(?:\.\d+)+")


def look_at_tools(needs: Needs, machine: Machine) -> list[Finding]:
    wanted = list(needs.tools) or [Tool(name) for name in USUAL]
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda tool: _look(tool, machine, needed=bool(needs.tools)), wanted))


def _look(tool: Tool, machine: Machine, *, needed: bool) -> Finding:
    path = machine.which(tool.name)
    if not path:
        found = "not on the PATH"
        return judged("tools", tool.name, State.WRONG, found, fix=install(tool.name, machine), needed=needed)
    try:
        code, text = said([path, *ARGUMENTS.get(tool.name, ("--version",))], machine)
    except CouldNotLook as error:
        return judged("tools", tool.name, State.UNKNOWN, error.message, needed=needed,
                      fix=f"Try it yourself: {tool.name} --version")  # fmt: skip
    version = _VERSION.search(text)
    if code or not version:
        first = plain(text.strip().partition("\n")[0], 60) or "nothing"
        return judged("tools", tool.name, State.WRONG if code else State.UNKNOWN, needed=needed,
                      found=f"its version cannot be told: it said {first!r} and ended with {code}",
                      fix=f"Install it anew: {install(tool.name, machine)}")  # fmt: skip
    if numbers(version[0])[: len(tool.at_least)] < tool.at_least:
        lowest = ".".join(map(str, tool.at_least))
        return judged("tools", tool.name, State.WRONG, f"{version[0]}, older than {lowest}", needed=needed,
                      fix=UPGRADE.get(tool.name) or install(tool.name, machine))  # fmt: skip
    if tool.name == "docker" and (why := _no_engine(path, machine)):
        return judged("tools", "docker", State.WRONG, f"{version[0]}; {why[0]}", fix=why[1], needed=needed)
    return judged("tools", tool.name, State.OK, version[0], needed=needed)


def _no_engine(path: str, machine: Machine) -> tuple[str, str] | None:
    """Why the Docker engine does not answer, and what to do; the command alone is of no use."""
    try:
        code, text = said([path, "version", "--format", "{{.Server.Version}}"], machine)
    except CouldNotLook as error:
        return f"its engine: {error.message}", "Start it anew: sudo systemctl restart docker"
    if not code:
        return None
    if "permission denied" in text.lower():
        return "you may not use its engine", "sudo usermod -aG docker $USER, then log in anew"
    if machine.system in ("Darwin", "Windows"):
        return "its engine does not run", "Start Docker Desktop."
    sudo = "" if machine.is_root else "sudo "
    return "its engine does not run", f"{sudo}systemctl start docker"
