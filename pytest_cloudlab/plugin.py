"""The pytest plugin: hooks and options only. A run that collects no lab pays for nothing else."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

LAB_FILE = "lab.toml"
DISPATCH = "cloudlab_dispatch"  # as in grading.dispatch, which imports more than an idle plugin may


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
    add("--cloudlab-until", metavar="NUMBER", default="", help="only the steps up to this one, e.g. 1.3.2")
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
    add("--cloudlab-brief", metavar="FILE", default="", help=argparse.SUPPRESS)
    add(
        "--cloudlab-events",
        metavar="FD",
        type=int,
        default=-1,
        help="write what happens, as JSON lines, to this descriptor",
    )
    add("--material", metavar="DIR", default="",
        help="check a course's pages like code: their folder, or one page (see cloudlab gate)")  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "step(number): the section of the lab's page that teaches it")
    config.addinivalue_line(
        "markers",
        "outcome(points, needs, holds, acts, at_least, at_most, equals): "
        "what the check is worth, waits for, does, and what its measured values have to be",
    )
    if folder := config.getoption("material"):
        from pytest_cloudlab.material.items import Material

        config.pluginmanager.register(Material(config, folder), "cloudlab-material")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.name != LAB_FILE:
        return None
    from pytest_cloudlab.grading.variant import collect_variant

    return collect_variant(file_path, parent)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    folders = {item.path.parent for item in items if _in_lab(item.path.parent)}
    if not folders:
        return
    session: object
    if hasattr(config, "workerinput"):
        from pytest_cloudlab.grading.xdist_worker import worker_session

        session = worker_session(config, folders, items)
    else:
        from pytest_cloudlab.grading.session import LabSession

        session = LabSession(config, folders, items)
    config.pluginmanager.register(session, "cloudlab-session")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """What a worker of xdist has to know before it may ask a lab's checks."""
    here = bool(node.gateway.spec.popen)
    node.workerinput["cloudlab"] = {"dist": node.config.getoption("dist"), "here": here}


@pytest.hookimpl(tryfirst=True)
def pytest_report_from_serializable(data: dict[str, Any]) -> None:
    if DISPATCH in data:
        from pytest_cloudlab.grading.xdist_controller import named_anew

        named_anew(data, data[DISPATCH])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    # Only in the controller does a report know the node that it came from.
    if hasattr(report, "node") and hasattr(report, DISPATCH):
        from pytest_cloudlab.grading.xdist_controller import taken

        taken(report, getattr(report, DISPATCH))


_known: dict[Path, bool] = {}


def _in_lab(folder: Path) -> bool:
    """Whether `folder` is a lab; asked once a folder, since a large run has many items in few."""
    if folder not in _known:
        _known[folder] = (folder / LAB_FILE).is_file()
    return _known[folder]
