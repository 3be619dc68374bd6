"""The walkthrough's training is real, and a model file is judged wherever it lies."""

from __future__ import annotations

import gzip
import importlib.util
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
import torch

from pytest_cloudlab.checks.codespaces.parameters import Parameters
from pytest_cloudlab.checks.codespaces.training import (
    ModelFile,
    find_model,
    held_out,
    judged,
    require_newer,
    require_own,
    require_sound,
)
from pytest_cloudlab.errors import NotFound, UsageError
from pytest_cloudlab.grading.finding import finding_of
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.model import Verdict
from pytest_cloudlab.targets import Target, open_target
from pytest_cloudlab.weights import Digits, ModelReport, Problem
from pytest_cloudlab.weights.evaluation import initial_weights

FOLDER = Path(__file__).parents[3] / "checks" / "codespaces"
REPOSITORY = FOLDER / "repositories" / "fchouteau" / "isae-cloud-computing-codespace"
SCRIPT = REPOSITORY / "training" / "training.py"
LAB = load_lab(find_lab("codespaces"))


@pytest.fixture(scope="module")
def parameters() -> Parameters:
    found: Parameters = LAB.parameters
    return found


@pytest.fixture(scope="module")
def digits(parameters: Parameters) -> Digits:
    found: Digits = held_out(parameters.data, LAB)
    return found


