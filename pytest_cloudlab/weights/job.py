"""What the judging process is told, and what it answers: files of one scratch folder, JSON on stdout."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from pytest_cloudlab.weights.digits import Digits, Preparation
from pytest_cloudlab.weights.network import Network
from pytest_cloudlab.weights.report import ModelReport

JOB, MODEL, PIXELS, LABELS = "job.json", "model.bin", "pixels.bin", "labels.bin"


class Job(msgspec.Struct, frozen=True):
    network: Network
    preparation: Preparation
    rows: int
    columns: int
    memory_bytes: int
    cpu_s: int
    wall_s: float
    unpacked_bytes: int


class Answer(msgspec.Struct, frozen=True):
    """A report; or that memory ran out, when nothing is known about the file."""

    report: ModelReport
    gave_up: Literal["", "memory", "torch", "code"] = ""
    """Memory ran out; torch cannot be imported; something was started that has no place there."""
    said: str = ""


def write(folder: Path, job: Job, model: bytes, digits: Digits) -> None:
    """Put all that the process reads into `folder`."""
    (folder / JOB).write_bytes(msgspec.json.encode(job))
    (folder / MODEL).write_bytes(model)
    (folder / PIXELS).write_bytes(digits.pixels)
    (folder / LABELS).write_bytes(digits.labels)


def read(folder: Path) -> tuple[Job, bytes, Digits]:
    """What `write` put there."""
    job = msgspec.json.decode((folder / JOB).read_bytes(), type=Job)
    digits = Digits(job.rows, job.columns, (folder / PIXELS).read_bytes(), (folder / LABELS).read_bytes())
    return job, (folder / MODEL).read_bytes(), digits
