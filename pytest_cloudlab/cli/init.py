"""`cloudlab init`: a student's own roster, by questions or by options."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from pytest_cloudlab.enrolment.interview import interview
from pytest_cloudlab.enrolment.proposals import proposals
from pytest_cloudlab.enrolment.question import Question
from pytest_cloudlab.enrolment.roster_file import NAME, refuse_over_another, write
from pytest_cloudlab.enrolment.testing_panel import FILE, Outcome, put
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.model import Lab
from pytest_cloudlab.redaction import plain

COURSE = ("project", "registry", "bucket", "zones", "ssh-user", "ssh-key")


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("lab")
@click.option("--name", help="Your name, as you write it.")
@click.option("--id", help="A short name for you: a-z, 0-9, hyphens.")
@click.option("--email", help="The address of your account in the cloud.")
@click.option("--team", help="Your team: a-z, 0-9, hyphens.")
@click.option("--teammate", multiple=True, metavar="KEYS",
              help="A teammate, if one is needed: 'name=\"Bob\", mascot=\"dog\"'. Repeatable.")  # fmt: skip
@click.option("--codespace", metavar="ADDRESS", help="Where you work; local:// is this machine.")
@click.option("--project", help="The course's cloud project.")
@click.option("--registry", help="The course's registry.")
@click.option("--bucket", help="The course's bucket.")
@click.option("--zones", help="Zones of the course, with commas between.")
@click.option("--ssh-user", help="Your user on VMs.")
@click.option("--ssh-key", help="The private key that opens VMs.")
@click.option("--yes", is_flag=True, help="Ask nothing: take what is proposed for what no option says.")
@click.option("--panel/--no-panel", default=None,
              help="Write VS Code's settings too; default: in a codespace, or where .vscode is.")  # fmt: skip
@click.argument("choices", nargs=-1, type=click.UNPROCESSED, metavar="[--KEY VALUE]...")
def init(
    lab: str, teammate: tuple[str, ...], yes: bool, panel: bool | None, choices: tuple[str, ...],
    **answers: str | None,
) -> None:  # fmt: skip
    """Write cloudlab.toml for LAB: who you are, who is in your team, where the course's cloud is.

    It asks for what no option says. --KEY VALUE is what the lab has you choose, such as --mascot cat.
    A cloudlab.toml that is there is never written over.

    \b
    Examples:
      cloudlab init be
      cloudlab init codespaces --name "Alice Martin" --team rocket --yes
    """
    folder = Path.cwd()
    refuse_over_another(folder)
    the_lab = load_lab(find_lab(lab))
    given = {f"--{key.replace('_', '-')}": value for key, value in answers.items() if value is not None}
    given |= _pairs(choices, the_lab)
    asker = Asker(given, terminal=at_a_terminal() and not yes, yes=yes)
    in_codespace = os.environ.get("CODESPACES") == "true"
    enrolment = interview(
        the_lab,
        lab,
        asker,
        proposed=proposals(os.environ, Path.home()),
        in_codespace=in_codespace,
        mates=teammate or None,
        more_mates=asker if asker.terminal else None,
    )
    asker.complain(lab)
    the_lab, roster = write(enrolment, folder)
    _, me = roster.find(roster.me)
    click.echo(f"{NAME} is written: you are {plain(me.name)} ({me.id}).")
    if panel or (panel is None and (in_codespace or FILE.parent.is_dir())):
        _say_panel(the_lab, folder)
    click.echo(f"Next:\n  cloudlab doctor {lab}\n  cloudlab check {lab}")


def at_a_terminal() -> bool:
    return sys.stdin.isatty()


class Asker:
    """Answers by option, else at the terminal, else by what is proposed; keeps what is missing."""

    def __init__(self, given: Mapping[str, str], *, terminal: bool, yes: bool) -> None:
        self._given = given
        self._yes = yes
        self.terminal = terminal
        self.missing: list[Question] = []

    def __call__(self, question: Question) -> str:
        if question.option in self._given:
            value = self._given[question.option]
            try:
                return question.accept(value)
            except UsageError as error:
                shown = plain(value, 60)
                raise UsageError(f"{question.option} {shown}: {error.message}", remedy=error.remedy) from None
        if self.terminal:
            return self._prompt(question)
        if question.optional and not (self._yes and question.proposal):
            return ""  # left out
        if self._yes and question.proposal:
            with contextlib.suppress(UsageError):  # what this machine proposes may be no answer
                return question.accept(question.proposal)
        self.missing.append(question)
        return question.one_of[0] if question.one_of else question.proposal

    def complain(self, lab: str) -> None:
        """Raises `UsageError` naming every option that is missing."""
        if not self.missing:
            return
        rows = dict.fromkeys(f"{one.option} ({self._shown(one)})" for one in self.missing)
        proposed = any(one.proposal for one in self.missing)
        raise UsageError(
            f"nobody can be asked here, and these are missing: {'; '.join(rows)}",
            remedy=f"Say them as options of cloudlab init {lab}"
            + (", or take what is proposed with --yes." if proposed else "."),
        )

    def _shown(self, question: Question) -> str:
        return "|".join(question.one_of) or question.text

    def _prompt(self, question: Question) -> str:
        def accept(answer: str) -> str:
            try:
                return question.accept(answer)
            except UsageError as error:
                raise click.UsageError(error.message) from None

        text = question.text + (f" ({', '.join(question.one_of)})" if question.one_of else "")
        default = question.proposal or ("" if question.optional else None)
        answer: str = click.prompt(
            text, default=default, value_proc=accept, show_default=bool(question.proposal), err=True
        )
        return answer


def _pairs(words: tuple[str, ...], lab: Lab) -> dict[str, str]:
    known = [choice.key for choice in lab.choices] + list(lab.own)
    rest, found = list(words), {}
    while rest:
        key, equals, value = rest.pop(0).partition("=")
        if not key.startswith("--") or key.removeprefix("--") not in known:
            offers = ", ".join(f"--{one}" for one in known) or "nothing"
            raise UsageError(f"there is no option {plain(key, 60)}", remedy=f"The lab asks for: {offers}.")
        if not (equals or rest):
            raise UsageError(f"{key}: expected a value after it")
        found[key] = value if equals else rest.pop(0)
    return found


def _say_panel(lab: Lab, folder: Path) -> None:
    panel = put(lab, folder)
    if panel.outcome is Outcome.WRITTEN:
        click.echo(f"{FILE} is written: the Testing panel lists the checks.")
    elif panel.outcome is Outcome.THERE:
        click.echo(f"{FILE} has the Testing panel's settings already.")
    else:
        click.echo(f"{FILE} is left as it is: it cannot be changed without losing something of it.")
        click.echo(
            "Add to it, for the Testing panel:\n" + "".join(f"  {x}\n" for x in panel.lines.splitlines())
        )
