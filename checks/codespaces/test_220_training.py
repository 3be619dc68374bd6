"""2.2 Train a model there."""

from collections.abc import Callable, Mapping
from datetime import datetime

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.codespaces.classmates import weights_of_others
from pytest_cloudlab.checks.codespaces.saved_models import clone_made, newest_model
from pytest_cloudlab.checks.codespaces.training import (
    ModelFile,
    find_model,
    held_out,
    judged,
    require_newer,
    require_own,
    require_sound,
)
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.grading.session import DATA
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target
from pytest_cloudlab.weights import ModelReport

pytestmark = pytest.mark.step("2.2")

Judging = Callable[[ModelFile], ModelReport]


@pytest.fixture
def model(codespace: Target, lab: Lab) -> ModelFile:
    """The model that was saved last. Not found: the check fails."""
    wanted = lab.parameters.model
    path = newest_model(codespace, lab.parameters.codespace.workspace, wanted.file)
    return find_model(codespace, path, max_bytes=wanted.max_mb << 20)


@pytest.fixture
def created(request: pytest.FixtureRequest, codespace: Target, lab: Lab) -> tuple[datetime, str]:
    """When the codespace was created, and who says so: GitHub, or the clone where GitHub cannot be asked."""
    try:
        told: datetime | None = request.getfixturevalue("github_codespace").created
    except (CouldNotLook, NotFound):  # whether GitHub lists it is another check's question
        told = None
    return (told, "GitHub") if told else (clone_made(codespace, lab.parameters.codespace.workspace), "clone")


@pytest.fixture(scope="session")
def judge_once(lab: Lab) -> Judging:
    """`judged`, which takes seconds, once for each content of a file."""
    reports: dict[str | int, ModelReport] = {}

    def judge(model: ModelFile) -> ModelReport:
        content = model.sha256 or model.size_bytes
        if content not in reports:
            reports[content] = judged(model, lab.parameters, held_out(lab.parameters.data, lab))
        return reports[content]

    return judge


@pytest.fixture
def others(request: pytest.FixtureRequest, assignment: Assignment) -> Mapping[str, str]:
    """The weights of the other members' models, as far as they were judged."""
    journal = request.config.stash[DATA] / "journal.sqlite"
    return weights_of_others(journal, assignment, test_model_is_trained.__name__)


@pytest.mark.outcome(points=1, needs="test_repository_is_checked_out")
def test_model_is_saved(model: ModelFile, created: tuple[datetime, str], measure: Measure) -> None:
    """The training script has saved its model in your codespace.

    Run it there with --save-model, and wait for the line that says so. The file has to be made there: one
    that is brought along has been trained elsewhere.
    """
    moment, source = created
    measure(**model.facts, created=moment.isoformat(), created_says=source)
    require_newer(model, moment)


@pytest.mark.outcome(points=2, needs="test_model_is_saved")
def test_model_is_trained(
    model: ModelFile, lab: Lab, judge_once: Judging, others: Mapping[str, str], measure: Measure
) -> None:
    """It is a trained model of the lab's network.

    It has to hold the weights by their names, as the script saves them, after at least one epoch.
    """
    report = judge_once(model)
    measure(
        **model.facts,
        problem=report.problem.kind if report.problem else None,
        weights_sha256=report.weights_sha256,
        tensors={tensor.name: list(tensor.shape) for tensor in report.tensors},
    )
    require_sound(report)
    if lab.parameters.model.own:
        require_own(report, others)


@pytest.mark.outcome(points=2, needs="test_model_is_trained", at_least={"accuracy": "model.accuracy"})
def test_model_reads_unseen_digits(model: ModelFile, judge_once: Judging, measure: Measure) -> None:
    """It reads the digits that it has not seen.

    Train it for more epochs: after each one, the script prints the share that it reads.
    """
    report = judge_once(model)
    measure(**model.facts, accuracy=report.accuracy, digits=report.digits)
    require_sound(report)
