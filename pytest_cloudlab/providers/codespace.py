"""A GitHub codespace: attach to one that exists, or provision one that goes away again."""

from __future__ import annotations

import contextlib
import math
import secrets
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from pytest_cloudlab.errors import CouldNotLook, NotFound, UsageError
from pytest_cloudlab.providers.ledger import Entry, Ledger
from pytest_cloudlab.providers.made import Made
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.gh import gh
from pytest_cloudlab.targets.lost import Lost
from pytest_cloudlab.waiting import Deadline, NotYet, until

if TYPE_CHECKING:
    from pytest_cloudlab.clouds.codespace import Codespace

KIND = "codespace"
LEAST_IDLE_MINUTES, MOST_IDLE_MINUTES = 5, 240
MOST_RETENTION_MINUTES = 43_200
FOUND_AGAIN_S = 15.0
"""GitHub's list may lack for a moment what was just made."""
OVER = ("Failed", "Deleted", "Archived", "Moved", "Unavailable")
STOPPED = ("Shutdown", "ShuttingDown")


class GitHub(Protocol):
    """What is asked of GitHub: `clouds.codespaces.Codespaces` is one, a test may bring its own."""

    def list(self) -> Sequence[Codespace]: ...

    def get(self, name: str) -> Codespace: ...

    def create(
        self,
        repository: str,
        *,
        ref: str = "",
        machine: str = "",
        idle_timeout_minutes: int | None = None,
        retention_period_minutes: int | None = None,
        display_name: str = "",
    ) -> Codespace: ...

    def delete(self, name: str) -> None: ...


class Provisioned(Made):
    """A codespace that this run made."""

    def __init__(self, github: GitHub, codespace: Codespace, entry: Entry, ledger: Ledger) -> None:
        super().__init__(entry, ledger)
        self.name = codespace.name
        self.codespace = codespace
        """As it was when it was ready."""
        self._github = github

    @cached_property
    def target(self) -> Target:
        return gh(self.name)

    def _remove(self) -> None:
        if "target" in self.__dict__:
            self.target.close()
        with contextlib.suppress(NotFound):
            self._github.delete(self.name)

    def wait(self, within_s: float) -> None:
        """Return when it is Available. Raises `Lost` when it never will be, and `TimedOut`."""

        def available(_: Deadline) -> Codespace:
            try:
                found = self._github.get(self.name)
            except NotFound as error:
                # GitHub may not find for a moment what it has just made.
                raise NotYet(error.message) from error
            if found.state in OVER:
                raise Lost(f"the codespace {self.name} did not come up: it is {found.state}", reason="gone")
            if found.state != "Available":
                raise NotYet(f"it is {found.state}")
            return found

        self.codespace = until(available, what=f"the codespace {self.name} is there", within_s=within_s)


def provision(
    github: GitHub,
    repository: str,
    *,
    ledger: Ledger,
    idle_timeout_minutes: int = 30,
    retention_period_minutes: int = 60,
    ref: str = "",
    machine: str = "",
    ready_within_s: float = 300,
    progress: Callable[[str], None] = lambda line: None,
) -> Provisioned:
    """Create a codespace of `owner/name` and wait until it is available.

    GitHub stops it when nobody has used it for `idle_timeout_minutes`, and deletes it when it has been
    stopped for `retention_period_minutes`, whatever became of us. Until then nobody knows it but by its
    display name, which is in the ledger before it is asked for.

    >>> with provision(github, "octo/course", ledger=ledger) as codespace:
    ...     codespace.target.run("hostname").ok
    True

    Raises `UsageError` when GitHub does not accept what is asked, `NotFound` when it has no such
    repository, `Lost` or `TimedOut` when the codespace does not come up.
    """
    if not LEAST_IDLE_MINUTES <= idle_timeout_minutes <= MOST_IDLE_MINUTES:
        raise UsageError(
            f"a codespace cannot be idle for {idle_timeout_minutes} minutes before it is stopped",
            remedy=f"Give {LEAST_IDLE_MINUTES} to {MOST_IDLE_MINUTES}.",
        )
    if not 0 <= retention_period_minutes <= MOST_RETENTION_MINUTES:
        raise UsageError(
            f"a stopped codespace cannot be kept for {retention_period_minutes} minutes",
            remedy=f"Give 0 to {MOST_RETENTION_MINUTES}.",
        )
    ttl_s = math.ceil(60 * (idle_timeout_minutes + retention_period_minutes) + ready_within_s)
    entry = ledger.plan(KIND, f"cloudlab {secrets.token_hex(8)}", where=repository, ttl_s=ttl_s)
    try:
        made = github.create(
            repository,
            ref=ref,
            machine=machine,
            idle_timeout_minutes=idle_timeout_minutes,
            retention_period_minutes=retention_period_minutes,
            display_name=entry.name,
        )
    except (UsageError, NotFound):
        ledger.mark_released(entry)
        raise
    except BaseException:
        # GitHub may have made it: unless it was there to delete, a sweep has to look again.
        with contextlib.suppress(CouldNotLook, NotFound):
            if _remove_soon(github, entry):
                ledger.mark_released(entry)
        raise
    codespace = Provisioned(github, made, entry, ledger)
    try:
        ledger.mark_created(entry)
        progress(f"the codespace {made.name} is being made")
        codespace.wait(ready_within_s)
    except BaseException:
        with contextlib.suppress(CouldNotLook):
            codespace.release()
        raise
    return codespace


def attach(github: GitHub, name: str) -> Target:
    """The target of a codespace that somebody else made; nothing here ever starts or deletes it.

    Raises `NotFound` when there is none that the token may see, and `Lost` when it does not run: that says
    nothing about what is in it.
    """
    found = github.get(name)
    if found.state != "Available":
        stopped = found.state in STOPPED
        raise Lost(
            f"the codespace {name} does not run: it is {found.state}",
            remedy="Start it at github.com/codespaces." if stopped else "Try again in a minute.",
            reason="stopped",
        )
    return gh(name)


def remove(github: GitHub, entry: Entry) -> bool:
    """Delete the entry's codespace. False when there is none.

    Raises `CouldNotLook` when GitHub does not answer.
    """
    found = [
        one.name
        for one in github.list()
        if one.display_name == entry.name and one.repository.lower() == entry.where.lower()
    ]
    for name in found:
        with contextlib.suppress(NotFound):
            github.delete(name)
    return bool(found)


def _remove_soon(github: GitHub, entry: Entry) -> bool:
    ends = time.monotonic() + FOUND_AGAIN_S
    while not remove(github, entry):
        if time.monotonic() > ends:
            return False
        time.sleep(1)
    return True
