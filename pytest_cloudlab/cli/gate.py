"""`cloudlab gate`: a course's pages checked like code."""

from __future__ import annotations

import datetime
import os
import textwrap
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pytest_cloudlab.cli.faults import faults_are_told
from pytest_cloudlab.cli.gate_outputs import GateOutputs, gate_outputs
from pytest_cloudlab.cli.progress import SLOW_S, say
from pytest_cloudlab.errors import UsageError

if TYPE_CHECKING:
    from pytest_cloudlab.material.baseline import Baseline
    from pytest_cloudlab.material.configuration import Configuration
    from pytest_cloudlab.material.gate import Progress
    from pytest_cloudlab.material.outcome import Outcome
    from pytest_cloudlab.material.rule import Rule

EXIT_CODES = """\b
Exit codes:
  0  nothing but warnings was found
  1  there are errors: students would be stuck, or misled
  2  a file, an option or the installation is not as it has to be, or a rule
     broke: what it would have found is not known"""


@click.command(epilog=EXIT_CODES)
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option("--scheduled", is_flag=True,
              help="Nobody changes anything now: what has expired is an error.")  # fmt: skip
@click.option(
    "--online", is_flag=True, help="Look external links up too, politely; nothing else uses the network."
)
@click.option("--base", metavar="REF", default="",
              help="What the change is compared with; default: what CI says.")  # fmt: skip
@click.option("--only", multiple=True, metavar="RULE", help="Only this rule. Repeatable.")
@click.option("--page", "pages", multiple=True, metavar="PATTERN",
              help="Only these pages, e.g. 'docs/build*.md'. Repeatable.")  # fmt: skip
@click.option("--baseline", "baseline_file", type=click.Path(path_type=Path, dir_okay=False),
              help="Findings that are accepted; default: as configured.")  # fmt: skip
@click.option(
    "--write-baseline", is_flag=True, help="Add the errors to the baseline, for you to give reasons."
)
@click.option("--rules", "list_rules", is_flag=True, help="List the rules and what they look at.")
@gate_outputs
@faults_are_told
def gate(
    path: Path, scheduled: bool, online: bool, base: str, only: tuple[str, ...], pages: tuple[str, ...],
    baseline_file: Path | None, write_baseline: bool, list_rules: bool, wanted: GateOutputs,
) -> int:  # fmt: skip
    """Say what in a course's pages would break for students, on the line.

    PATH is the course's folder, a folder of its pages or one page; default: the course around this folder.
    Its settings stand in [tool.cloudlab.material] of its pyproject.toml, or in [material] of its
    cloudlab.toml. Nothing on a page is executed.

    \b
    Examples:
      cloudlab gate                              the course around this folder
      cloudlab gate docs/build.md                one page
      cloudlab gate --only shell-syntax          one rule
      cloudlab gate --rules                      what is looked at
      cloudlab gate --sarif gate.sarif           for code scanning
    """
    from pytest_cloudlab.material.changes import touched_lines
    from pytest_cloudlab.material.choice import chosen_paths, chosen_rules
    from pytest_cloudlab.material.ci import review
    from pytest_cloudlab.material.configuration import read_configuration, require_rules
    from pytest_cloudlab.material.gate import Gate
    from pytest_cloudlab.material.installation import require_libraries, unread_sql
    from pytest_cloudlab.material.reading import read_course
    from pytest_cloudlab.material.rule import load_rules

    rules = load_rules()
    if list_rules:
        _list(rules)
        return 0
    require_libraries()
    configuration = read_configuration(path)
    require_rules(configuration, (rule.id for rule in rules))
    asked = chosen_rules(rules, only)
    baseline = _baseline(configuration, baseline_file, write_baseline)
    today = datetime.date.today()
    change = review(configuration.root, os.environ)
    if change.why_not and not base:
        say(f"what the change touches is not known: {change.why_not}")
    course = read_course(
        configuration.root,
        configuration.settings,
        today=configuration.settings.session or today,
        scheduled=scheduled or change.scheduled,
        touched=touched_lines(configuration.root, base) if base else change.touched,
    )
    if online:
        from pytest_cloudlab.material.online.online import Online

        course = replace(course, online=Online(cache=_cache() / "links.json"))
    the_gate = Gate(
        course,
        asked,
        today=today,
        baseline=baseline,
        wanted=chosen_paths(course, configuration.focus, pages),
        unasked={rule.id for rule in rules} - {rule.id for rule in asked},
    )
    outcome = the_gate.outcome(workers=len(os.sched_getaffinity(0)), say=_progress())
    if course.online and course.online.not_looked_at:
        for url, why in course.online.not_looked_at.items():
            say(f"could not be looked up: {url} ({why})")
    if sql := unread_sql(course, asked):
        say(f"{sql} of SQL not looked at, for want of sqlglot: pip install 'pytest-cloudlab[sql]'")
    wanted.write(outcome)
    if write_baseline:
        return _write_baseline(baseline, outcome)
    return outcome.status


def _list(rules: tuple[Rule, ...]) -> None:
    for rule in sorted(rules, key=lambda one: one.id):
        where = "the course" if rule.scope == "course" else f"each {rule.scope}"
        click.echo(
            f"{rule.id}  ({rule.severity}, looks at {where}{', with --online' if rule.online else ''})"
        )
        for paragraph in (rule.title, *rule.help.split("\n\n")):
            if paragraph:
                click.echo(textwrap.fill(" ".join(paragraph.split()), 80, initial_indent="    ",
                                         subsequent_indent="    "))  # fmt: skip
        click.echo()


def _baseline(configuration: Configuration, file: Path | None, write: bool) -> Baseline | None:
    from pytest_cloudlab.material.baseline import read_baseline

    named = configuration.settings.baseline
    if file is None and named:
        file = configuration.root / named
    if file is None:
        if write:
            raise UsageError(
                "--write-baseline: no file is named for the baseline",
                remedy=f'Write baseline = "baseline.toml" into {configuration.where}, or add --baseline.',
            )
        return None
    return read_baseline(file, configuration.root, may_be_new=write)


def _write_baseline(baseline: Baseline | None, outcome: Outcome) -> int:
    from pytest_cloudlab.evidence import write_atomically

    assert baseline is not None
    text, added = baseline.with_entries(outcome.errors)
    if added:
        write_atomically(baseline.file, text.encode("utf-8"))
    click.echo(f"{baseline.file}: {added} added. Give each a reason: the gate is closed until it has one.")
    return outcome.status


def _progress() -> Progress:
    told_at = time.monotonic()

    def progress(done: int, count: int) -> None:
        nonlocal told_at
        if done < count and time.monotonic() - told_at >= SLOW_S:
            told_at = time.monotonic()
            say(f"{done} of {count} pages looked at")

    return progress


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "cloudlab"
