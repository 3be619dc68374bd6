"""Each command line of the course's pages, as printed, with the real client."""

from __future__ import annotations

from itertools import takewhile

import pytest

from pytest_cloudlab.twin.request_log import LoggedRequest

from ..docs.markdown import ROOT
from ..twin.contract import Contract
from .command import Command, Played, commands
from .markdown import HEAD, rows


@pytest.mark.docker
@pytest.mark.gcloud
@pytest.mark.parametrize("command", commands(), ids=lambda command: command.name)
def test_the_line_works_as_printed(played: dict[str, Played], command: Command) -> None:
    """It exits as it should, says what it should, and did what it said."""
    became = played[command.line]
    assert became.exit == command.exit, became.output
    assert became.unsaid == [], became.output
    assert became.after_exit == 0, f"{command.after}\n{became.after_output}"


@pytest.mark.docker
@pytest.mark.gcloud
def test_every_answer_is_as_google_describes_it(
    played: dict[str, Played], answers: list[LoggedRequest]
) -> None:
    """What the real clients were told, all of it, fits Google's own description of its APIs."""
    contract = Contract()
    for answer in answers:
        contract.check_logged(answer)
    assert contract.checked > len(commands())


def test_the_page_shows_this_table() -> None:
    """Command for command, with the exit codes that are tested here; the versions are those of a run."""
    shown = [row.split(" | ") for row in page_rows()]
    expected = [row.split(" | ") for row in rows(commands(), {})]
    without_version = [[*row[:-2], row[-2].split()[0], row[-1]] for row in shown]
    assert without_version == [[*row[:-2], row[-2].strip(), row[-1]] for row in expected]


def page_rows() -> list[str]:
    lines = (ROOT / "docs" / "twin.md").read_text(encoding="utf-8").splitlines()
    start = lines.index(HEAD[0]) + len(HEAD)
    return list(takewhile(lambda line: line.startswith("|"), lines[start:]))
