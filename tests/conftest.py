"""Skips what this machine cannot run, says so loudly, and fails instead where it was required.

`CLOUDLAB_REQUIRE=docker,browser` turns the skips of these kinds into failures.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from collections import Counter

import pytest


@functools.cache
def why_no_docker() -> str:
    """Why tests that need a Docker engine cannot run here; empty when they can."""
    if not shutil.which("docker"):
        return "no docker command (apt-get install docker.io)"
    try:
        asked = subprocess.run(["docker", "info"], capture_output=True, text=True, timeout=30)
    except subprocess.TimeoutExpired:
        return "the Docker engine does not answer"
    if asked.returncode:
        return f"no Docker engine: {(asked.stderr.strip().splitlines() or ['no reason given'])[-1]}"
    return ""


@functools.cache
def why_no_browser() -> str:
    missing = [name for name in ("chromium", "chromedriver") if not shutil.which(name)]
    return f"no {' and no '.join(missing)} (apt-get install chromium chromium-driver)" if missing else ""


REASONS = {"docker": why_no_docker, "browser": why_no_browser}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("docker"):
            # The tests of a folder share machines that are costly to make: one worker for each folder.
            item.add_marker(pytest.mark.xdist_group(str(item.path.parent)), append=False)


def pytest_runtest_setup(item: pytest.Item) -> None:
    required = os.environ.get("CLOUDLAB_REQUIRE", "").split(",")
    for kind, why in REASONS.items():
        if item.get_closest_marker(kind) and why():
            if kind in required:
                pytest.fail(f"{kind} is required here (CLOUDLAB_REQUIRE): {why()}", pytrace=False)
            pytest.skip(why())


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if report.when == "setup"]
    if not skipped:
        return
    terminalreporter.section("NOT TESTED HERE", sep="!", red=True, bold=True)
    reasons = Counter(str(report.longrepr[2]) for report in skipped if isinstance(report.longrepr, tuple))
    for reason, count in reasons.most_common():
        terminalreporter.line(f"{count} tests were skipped: {reason}", red=True)
