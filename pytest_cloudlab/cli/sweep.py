"""`cloudlab sweep`: what earlier runs left behind."""

from __future__ import annotations

from pathlib import Path

import click

from pytest_cloudlab.providers.ledger import Ledger
from pytest_cloudlab.providers.sweep import Outcome
from pytest_cloudlab.providers.sweep import sweep as sweep_ledger

LEDGER = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--ledger", type=LEDGER, default=Path(".cloudlab/ledger.sqlite"), show_default=True,
              help="What was provisioned from here.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
def sweep(ledger: Path, dry_run: bool) -> int:
    """Delete what earlier runs provisioned and left behind: what has expired, or whose run is dead.

    Never what a living run owns, and never what was attached. Exit code 3 when something could not be
    deleted; it stays in the ledger for the next time.
    """
    from pytest_cloudlab.clouds.codespaces import Codespaces
    from pytest_cloudlab.clouds.compute import Compute
    from pytest_cloudlab.clouds.github_token import github_token

    swept = sweep_ledger(
        Ledger(ledger),
        compute_for=Compute,
        github=lambda: Codespaces(github_token()),
        dry_run=dry_run,
        progress=click.echo,
    )
    click.echo(f"{len(swept)} left-over{'' if len(swept) == 1 else 's'} found.")
    return 3 if any(one.outcome is Outcome.KEPT for one in swept) else 0
