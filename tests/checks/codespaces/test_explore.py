"""Exploring the codespace, judged on the twin: as it should be, and sabotaged in every way."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.checks.codespaces.explore_scenes import SCRAPS, UPLOADED
from pytest_cloudlab.checks.codespaces.sabotages import Sabotage
from pytest_cloudlab.checks.codespaces.sabotages.explore import EXPLORE
from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.rehearsal import Stage
from pytest_cloudlab.standing import Card
from tests.checks.codespaces.soloist import PATIENCE_S, Soloist
from tests.checks.played import played
from tests.checks.verdicts import by_verdict

pytestmark = [
    pytest.mark.docker,
    pytest.mark.gh,
    pytest.mark.xdist_group("codespaces-explore"),  # its stage is its module's
]


@pytest.fixture(scope="module")
def soloist(stage: Stage, tmp_path_factory: pytest.TempPathFactory, sessions: Sessions) -> Soloist:
    return Soloist(stage, tmp_path_factory.mktemp("soloist"), "1.2", sessions)


def measured(card: Card, check: str) -> dict[str, object]:
    (found,) = [one.observation for one in card.standings if one.check.name == check]
    assert found
    return dict(found.measured)


def test_the_walkthrough_achieves_everything(soloist: Soloist, data: Path) -> None:
    """And what was found is kept beside the verdicts."""
    soloist.put_right()
    card = soloist.judge(data, retry_s=PATIENCE_S)
    assert by_verdict(card)["passed"] == soloist.lasting
    assert measured(card, "test_a_file_was_uploaded") == {"file": UPLOADED, "size_bytes": 21}
    assert measured(card, "test_hello_world_runs") == {"scripts": 1, "script": "hello.py"}
    assert measured(card, "test_codespace_is_as_its_repository_says")["missing"] == []


@pytest.mark.parametrize("sabotage", played(EXPLORE), ids=lambda sabotage: sabotage.title())
def test_a_sabotage_turns_its_checks_red_and_no_other(
    soloist: Soloist, data: Path, sabotage: type[Sabotage]
) -> None:
    soloist.turns_red(sabotage, data)


def test_what_was_committed_is_new_all_the_same(soloist: Soloist, data: Path) -> None:
    """In a folder with a strange name, beside a script that fails.

    And a feature that the lab does not know is told of, and no more.
    """
    soloist.put_right()
    scenes, one = soloist.walkthrough, soloist.alice
    codespace, workspace = scenes.codespace(one), scenes.workspace(one)
    folder = "my files; 100 %'s"
    try:
        codespace.check(
            "cd %s && mkdir %s && mv hello.py holiday.csv %s && echo 'hello(' > hello.py && "
            'sed -i \'s|"features": {|&"./local": {},|\' .devcontainer/devcontainer.json && '
            "git add . && git -c user.name=A -c user.email=a@b commit --quiet --all --message=Mine",
            workspace,
            folder,
            folder,
        )
        card = soloist.judge(data)
        assert by_verdict(card)["passed"] == soloist.lasting
        assert measured(card, "test_a_file_was_uploaded")["file"] == f"{folder}/{UPLOADED}"
        assert measured(card, "test_hello_world_runs") == {"scripts": 2, "script": f"{folder}/hello.py"}
        assert measured(card, "test_codespace_is_as_its_repository_says")["not_judged"] == ["./local"]
    finally:
        codespace.check("cd %s && git reset --quiet --hard origin/main && rm -rf %s", workspace, SCRAPS)
        for scene in scenes.explore_scenes:
            getattr(scenes, scene.name)(one)
