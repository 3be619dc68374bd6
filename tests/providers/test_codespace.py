"""Codespaces provisioned and attached, against a GitHub that a test scripts."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import pytest

from pytest_cloudlab.clouds.codespace import Codespace
from pytest_cloudlab.errors import CloudlabError, CouldNotLook, NotFound, TimedOut, Unreachable, UsageError
from pytest_cloudlab.providers import codespace
from pytest_cloudlab.providers import sweep as sweep_module
from pytest_cloudlab.providers.ledger import Ledger, State
from pytest_cloudlab.providers.sweep import Outcome, sweep
from pytest_cloudlab.targets.lost import Lost


class GitHub:
    """Makes codespaces in no time; `after` is the state they reach, `error` what creating ends with."""

    def __init__(self, *, after: str = "Available", error: CloudlabError | None = None) -> None:
        self.there: dict[str, Codespace] = {}
        self.after = after
        self.error = error
        self.made_nevertheless = False
        self.silent = False
        self.at_create: Callable[[], None] = lambda: None

    def list(self) -> Sequence[Codespace]:
        self._answer()
        return tuple(self.there.values())

    def get(self, name: str) -> Codespace:
        self._answer()
        if name not in self.there:
            raise NotFound(f"no codespace {name}")
        self.there[name] = dataclasses.replace(self.there[name], state=self.after)
        return self.there[name]

    def create(
        self,
        repository: str,
        *,
        ref: str = "",
        machine: str = "",
        idle_timeout_minutes: int | None = None,
        retention_period_minutes: int | None = None,
        display_name: str = "",
    ) -> Codespace:
        self.at_create()
        made = Codespace(
            name=f"fuzzy-{len(self.there)}",
            state="Queued",
            cpus=0,
            disk_bytes=0,
            repository=repository,
            display_name=display_name,
            idle_timeout_minutes=idle_timeout_minutes,
            retention_period_minutes=retention_period_minutes,
        )
        if not self.error or self.made_nevertheless:
            self.there[made.name] = made
        if self.error:
            raise self.error
        return made

    def delete(self, name: str) -> None:
        self._answer()
        if self.there.pop(name, None) is None:
            raise NotFound(f"no codespace {name}")

    def _answer(self) -> None:
        if self.silent:
            raise Unreachable("no answer from GitHub")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codespace, "FOUND_AGAIN_S", 0)


def test_a_provisioned_one_ends_by_itself_and_with_its_context(ledger: Ledger) -> None:
    """GitHub knows its idle timeout and retention; leaving deletes it."""
    github = GitHub()
    with codespace.provision(
        github, "octo/course", ledger=ledger, idle_timeout_minutes=5, retention_period_minutes=0
    ) as made:
        assert made.codespace.state == "Available"
        assert (made.codespace.idle_timeout_minutes, made.codespace.retention_period_minutes) == (5, 0)
        assert made.target.address == f"gh://{made.name}"
        assert [entry.state for entry in ledger.unreleased()] == [State.CREATED]
    assert github.there == {}
    assert ledger.unreleased() == []
    made.release()


def test_it_is_in_the_ledger_before_it_is_asked_for(ledger: Ledger) -> None:
    """By the display name that it is asked for with."""
    github = GitHub()
    planned: list[str] = []
    github.at_create = lambda: planned.extend(each.name for each in ledger.unreleased())
    with codespace.provision(github, "octo/course", ledger=ledger) as made:
        assert planned == [made.codespace.display_name]


def test_what_github_does_not_accept_is_not_in_the_ledger(ledger: Ledger) -> None:
    with pytest.raises(UsageError):
        codespace.provision(GitHub(error=UsageError("no such machine")), "octo/course", ledger=ledger)
    assert ledger.unreleased() == []


def test_one_whose_creation_got_no_answer_is_looked_for(ledger: Ledger) -> None:
    """There: it is deleted. Not there: it may still come, and stays in the ledger for a sweep."""
    github = GitHub(error=Unreachable("no answer"))
    github.made_nevertheless = True
    with pytest.raises(Unreachable):
        codespace.provision(github, "octo/course", ledger=ledger)
    assert (github.there, ledger.unreleased()) == ({}, [])
    with pytest.raises(Unreachable):
        codespace.provision(GitHub(error=Unreachable("no answer")), "octo/course", ledger=ledger)
    assert [entry.state for entry in ledger.unreleased()] == [State.PLANNED]


@pytest.mark.parametrize(("state", "kind"), [("Failed", Lost), ("Provisioning", TimedOut)])
def test_one_that_does_not_come_up_is_deleted(ledger: Ledger, state: str, kind: type[CouldNotLook]) -> None:
    github = GitHub(after=state)
    with pytest.raises(kind):
        codespace.provision(github, "octo/course", ledger=ledger, ready_within_s=0.1)
    assert (github.there, ledger.unreleased()) == ({}, [])


@pytest.mark.parametrize(("idle", "retention"), [(4, 60), (241, 60), (30, -1), (30, 43_201)])
def test_times_that_github_does_not_know(ledger: Ledger, idle: int, retention: int) -> None:
    """Are refused before anything is written or asked."""
    github = GitHub()
    with pytest.raises(UsageError):
        codespace.provision(
            github, "o/r", ledger=ledger, idle_timeout_minutes=idle, retention_period_minutes=retention
        )
    assert not ledger.path.exists()


def test_one_that_cannot_be_deleted_stays_in_the_ledger(ledger: Ledger) -> None:
    github = GitHub()
    made = codespace.provision(github, "octo/course", ledger=ledger)
    github.silent = True
    with pytest.raises(Unreachable):
        made.release()
    assert len(ledger.unreleased()) == 1


def test_a_sweep_deletes_what_a_run_left(ledger: Ledger) -> None:
    """That one only: another's of the same repository, and one of its name elsewhere, are not touched."""
    github = GitHub()
    left = codespace.provision(github, "octo/course", ledger=ledger)
    expires = ledger.unreleased()[0].expires_at
    github.create("octo/course", display_name="the student's")
    github.create("octo/other", display_name=left.codespace.display_name)
    [swept] = [each for each in sweep(ledger, now=expires, dry_run=True) if each.kind == "codespace"]
    assert swept.outcome is Outcome.KEPT, "no way to ask was given"
    [swept] = [
        each
        for each in sweep(ledger, github=lambda: github, now=expires, dry_run=True)
        if each.kind == "codespace"
    ]
    assert swept.outcome is Outcome.WOULD_DELETE
    assert len(github.there) == 3
    [entry] = ledger.unreleased()
    assert sweep_module._settle(ledger, entry, None, lambda: github, expires, False) == (Outcome.DELETED, "")
    assert left.name not in github.there
    assert len(github.there) == 2
    assert ledger.unreleased() == []


def test_a_sweep_without_a_token_keeps_it(ledger: Ledger) -> None:
    made = codespace.provision(GitHub(), "octo/course", ledger=ledger)

    def no_token() -> GitHub:
        raise CouldNotLook("no GitHub token")

    [entry] = ledger.unreleased()
    outcome, problem = sweep_module._settle(ledger, entry, None, no_token, entry.expires_at, False)
    assert (outcome, problem) == (Outcome.KEPT, "no GitHub token")
    assert ledger.unreleased() == [entry]
    made.release()


def test_attaching_deletes_and_starts_nothing() -> None:
    github = GitHub()
    made = github.create("octo/course")
    assert codespace.attach(github, made.name).address == f"gh://{made.name}"
    github.after = "Shutdown"
    with pytest.raises(Lost) as caught:
        codespace.attach(github, made.name)
    assert caught.value.reason == "stopped"
    with pytest.raises(NotFound):
        codespace.attach(github, "no-such")
    assert list(github.there) == [made.name]
