"""The training and the way home, judged on the twin: as it should be, sabotaged in every way, and later."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pytest_cloudlab.checks.codespaces.sabotages import Sabotage
from pytest_cloudlab.checks.codespaces.sabotages.training import RAN, TRAINING, RunsCode
from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.journal import Journal
from pytest_cloudlab.model import Observation, Verdict
from pytest_cloudlab.rehearsal import Stage
from tests.checks.codespaces.soloist import PATIENCE_S, Soloist
from tests.checks.played import played
from tests.checks.verdicts import by_verdict

pytestmark = [
    pytest.mark.docker,
    pytest.mark.gh,
    pytest.mark.xdist_group("codespaces-training"),  # its stage is its module's
]
TRAINED, HOME = "test_model_is_trained", "test_model_is_on_your_laptop"


@pytest.fixture(scope="module")
def soloist(stage: Stage, tmp_path_factory: pytest.TempPathFactory, sessions: Sessions) -> Soloist:
    return Soloist(stage, tmp_path_factory.mktemp("soloist"), "2", sessions)


def put_right(soloist: Soloist) -> None:
    soloist.put_right()
    soloist.walkthrough.download_model(soloist.alice)


def measured(data: Path) -> dict[str, Mapping[str, Any]]:
    journal = Journal.open_readonly(data / "journal.sqlite")
    try:
        return {one.check: one.measured for one in journal.observations("codespaces")}
    finally:
        journal.close()


def test_the_walkthrough_achieves_everything(soloist: Soloist, data: Path) -> None:
    """And what was measured tells when, where and how well."""
    put_right(soloist)
    assert by_verdict(soloist.judge(data, retry_s=PATIENCE_S))["passed"] == soloist.lasting
    seen = measured(data)
    saved, read = seen["test_model_is_saved"], seen["test_model_reads_unseen_digits"]
    assert saved["path"] == soloist.walkthrough.model(soloist.alice)
    assert saved["created_says"] == "GitHub"
    assert saved["created"] < saved["modified"]
    assert (read["accuracy"] > 0.95, read["digits"]) == (True, 359)
    assert len(seen[TRAINED]["weights_sha256"]) == 64
    assert seen[HOME]["path"] == "/root/Downloads/mnist_cnn.pt"


@pytest.mark.parametrize("sabotage", played(TRAINING), ids=lambda sabotage: sabotage.title())
def test_a_sabotage_turns_its_checks_red_and_no_other(
    soloist: Soloist, data: Path, sabotage: type[Sabotage]
) -> None:
    soloist.turns_red(sabotage, data)
    assert not RAN.exists()


def test_the_trap_would_spring(soloist: Soloist) -> None:
    """Where torch is told to trust the file; so it means something that on this machine it did not."""
    try:
        RunsCode(soloist.stage).train(soloist.alice)
        codespace, model = (
            soloist.walkthrough.codespace(soloist.alice),
            soloist.walkthrough.model(soloist.alice),
        )
        codespace.check(
            "python3 -c 'import sys, torch; torch.load(sys.argv[1], weights_only=False)' %s && rm %s",
            model,
            str(RAN),
            timeout_s=60,
        )
    finally:
        soloist.walkthrough.train(soloist.alice)


def test_without_a_token_the_clone_tells_the_time(
    soloist: Soloist, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Inside a codespace nobody has to sign in to be judged."""
    put_right(soloist)
    gh = soloist.alice.member.targets["codespace"]
    argv = ["docker", "ps", "--format={{.Names}}", f"--filter=name={soloist.walkthrough.name(soloist.alice)}"]
    (container,) = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.split()
    soloist.stage.work_on(soloist.alice, f"docker://{container}")
    try:
        monkeypatch.delenv("GH_TOKEN")
        assert by_verdict(soloist.judge(data))["passed"] == soloist.lasting
    finally:
        soloist.stage.work_on(soloist.alice, gh)
    assert measured(data)["test_model_is_saved"]["created_says"] == "clone"


@contextmanager
def roster(soloist: Soloist, line: str, instead: str) -> Iterator[None]:
    """With other lines in place of that one."""
    file = soloist.stage.roster_file
    before = file.read_text(encoding="utf-8")
    assert line in before
    file.write_text(before.replace(line, instead), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(before, encoding="utf-8")


def test_the_roster_says_where_it_went(soloist: Soloist, data: Path) -> None:
    """Under any name, in any folder; and then nowhere else."""
    put_right(soloist)
    laptop = soloist.walkthrough.laptop(soloist.alice)
    with roster(soloist, 'name = "Alice Martin"', 'name = "Alice Martin"\ndownload = "~/my models/digits"'):
        assert by_verdict(soloist.judge(data))["failed"] == {HOME}
        laptop.check("cd && mkdir -p 'my models' && cp Downloads/mnist_cnn.pt 'my models/digits'")
        assert HOME in by_verdict(soloist.judge(data))["passed"]


def test_a_classmate_s_weights_are_found_out(soloist: Soloist, data: Path, tmp_path: Path) -> None:
    """In a course that says so: the lab's own script gives everybody the same."""
    put_right(soloist)
    soloist.judge(tmp_path / "first")
    weights = measured(tmp_path / "first")[TRAINED]
    soloist.judge(data, step="1.1")
    journal = Journal(data / "journal.sqlite")
    now = datetime.now(UTC)
    journal.append(
        Observation("codespaces", "comet", "bob", TRAINED, Verdict.PASSED, "", now, 0.1, measured=weights)
    )
    journal.close()
    with roster(soloist, "[course]", "[parameters.model]\nown = true\n[course]"):
        card = soloist.judge(data)
    assert by_verdict(card)["failed"] == {TRAINED}
    (message,) = (
        one.observation.message for one in card.standings if one.check.name == TRAINED and one.observation
    )
    assert message == "The model holds exactly the weights of bob: it was copied, not trained here."


@pytest.mark.parametrize("gone", ["model", "codespace"])
def test_what_is_gone_from_the_codespace_is_remembered(soloist: Soloist, data: Path, gone: str) -> None:
    """The model at home is compared with what was measured while there was something to measure."""
    put_right(soloist)
    walkthrough, alice = soloist.walkthrough, soloist.alice
    laptop, codespace = walkthrough.laptop(alice), walkthrough.codespace(alice)
    laptop.check("mv ~/Downloads /tmp/later")
    assert by_verdict(soloist.judge(data))["failed"] == {HOME}
    laptop.check("mv /tmp/later ~/Downloads")
    if gone == "model":
        codespace.check("rm %s", walkthrough.model(alice))
    else:
        soloist.stage.github.stop(walkthrough.name(alice))
    try:
        assert HOME in by_verdict(soloist.judge(data))["passed"]
    finally:
        if gone == "model":
            walkthrough.train(alice)
        else:
            soloist.stage.github.start(walkthrough.name(alice))
