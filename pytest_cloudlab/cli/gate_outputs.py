"""The reports of `cloudlab gate`: their options, and the writing of them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pytest_cloudlab.material.outcome import Outcome


@dataclass(frozen=True)
class GateOutputs:
    sarif: Path | None
    junit: Path | None
    summary: Path | None
    annotations: bool
    warnings: bool

    def write(self, outcome: Outcome) -> None:
        """To standard output, and to the files that were asked for."""
        from pytest_cloudlab.material.configuration import top_of
        from pytest_cloudlab.reports.gate import junit, sarif, summary
        from pytest_cloudlab.reports.gate.annotations import lines
        from pytest_cloudlab.reports.gate.plain import text

        top = Path(os.environ.get("GITHUB_WORKSPACE") or top_of(outcome.root))
        above = outcome.above(top.resolve())
        said = text(outcome, warnings=self.warnings, above=outcome.above(Path.cwd()))
        if os.environ.get("GITHUB_ACTIONS") == "true":
            # Whatever a page says, its lines are no commands to the runner.
            token = secrets.token_hex(16)
            said = f"::stop-commands::{token}\n{said}::{token}::\n"
        click.echo(said, nl=False)
        if self.annotations and (annotated := lines(outcome, above)):
            click.echo("\n".join(("::group::Annotations", *annotated, "::endgroup::")))
        if self.sarif:
            sarif.write(outcome, self.sarif, outcome.above(top_of(outcome.root)))
        if self.junit:
            junit.write(outcome, self.junit)
        steps = os.environ.get("GITHUB_STEP_SUMMARY", "")
        if self.summary:
            summary.write(outcome, self.summary, above=above, link=_link())
        elif steps:
            summary.append(outcome, Path(steps), above=above, link=_link())


def gate_outputs(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options of the reports; the command gets them as one `wanted`."""
    file = click.Path(path_type=Path, dir_okay=False)

    @click.option("--warnings", is_flag=True, help="Show the warnings here too, not only in the summary.")
    @click.option("--sarif", type=file, help="Write the findings as SARIF 2.1.0.")
    @click.option("--junit", type=file, help="Write the findings as JUnit XML.")
    @click.option(
        "--summary", type=file, help="Write a summary in Markdown; default in GitHub Actions: the step's."
    )
    @click.option("--annotations/--no-annotations", default=None,
                  help="Show errors beside the change; default: in GitHub Actions.")  # fmt: skip
    @wraps(command)
    def with_outputs(
        sarif: Path | None, junit: Path | None, summary: Path | None, annotations: bool | None,
        warnings: bool, **options: Any,
    ) -> Any:  # fmt: skip
        if annotations is None:
            annotations = os.environ.get("GITHUB_ACTIONS") == "true"
        return command(**options, wanted=GateOutputs(sarif, junit, summary, annotations, warnings))

    return with_outputs


def _link() -> str:
    """Address of the repository's files as they are checked out; empty outside of GitHub Actions."""
    server, repository, commit = (
        os.environ.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "SHA")
    )
    return f"{server}/{repository}/blob/{commit}/" if server and repository and commit else ""
