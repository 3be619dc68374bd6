"""The options of every command that ends in reports, and the writing of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pytest_cloudlab.standing import Card


@dataclass(frozen=True)
class Outputs:
    report: Path | None
    """Folder for `index.html`."""
    json: Path | None
    junit: Path | None

    def write(self, cards: Sequence[Card], evidence: Path, title: str) -> None:
        """Write what was asked for, and say where it is."""
        if self.report:
            from pytest_cloudlab.evidence import EvidenceStore
            from pytest_cloudlab.reports import html

            path = self.report / "index.html"
            html.write(cards, EvidenceStore(evidence), path, title=title)
            click.echo(f"Report: {path}")
        if self.json:
            from pytest_cloudlab.reports import json

            json.write(cards, self.json)
            click.echo(f"JSON: {self.json}")
        if self.junit:
            from pytest_cloudlab.reports import junit

            junit.write(cards, self.junit)
            click.echo(f"JUnit: {self.junit}")


def outputs(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds `--report`, `--json` and `--junit`; the command gets them as one `wanted`."""
    file = click.Path(path_type=Path, dir_okay=False)

    @click.option(
        "--report", type=click.Path(path_type=Path, file_okay=False), help="Write index.html into DIR."
    )
    @click.option("--json", "json_file", type=file, help="Write the results as JSON.")
    @click.option("--junit", "junit_file", type=file, help="Write the results as JUnit XML.")
    @wraps(command)
    def with_outputs(
        report: Path | None, json_file: Path | None, junit_file: Path | None, **options: Any
    ) -> Any:
        return command(**options, wanted=Outputs(report, json_file, junit_file))

    return with_outputs
