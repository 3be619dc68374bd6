"""The pytest plugin: hooks and options only. A run that collects no lab pays for nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

LAB_FILE = "lab.toml"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("cloudlab", "cloud labs: judge hands-on work (pytest-cloudlab)")
    add = group.addoption
    add("--cloudlab-as", metavar="ID", default="", help="whose work to judge: a member's id in the roster")
    add(
        "--cloudlab-roster",
        metavar="FILE",
        default="",
        help="teams.toml or cloudlab.toml (default: found here)",
    )
    add(
        "--cloudlab-step",
        metavar="NUMBER",
        default="",
        help="only the steps whose number begins so, e.g. 1.1",
    )
    add("--cloudlab-final", action="store_true", help="the lab is over: judge the cleanup too")
    add("--cloudlab-act", action="store_true", help="also run checks that change something to find out")
    add("--cloudlab-again", action="store_true", help="ask again what was already achieved")
    add(
        "--cloudlab-dir",
        metavar="DIR",
        default="",
        help="journal and evidence (default: .cloudlab beside the roster)",
    )
    add("--cloudlab-retry", metavar="SECONDS", type=float, default=10.0,
        help="how long all retries of what could not be judged may take together (default: 10)")  # fmt: skip
    add(
        "--cloudlab-events",
        metavar="FD",
        type=int,
        default=-1,
        help="write what happens, as JSON lines, to this descriptor",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "step(number): the section of the lab's page that teaches it")
    config.addinivalue_line(
        "markers", "outcome(points, needs, holds, acts): what the check is worth, waits for and does"
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    folders = {item.path.parent for item in items if _in_lab(item.path.parent)}
    if folders:
        from pytest_cloudlab.grading.session import LabSession

        config.pluginmanager.register(LabSession(config, folders, items), "cloudlab-session")


_known: dict[Path, bool] = {}


def _in_lab(folder: Path) -> bool:
    """Whether `folder` is a lab; asked once a folder, since a large run has many items in few."""
    if folder not in _known:
        _known[folder] = (folder / LAB_FILE).is_file()
    return _known[folder]
