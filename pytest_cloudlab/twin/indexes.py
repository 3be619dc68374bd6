"""The package indexes this machine is configured for: the only real hosts a twin lets through.

The pages' own commands install packages, inside a VM and inside a `docker build`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

URL = re.compile(r"https?://[^\s'\"<>\]]+")

# pip knows its default index without any configuration; its own module is the one place that says so.
PIP_DEFAULTS = """
import json
from pip._internal.models.index import PyPI
print(json.dumps([PyPI.url, "https://" + PyPI.file_storage_domain + "/"]))
"""


def index_hosts(image: str) -> frozenset[str]:
    """Hosts of pip's configured and default indexes, and of apt's sources here and in that image."""
    urls = _pip_configured() + _pip_defaults() + _apt_sources() + _apt_sources_in(image)
    return frozenset(host for url in urls if (host := urlsplit(url).hostname))


def _pip_configured() -> list[str]:
    return URL.findall(_output(sys.executable, "-m", "pip", "config", "list"))


def _pip_defaults() -> list[str]:
    try:
        found = json.loads(_output(sys.executable, "-c", PIP_DEFAULTS))
    except ValueError:
        return []
    return [str(url) for url in found]


def _apt_sources(folder: Path = Path("/etc/apt")) -> list[str]:
    files = [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]
    lines = [
        line.partition("#")[0]
        for file in files
        if file.suffix in (".list", ".sources") and file.is_file()
        for line in file.read_text(errors="replace").splitlines()
    ]
    return URL.findall("\n".join(lines))


def _apt_sources_in(image: str) -> list[str]:
    """A base image that was bootstrapped or pulled names mirrors that this machine may not use."""
    show = "cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2> /dev/null"
    return URL.findall(
        _output("docker", "run", "--rm", "--network=none", "--entrypoint=sh", image, "-c", show)
    )


def _output(*argv: str) -> str:
    try:
        return subprocess.run(argv, capture_output=True, text=True, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
