"""Skips what this machine cannot run, says so loudly, and fails instead where it was required.

`CLOUDLAB_REQUIRE=docker,browser,gcloud,gh,kubectl,openapi,sarif` turns the skips of these kinds into
failures.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

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


@functools.cache
def why_no_gcloud() -> str:
    missing = [name for name in ("gcloud", "gsutil") if not shutil.which(name)]
    return f"no {' and no '.join(missing)} (install Google's Cloud SDK)" if missing else ""


@functools.cache
def why_no_gh() -> str:
    return "" if shutil.which("gh") else "no gh (apt-get install gh)"


@functools.cache
def why_no_kubectl() -> str:
    remedy = "Google's Cloud SDK brings one: gcloud components install kubectl, or apt-get install kubectl"
    if not shutil.which("kubectl"):
        return f"no kubectl ({remedy})"
    asked = subprocess.run(["kubectl", "version", "--client", "-o", "json"], capture_output=True, timeout=30)
    # Older ones speak no websockets.
    minor = re.search(rb'"minor":\s*"(\d+)', asked.stdout)
    return "" if minor and int(minor[1]) >= 31 else f"kubectl is older than 1.31 ({remedy})"


NEWER_GH = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "cloudlab" / "gh-2.46.0-3"


@functools.cache
def why_no_newer_gh() -> str:
    return "" if (NEWER_GH / "gh").exists() else "no gh 2.46 (scripts/setup.sh test fetches it)"


@functools.cache
def why_no_openapi() -> str:
    from tests.twin.github.contract import why_not

    return why_not()


SARIF = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "cloudlab" / "sarif-2.1.0.json"


@functools.cache
def why_no_sarif() -> str:
    return "" if SARIF.exists() else "no schema of SARIF (scripts/setup.sh test fetches it)"


REASONS = {
    "docker": why_no_docker,
    "browser": why_no_browser,
    "gcloud": why_no_gcloud,
    "gh": why_no_gh,
    "kubectl": why_no_kubectl,
    "newer_gh": why_no_newer_gh,
    "openapi": why_no_openapi,
    "sarif": why_no_sarif,
}


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # Whole rehearsals before all other single tests: at the end of a run, one worker would wait for them.
    items.sort(key=lambda item: item.path.name != "test_rehearsal.py")
    for item in items:
        if item.get_closest_marker("docker") and not item.get_closest_marker("xdist_group"):
            # The tests of a folder share machines that are costly to make: one worker for each folder, unless
            # its modules have said that each has machines of its own.
            item.add_marker(pytest.mark.xdist_group(str(item.path.parent)), append=False)


def pytest_runtest_setup(item: pytest.Item) -> None:
    required = os.environ.get("CLOUDLAB_REQUIRE", "").split(",")
    for kind, why in REASONS.items():
        if item.get_closest_marker(kind) and why():
            if kind in required:
                pytest.fail(f"{kind} is required here (CLOUDLAB_REQUIRE): {why()}", pytrace=False)
            pytest.skip(why())


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Its pytests leave out plugins that take longer to import than all else and that few tests are about."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:hypothesispytest -p no:playwright")
    return pytester


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if report.when == "setup"]
    if not skipped:
        return
    terminalreporter.section("NOT TESTED HERE", sep="!", red=True, bold=True)
    reasons = Counter(str(report.longrepr[2]) for report in skipped if isinstance(report.longrepr, tuple))
    for reason, count in reasons.most_common():
        terminalreporter.line(f"{count} tests were skipped: {reason}", red=True)
