"""A model is judged in a process with hard limits; what ends the process is not held against the file."""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from torch import Tensor

from pytest_cloudlab.errors import CouldNotLook, NotFound, TimedOut, TooMuch, UsageError
from pytest_cloudlab.weights import (
    Digits,
    Limits,
    ModelReport,
    Network,
    Preparation,
    TensorFound,
    job,
    judge,
    judging,
)
from pytest_cloudlab.weights.evaluation import initial_weights
from pytest_cloudlab.weights.judging import LOOKING, environment
from pytest_cloudlab.weights.layers import Conv, Flatten, Linear
from pytest_cloudlab.weights.process import Ended, run_alone
from tests.weights.bombs import archive, hungry
from tests.weights.conftest import saved

MIB = 1 << 20


@pytest.fixture(scope="session")
def model(trained: dict[str, Tensor]) -> bytes:
    return saved(trained)


@pytest.fixture(scope="session")
def report(model: bytes, network: Network, held_out: Digits, preparation: Preparation) -> ModelReport:
    return judge(model, network, held_out, preparation)


def test_a_trained_model_is_judged_by_its_accuracy(report: ModelReport, model: bytes) -> None:
    """With what it holds, and the file's own hash."""
    assert report.sound
    assert report.accuracy is not None
    assert 0.85 < report.accuracy < 1
    assert report.digits == 359
    assert round(report.accuracy * 359, 6).is_integer()
    assert report.tensors == (
        TensorFound("fc.weight", (10, 784), "float32"),
        TensorFound("fc.bias", (10,), "float32"),
    )
    assert report.sha256 == hashlib.sha256(model).hexdigest()
    assert report.size_bytes == len(model)


def test_memory_stays_under_the_stated_cap(report: ModelReport) -> None:
    """As the kernel counts what the process held, beyond what torch takes by itself."""
    assert 100 * MIB < report.own_rss_bytes <= report.peak_rss_bytes
    assert report.peak_rss_bytes - report.own_rss_bytes < Limits().memory_bytes


def test_preparation_matters(
    trained: dict[str, Tensor], network: Network, held_out: Digits, report: ModelReport
) -> None:
    """A lab that prepares pictures otherwise than its script measures something else; classes do, too."""
    dark = judge(saved(trained), network, held_out, Preparation(scale=1e6, mean=9.0))
    assert dark.accuracy is not None
    assert report.accuracy is not None
    assert dark.accuracy < report.accuracy / 2


