"""`cloudlab` itself: its subcommands, its exit codes, and errors in one sentence."""

from __future__ import annotations

import importlib
import sys

import click

from pytest_cloudlab import __version__
from pytest_cloudlab.errors import CloudlabError, CouldNotLook

EXIT_CODES = """\b
Exit codes:
  0  everything asked for was achieved
  1  something failed, or is blocked by what failed
  2  a file, an option or the installation is not as it has to be
  3  nothing failed, but something could not be judged"""

# Loaded when named: `cloudlab check --help` need not import what the twin is made of.
COMMANDS = {
    "doctor": ("pytest_cloudlab.cli.doctor", "Say what this machine lacks for a lab, and how to mend it."),
    "init": ("pytest_cloudlab.cli.init", "Write your own cloudlab.toml, by questions or options."),
    "teams": ("pytest_cloudlab.cli.teams", "Make a roster of an LMS's CSV: form teams, draw choices."),
    "check": ("pytest_cloudlab.cli.check", "Judge one member's work: the checklist of a lab."),
    "grade": ("pytest_cloudlab.cli.grade", "Judge a whole class, many at once."),
    "watch": ("pytest_cloudlab.cli.watch", "Judge again and again while the lab goes on."),
    "gradebook": ("pytest_cloudlab.cli.gradebook", "Write a class's grades for a gradebook."),
    "regrade": ("pytest_cloudlab.cli.regrade", "Work grades out anew, looking at nothing again."),
    "submit": ("pytest_cloudlab.cli.submit", "Hand in what you saw, as one file."),
    "rehearse": ("pytest_cloudlab.cli.rehearse", "Do a whole lab on the local cloud twin, and judge it."),
    "practise": ("pytest_cloudlab.cli.practise", "Do a lab yourself on the local cloud twin."),
    "gate": ("pytest_cloudlab.cli.gate", "Check a course's pages like code."),
    "twin": ("pytest_cloudlab.cli.twin", "Start, stop and use the local cloud twin."),
    "leftovers": (
        "pytest_cloudlab.cli.leftovers",
        "What a class left in the cloud, its price a day, and its removal.",
    ),
    "sweep": ("pytest_cloudlab.cli.sweep", "Delete what earlier runs provisioned and left behind."),
}


class LateGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise click.UsageError(f"{error.message} Commands: {', '.join(COMMANDS)}.", ctx) from None


@click.group(cls=LateGroup, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cloudlab")
def cloudlab() -> None:
    """Verify and grade hands-on cloud labs.

    \b
    A student, in the folder that has cloudlab.toml or teams.toml:
      cloudlab check be --as alice
    Anyone, with no cloud account:
      cloudlab rehearse be
    A course's CI, in the repository of its pages:
      cloudlab gate
    """


def main() -> None:
    """Run the command line; the console script's entry point."""
    try:
        status = cloudlab.main(standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(130)
    except CloudlabError as error:
        click.echo(f"cloudlab: {error.message}", err=True)
        if error.remedy:
            click.echo(f"  → {error.remedy}", err=True)
        sys.exit(3 if isinstance(error, CouldNotLook) else 2)
