"""`cloudlab leftovers`: what it asks, deletes and exits with. What it finds is tested beside the search."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pytest_cloudlab.cli.leftovers import leftovers
from pytest_cloudlab.errors import Forbidden, NotFound, UsageError
from pytest_cloudlab.leftovers.found import Found, Unseen
from pytest_cloudlab.leftovers.leftover import Kind, Leftover, Owner
from pytest_cloudlab.leftovers.prices import price_table

from ..labs import write_lab, write_roster


class Cloud:
    """Three things that are left, and what was deleted of them."""

    def __init__(self) -> None:
        self.deleted: list[str] = []
        self.refuses: dict[str, Exception] = {}
        self.unseen: tuple[Unseen, ...] = ()
        self.left = [
            self._thing("alices", Owner("sailors", "alice")),
            self._thing("teams", Owner("sailors")),
            self._thing("shared", Owner()),
        ]

    def _thing(self, name: str, owner: Owner) -> Leftover:
        def delete() -> None:
            if name in self.refuses:
                raise self.refuses[name]
            self.deleted.append(name)

        return Leftover(Kind.VM, name, "europe-west1-b", owner, "a VM", 1.0, delete)

    def look(self, *_: object) -> Found:
        return Found(tuple(self.left), self.unseen, price_table())


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Cloud:
    cloud = Cloud()
    monkeypatch.setattr("pytest_cloudlab.cli.leftovers.look", cloud.look)
    return cloud


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    return write_roster(tmp_path, write_lab(tmp_path, {}))


def run(roster: Path, *options: str, stdin: str = "") -> Result:
    return CliRunner().invoke(leftovers, [str(roster), *options], input=stdin, standalone_mode=False)


def test_it_lists_and_deletes_nothing(cloud: Cloud, roster: Path) -> None:
    done = run(roster)
    assert done.return_value == 1
    assert "alices" in done.output
    assert cloud.deleted == []


def test_nothing_left(cloud: Cloud, roster: Path) -> None:
    cloud.left = []
    assert run(roster).return_value == 0
    assert run(roster, "--delete").return_value == 0


def test_a_place_that_could_not_be_looked_at_is_no_clean_bill(cloud: Cloud, roster: Path) -> None:
    """Exit code 3, also when nothing else is left, and after everything seen was deleted."""
    cloud.unseen = (Unseen("buckets", "503"),)
    assert run(roster, "--delete", "--yes").return_value == 3
    cloud.left = []
    assert run(roster).return_value == 3


def test_delete_shows_asks_and_deletes(cloud: Cloud, roster: Path) -> None:
    """Everything is on the screen before the question."""
    done = run(roster, "--delete", stdin="y\n")
    assert done.return_value == 0
    assert cloud.deleted == ["alices", "teams", "shared"]
    assert done.output.index("shared") < done.output.index("Delete all 3 of them?")


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_anything_but_yes_deletes_nothing(cloud: Cloud, roster: Path, answer: str) -> None:
    done = run(roster, "--delete", stdin=answer)
    assert done.exception is not None
    assert cloud.deleted == []


def test_yes_asks_nothing(cloud: Cloud, roster: Path) -> None:
    assert run(roster, "--delete", "--yes").return_value == 0
    assert len(cloud.deleted) == 3


def test_one_team_only(cloud: Cloud, roster: Path) -> None:
    """Neither another team's nor what all teams share."""
    assert run(roster, "--team", "sailors", "--delete", "--yes").return_value == 0
    assert cloud.deleted == ["alices", "teams"]


def test_what_cannot_be_deleted_is_told_and_the_rest_goes(cloud: Cloud, roster: Path) -> None:
    """What somebody else deleted meanwhile is gone, which is what was wanted."""
    cloud.refuses = {"alices": Forbidden("the project says no"), "teams": NotFound("gone")}
    done = run(roster, "--delete", "--yes")
    assert done.return_value == 1
    assert cloud.deleted == ["shared"]
    assert "VM alices (europe-west1-b) was not deleted: the project says no" in done.output


def test_json(cloud: Cloud, roster: Path) -> None:
    done = run(roster, "--json")
    assert done.return_value == 1
    assert [one["name"] for one in json.loads(done.stdout)["leftovers"]] == ["alices", "teams", "shared"]


@pytest.mark.parametrize(("options", "said"), [(("--yes",), "--delete"), (("--team", "x"), "no team 'x'")])
def test_usage(cloud: Cloud, roster: Path, options: tuple[str, ...], said: str) -> None:
    done = run(roster, *options)
    assert isinstance(done.exception, UsageError)
    assert said in done.exception.message