def test_nothing_of_the_looking_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network: Network, held_out: Digits
) -> None:
    """The scratch folder goes, also when the time is up."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(TimedOut):
        judge(archive({"data.pkl": b"N."}), network, held_out, limits=Limits(wall_s=0.01))
    assert judge(b"hello", network, held_out).problem
    assert not list(tmp_path.iterdir())


def test_a_file_that_eats_memory_meets_the_limit(
    tmp_path: Path, network: Network, held_out: Digits, preparation: Preparation
) -> None:
    """Within every size that is looked at, and yet large when loaded: the limit holds, and says so."""
    cap = 48 * MIB
    model = archive({"data.pkl": hungry(120), "version": b"3\n", "byteorder": b"little"})
    assert len(model) < 50_000
    task = job.Job(network, preparation, 28, 28, cap, 60, 60, MIB)
    job.write(tmp_path, task, model, held_out)
    ended = run_alone(
        [sys.executable, "-P", "-m", LOOKING],
        cwd=tmp_path,
        env=environment(tmp_path),
        wall_s=60,
        max_bytes=MIB,
    )
    answer = msgspec.json.decode(ended.stdout, type=job.Answer)
    assert answer.gave_up == "memory"
    assert answer.report.problem is None
    assert answer.report.peak_rss_bytes - answer.report.own_rss_bytes < cap
    with pytest.raises(TooMuch, match="more than 48 MiB of memory") as told:
        judge(model, network, held_out, limits=Limits(memory_bytes=cap))
    assert "within the size that is allowed" in told.value.remedy


def test_time_that_is_up_is_not_the_file_s_fault(model: bytes, network: Network, held_out: Digits) -> None:
    """Inconclusive: the machine may be busy."""
    with pytest.raises(TimedOut, match=r"longer than 0\.2 s") as told:
        judge(model, network, held_out, limits=Limits(wall_s=0.2))
    assert "this may be the judging machine" in told.value.remedy


def test_computing_has_a_limit_of_its_own(held_out: Digits) -> None:
    """For a network that takes long, and says nothing about the file either."""
    slow = Network(input=(1, 28, 28), layer=(Conv("c", 64, 3), Conv("d", 64, 3), Flatten(), Linear("f", 10)))
    weights = {name: value + 1e-3 for name, value in initial_weights(slow).items()}
    many = replace(held_out, pixels=held_out.pixels * 20, labels=held_out.labels * 20)
    with pytest.raises(TimedOut, match="more than 0 s of computing"):
        judge(saved(weights), slow, many, limits=Limits(cpu_s=0))


@pytest.mark.parametrize(
    ("ended", "error", "said"),
    [
        (Ended(-9, b"", b""), CouldNotLook, "ended by SIGKILL before it could say anything"),
        (Ended(-11, b"", b"x\nlast\x1b[31m words\n"), CouldNotLook, "ended by SIGSEGV .*: last words"),
        (Ended(-34, b"", b""), CouldNotLook, "ended by signal 34|ended by SIGRTMIN"),
        (Ended(1, b"{}", b"Boom"), CouldNotLook, "with exit status 1 .*: Boom"),
        (Ended(0, b"", b""), CouldNotLook, "with exit status 0"),
        (Ended(0, b'{"report": {"accuracy": "high"}}', b""), CouldNotLook, "before it could say anything"),
        (Ended(0, b'{"report": {}, "gave_up": "torch", "said": "no libc"}', b""), UsageError, "no libc"),
        (Ended(0, b'{"report": {}, "gave_up": "code", "said": "os.system"}', b""), CouldNotLook, "os.system"),
    ],
    ids=["killed", "crashed", "odd-signal", "failed", "silent", "nonsense", "torch", "code"],
)  # fmt: skip
def test_an_end_without_a_report_is_told_as_such(
    ended: Ended, error: type[Exception], said: str, monkeypatch: pytest.MonkeyPatch,
    network: Network, held_out: Digits,
) -> None:  # fmt: skip
    """Never as a report, and never as the file's fault."""
    monkeypatch.setattr(judging, "run_alone", lambda *_, **__: ended)
    with pytest.raises(error, match=said) as told:
        judge(b"anything", network, held_out)
    assert not isinstance(told.value, NotFound)


def test_the_process_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment is a short list, whatever this process has; its home is the scratch folder."""
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    ended = run_alone(["env"], cwd=tmp_path, env=environment(tmp_path), wall_s=10, max_bytes=MIB)
    names = {line.split("=")[0] for line in ended.stdout.decode().splitlines()}
    assert names <= {
        "PYTHONPATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "HOME", "TMPDIR", "PATH", "LC_ALL",
        "PYTHONDONTWRITEBYTECODE", "PYTHONUSERBASE", "OMP_NUM_THREADS", "MALLOC_ARENA_MAX",
    }  # fmt: skip
    assert f"HOME={tmp_path}".encode() in ended.stdout
    assert b"secret" not in ended.stdout


def test_without_torch_the_remedy_is_its_extra(
    monkeypatch: pytest.MonkeyPatch, network: Network, held_out: Digits
) -> None:
    """The one who grades can mend it; no student is told that the model is bad."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError) as told:
        judge(b"anything", network, held_out)
    assert "pytest-cloudlab[torch]" in told.value.remedy


def test_digits_of_another_network_are_the_lab_s_fault(network: Network, held_out: Digits) -> None:
    """Another size, a class that the network has not, no digits at all."""
    small = Digits(8, 8, bytes(64), b"\1")
    with pytest.raises(UsageError, match="1 x 8 x 8, the network's input is 1 x 28 x 28"):
        judge(b"anything", network, small)
    with pytest.raises(UsageError, match="labels go up to 10, and the network tells 10 classes apart"):
        judge(b"anything", network, Digits(28, 28, bytes(784), b"\x0a"))
    with pytest.raises(UsageError):
        judge(b"anything", network, Digits(28, 28, b"", b""))


def test_no_file_is_not_there(tmp_path: Path, network: Network, held_out: Digits) -> None:
    """Nor is a pipe, which is not waited for."""
    os.mkfifo(tmp_path / "pipe")
    for name in ("none.pt", "pipe"):
        with pytest.raises(NotFound):
            judge(tmp_path / name, network, held_out)