@pytest.fixture(scope="module")
def here() -> Iterator[Target]:
    with open_target("local://") as target:
        yield target


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("training_script", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def train(*options: str, cwd: Path) -> str:
    """What the script prints, as a student runs it."""
    done = subprocess.run(
        [sys.executable, SCRIPT, *options], cwd=cwd, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_s_command_trains_a_good_model(
    tmp_path: Path, here: Target, parameters: Parameters, digits: Digits
) -> None:
    """In less than a minute, from the repository's own digits, saved where it was started.

    A minute of one core's computing, which is that on any machine that has nothing else to do.
    """
    started, before_s = datetime.now(UTC), sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    told = train("--epochs", "2", "--save-model", cwd=tmp_path)
    took_s = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) - before_s
    assert [line.split(":")[0] for line in told.splitlines()[1:]] == [
        "epoch 1/2",
        "epoch 2/2",
        "saved mnist_cnn.pt",
    ]
    assert took_s < 60
    model = find_model(here, str(tmp_path / parameters.model.file), max_bytes=64 << 20)
    require_newer(model, started)
    report = judged(model, parameters, digits)
    require_sound(report)
    assert report.accuracy is not None
    assert report.accuracy >= parameters.model.accuracy
    assert report.accuracy == pytest.approx(float(told.splitlines()[2].split("digits ")[1][:5]), abs=0.004)


def test_a_script_that_does_not_train_is_found_out(
    tmp_path: Path, here: Target, parameters: Parameters, digits: Digits
) -> None:
    """No epoch leaves the weights that the lab's seed and layers give."""
    train("--epochs", "0", "--out", "untrained.pt", cwd=tmp_path)
    model = find_model(here, str(tmp_path / "untrained.pt"), max_bytes=64 << 20)
    with pytest.raises(NotFound, match="it was not trained"):
        require_sound(judged(model, parameters, digits))


def test_it_saves_only_when_told(tmp_path: Path) -> None:
    """As the page's own script does; and digits elsewhere are read, gzipped or not."""
    for packed in (SCRIPT.parent / "data").glob("*.gz"):
        (tmp_path / packed.stem).write_bytes(gzip.decompress(packed.read_bytes()))
    before = sorted(tmp_path.iterdir())
    assert "saved" not in train("--epochs", "0", "--data", str(tmp_path), cwd=tmp_path)
    assert sorted(tmp_path.iterdir()) == before


def test_the_declared_network_is_the_script_s(parameters: Parameters) -> None:
    """Names, shapes and initial weights, in `lab.toml` and in the script."""
    torch.manual_seed(parameters.network.seed)
    theirs = script().DigitNet().state_dict()
    ours = initial_weights(parameters.network)
    assert list(theirs) == list(ours)
    assert all(torch.equal(theirs[name], ours[name]) for name in ours)


def test_the_declared_preparation_is_the_script_s(parameters: Parameters) -> None:
    """Or the check would measure another accuracy than the script prints."""
    pictures, _ = script().read_digits(SCRIPT.parent / "data", "t10k")
    prepared = parameters.data.preparation
    assert pictures.min().item() == pytest.approx((0 / prepared.scale - prepared.mean) / prepared.std)
    assert pictures.max().item() == pytest.approx((255 / prepared.scale - prepared.mean) / prepared.std)


NOW = datetime(2026, 3, 4, 10, 0, 0, tzinfo=UTC)


def test_a_model_is_looked_at_before_it_is_read(here: Target, tmp_path: Path) -> None:
    """Its size, its time and its bytes; none of 10 GB are read, and a link to a model is one."""
    file = tmp_path / "it's a model.pt"
    file.write_bytes(b"weights")
    os.utime(file, (NOW.timestamp(), NOW.timestamp()))
    assert find_model(here, str(file), max_bytes=7) == ModelFile(str(file), 7, NOW, b"weights")
    (tmp_path / "link").symlink_to(file)
    assert find_model(here, str(tmp_path / "link"), max_bytes=7).data == b"weights"
    with file.open("wb") as sparse:
        sparse.truncate(10 << 30)
    started = time.monotonic()
    found = find_model(here, str(file), max_bytes=7)
    assert (found.size_bytes, found.data) == (10 << 30, None)
    assert time.monotonic() - started < 15


def test_what_is_no_model_file_is_said(here: Target, tmp_path: Path) -> None:
    """Nothing there, a folder, a pipe that nobody writes to."""
    os.mkfifo(tmp_path / "pipe")
    for name, said in [("none.pt", "There is no model file"), (".", "is a directory"), ("pipe", "is a fifo")]:
        with pytest.raises(NotFound, match=said):
            find_model(here, str(tmp_path / name), max_bytes=7)


def test_a_file_too_long_is_reported_without_its_bytes(parameters: Parameters, digits: Digits) -> None:
    """The lab's own limit, in the sentence."""
    report = judged(ModelFile("m.pt", 10 << 30, NOW, None), parameters, digits)
    with pytest.raises(NotFound, match=r"10,737,418,240 bytes.* 4,799,528, and at most 67,108,864"):
        require_sound(report)


def test_a_model_older_than_the_codespace_was_not_made_in_it() -> None:
    """Whole seconds count: a file system may keep no more."""
    model = ModelFile("m.pt", 7, NOW, b"weights")
    require_newer(model, NOW - timedelta(days=1))
    require_newer(model, NOW + timedelta(milliseconds=900))
    with pytest.raises(NotFound, match=r"2026-03-04 10:00:00 UTC, before .* \(2026-03-04 10:00:01 UTC\)"):
        require_newer(model, NOW + timedelta(seconds=1))


GOOD = ModelReport(accuracy=0.96, digits=359, weights_sha256="abc")


def test_a_model_s_problem_is_what_it_lacks() -> None:
    require_sound(GOOD)
    with pytest.raises(NotFound, match="it is text"):
        require_sound(replace(GOOD, problem=Problem("text", "it is text", "")))


def test_a_copied_model_names_whose_it_is() -> None:
    """And reports without weights are nobody's."""
    require_own(GOOD, {"Bob": "def"})
    with pytest.raises(NotFound, match="exactly the weights of Bob, Eve"):
        require_own(GOOD, {"Eve": "abc", "Bob": "abc", "Mia": "def"})
    require_own(ModelReport(), {"Bob": ""})


def test_without_torch_nobody_is_wrong(
    monkeypatch: pytest.MonkeyPatch, parameters: Parameters, digits: Digits
) -> None:
    """The judging machine lacks it: inconclusive, with what to install."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError) as told:
        judged(ModelFile("m.pt", 7, NOW, b"weights"), parameters, digits)
    found = finding_of(told.value, lab=FOLDER)
    assert (found.verdict, found.remedy) == (
        Verdict.INCONCLUSIVE,
        "pip install 'pytest-cloudlab[torch]'",
    )


def test_the_script_needs_no_more_than_torch() -> None:
    """A codespace has neither this package nor NumPy."""
    imports = {line.split()[1].split(".")[0] for line in SCRIPT.read_text(encoding="utf-8").splitlines()
               if line.startswith(("import ", "from "))}  # fmt: skip
    assert imports - sys.stdlib_module_names == {"torch"}
