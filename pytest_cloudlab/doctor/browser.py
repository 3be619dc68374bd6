"""A browser and its driver, of one version."""

from __future__ import annotations

import re

from pytest_cloudlab.browser import BROWSERS
from pytest_cloudlab.doctor.command import said
from pytest_cloudlab.doctor.finding import Finding, State, judged
from pytest_cloudlab.doctor.machine import Machine
from pytest_cloudlab.doctor.remedy import install
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.needs import numbers

PART = "browser"


def look_at_browser(machine: Machine, *, needed: bool) -> list[Finding]:
    """Only what the checks themselves look for on the PATH counts."""
    fix = install("chromium", machine)
    browser = next((name for name in BROWSERS if machine.which(name)), "")
    found = [_version(name, machine) for name in (browser, "chromedriver")]
    missing = [
        judged(PART, shown, State.WRONG, "not on the PATH", fix=fix, needed=needed)
        for shown, version in zip(("chromium", "chromedriver"), found, strict=True)
        if version is None
    ]
    if missing:
        return missing
    rows: list[Finding] = []
    majors: list[int] = []
    for name, one in zip((browser, "chromedriver"), found, strict=True):
        version, said_instead = one or ((), "")
        state = State.OK if version else State.UNKNOWN
        shown = ".".join(map(str, version)) or said_instead
        rows.append(judged(PART, name, state, shown, fix=f"Try it: {name} --version", needed=needed))
        majors += version[:1]
    if len(set(majors)) > 1:
        rows.append(judged(PART, "together", State.WRONG, needed=needed, fix=fix,
                           found=f"browser {majors[0]}, driver {majors[1]}: they do not match"))  # fmt: skip
    return rows


def _version(name: str, machine: Machine) -> tuple[tuple[int, ...], str] | None:
    """Its version, or why that cannot be told; None where it is not there."""
    path = machine.which(name) if name else None
    if not path:
        return None
    try:
        _, text = said([path, "--version"], machine)
    except CouldNotLook as error:
        return (), error.message
    version = re.search(r"\d+(?:\.\d+)+", text)
    return (numbers(version[0]) if version else ()), "it does not say its version"
