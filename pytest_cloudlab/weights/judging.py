"""Judging a model file, in a process of its own with hard limits."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import site
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from pytest_cloudlab.errors import CouldNotLook, TimedOut, TooMuch, UsageError
from pytest_cloudlab.redaction import plain
from pytest_cloudlab.weights import job
from pytest_cloudlab.weights.archive import RETRAIN
from pytest_cloudlab.weights.digits import Digits, Preparation
from pytest_cloudlab.weights.network import Network
from pytest_cloudlab.weights.process import Ended, run_alone
from pytest_cloudlab.weights.regular import TooLong, read_regular
from pytest_cloudlab.weights.report import ModelReport, Problem

LOOKING = "pytest_cloudlab.weights.looking"
MOST_SAID_BYTES = 1 << 20
KEPT = ("PYTHONPATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
"""Of this process's environment: where torch is found, and nothing that could be a secret."""
NOT_THE_FILES_FAULT = (
    "The file is within the size that is allowed, so this may be the judging machine: ask again, and tell "
    "whoever keeps the lab if it stays so."
)


@dataclass(frozen=True)
class Limits:
    """What looking at one file may take."""

    file_bytes: int = 64 << 20
    """Of the file, and of what it unpacks to."""
    memory_bytes: int = 512 << 20
    """Beyond what Python and torch hold by themselves."""
    cpu_s: int = 120
    wall_s: float = 180


def judge(
    model: bytes | Path,
    network: Network,
    held_out: Digits,
    preparation: Preparation | None = None,
    *,
    limits: Limits | None = None,
) -> ModelReport:
    """What the model file is: its tensors and its accuracy on `held_out`, or its first problem.

    Nothing in the file is ever run. Raises `NotFound` for a path without a file; `TimedOut`, `TooMuch` or
    `CouldNotLook` when the looking itself was ended, which says nothing about the file; and `UsageError`
    where torch is not installed or the digits are not the network's.
    """
    limits = limits or Limits()
    _require_matching(network, held_out)
    data = model
    if isinstance(data, Path):
        try:
            data = read_regular(data, limits.file_bytes)
        except TooLong as error:
            return too_long(error.size_bytes, network, limits)
    if len(data) > limits.file_bytes:
        return too_long(len(data), network, limits)
    report = _looked_at(data, network, held_out, preparation or Preparation(), limits)
    return replace(report, sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data))


def too_long(size_bytes: int, network: Network, limits: Limits | None = None) -> ModelReport:
    """The report on a file that is not read because of its size."""
    most = (limits or Limits()).file_bytes
    message = (
        f"The model file has {size_bytes:,} bytes; this network's weights take about {network.size_bytes:,}, "
        f"and at most {most:,} are read."
    )
    return ModelReport(problem=Problem("too-long", message, RETRAIN), size_bytes=size_bytes)


def _looked_at(
    model: bytes, network: Network, digits: Digits, preparation: Preparation, limits: Limits
) -> ModelReport:
    if importlib.util.find_spec("torch") is None:
        raise UsageError(
            "torch is not installed, and models are judged with it",
            remedy="pip install 'pytest-cloudlab[torch]'",
        )
    task = job.Job(
        network=network,
        preparation=preparation,
        rows=digits.rows,
        columns=digits.columns,
        memory_bytes=limits.memory_bytes,
        cpu_s=limits.cpu_s,
        wall_s=limits.wall_s + 5,  # for when this process is gone; until then, this one keeps the time
        unpacked_bytes=limits.file_bytes,
    )
    with tempfile.TemporaryDirectory(prefix="cloudlab-model-") as scratch:
        folder = Path(scratch)
        job.write(folder, task, model, digits)
        try:
            ended = run_alone(
                [sys.executable, "-P", "-m", LOOKING],
                cwd=folder,
                env=environment(folder),
                wall_s=limits.wall_s,
                max_bytes=MOST_SAID_BYTES,
            )
        except TimedOut:
            raise TimedOut(
                f"Judging the model took longer than {limits.wall_s:g} s and was stopped.",
                remedy=NOT_THE_FILES_FAULT,
            ) from None
    return _report(ended, limits)


def environment(scratch: Path) -> dict[str, str]:
    """What the process knows of this one: where Python's packages are."""
    known = {name: os.environ[name] for name in KEPT if name in os.environ}
    return known | {
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        # Packages that a user installed for themselves are found from the home folder, which is another now.
        "PYTHONUSERBASE": site.getuserbase(),
        # Each thread and each of its arenas would take addresses out of the limit.
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "1",
    }


def _report(ended: Ended, limits: Limits) -> ModelReport:
    if ended.signal_name == "SIGXCPU":
        raise TimedOut(
            f"Judging the model took more than {limits.cpu_s} s of computing and was stopped.",
            remedy=NOT_THE_FILES_FAULT,
        )
    try:
        if ended.status:
            raise ValueError
        answer = msgspec.json.decode(ended.stdout, type=job.Answer)
    except ValueError:
        how = f"by {ended.signal_name}" if ended.signal_name else f"with exit status {ended.status}"
        last = plain((ended.stderr.decode(errors="replace").strip().splitlines() or [""])[-1], 300)
        raise CouldNotLook(
            f"The process that judges models ended {how} before it could say anything about the file"
            + (f": {last}" if last else "."),
            remedy=NOT_THE_FILES_FAULT,
        ) from None
    match answer.gave_up:
        case "memory":
            raise TooMuch(
                f"Judging the model needs more than {limits.memory_bytes >> 20} MiB of memory and was "
                "stopped.",
                remedy=NOT_THE_FILES_FAULT,
            )
        case "torch":
            raise UsageError(
                f"torch is installed and cannot be imported: {plain(answer.said, 300)}",
                remedy="pip install --force-reinstall torch",
            )
        case "code":
            raise CouldNotLook(
                f"While the model was judged something tried to use {plain(answer.said, 60)}, which was "
                "not let happen.",
                remedy="Tell whoever keeps the lab, and keep the file.",
            )
    return answer.report


def _require_matching(network: Network, digits: Digits) -> None:
    if network.input != (1, digits.rows, digits.columns):
        raise UsageError(
            f"the held-out pictures are 1 x {digits.rows} x {digits.columns}, the network's input is "
            + " x ".join(map(str, network.input)),
            remedy="Mend [network] or [data] in the lab's lab.toml.",
        )
    if not len(digits) or max(digits.labels) >= network.classes:
        raise UsageError(
            f"the held-out labels go up to {max(digits.labels, default=0)}, and the network tells "
            f"{network.classes} classes apart",
            remedy="Mend [network] or [data] in the lab's lab.toml.",
        )
