"""What the checks of the training step ask of a model file, wherever it lies."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from pytest_cloudlab.checks.codespaces.parameters import Data, Parameters
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target
from pytest_cloudlab.weights import Digits, Limits, ModelReport, judge, read_digits, too_long

TRAIN = "Run the training script there and let it save the model."


@dataclass(frozen=True)
class ModelFile:
    """A file on a machine, and its bytes unless it is too long to be read."""

    path: str
    size_bytes: int
    modified: datetime
    data: bytes | None

    @cached_property
    def sha256(self) -> str:
        """Empty for a file that was not read."""
        return "" if self.data is None else hashlib.sha256(self.data).hexdigest()

    @property
    def facts(self) -> dict[str, Any]:
        """What is worth measuring of any model."""
        return {
            "path": self.path,
            "size_bytes": self.size_bytes,
            "modified": self.modified.isoformat(),
            "sha256": self.sha256,
        }


def find_model(machine: Target, path: str, *, max_bytes: int) -> ModelFile:
    """The file at `path`; its size is asked for before it is read, and one beyond `max_bytes` is not read.

    Raises `NotFound` where there is none, and what `Target.run` raises.
    """
    asked = machine.run("LC_ALL=C stat -L -c '%%F|%%s|%%Y' -- %s", path)
    if not asked.ok:
        said = asked.error_text
        if "No such file" in said or "Not a directory" in said:
            raise NotFound(f"There is no model file {path} on your machine.", remedy=TRAIN)
        raise CouldNotLook(f"{path} cannot be looked at: {(said.splitlines() or ['no message'])[-1][:200]}")
    try:
        kind, size, modified = asked.text.strip().split("|")
        found = ModelFile(path, int(size), datetime.fromtimestamp(int(modified), UTC), None)
    except (ValueError, OverflowError, OSError):
        raise CouldNotLook(f"stat of {path} answers {asked.text[:100]!r}, expected three values") from None
    if not kind.startswith("regular"):
        raise NotFound(f"{path} is a {kind[:40]}; expected a file.", remedy=TRAIN)
    if found.size_bytes > max_bytes:
        return found
    data = machine.read(path, max_bytes=max_bytes)
    return ModelFile(path, len(data), found.modified, data)


def held_out(data: Data, lab: Lab) -> Digits:
    """The digits that the lab judges models by. Raises `UsageError`."""
    folder = Path(lab.source)
    return read_digits(folder / Path(data.images).expanduser(), folder / Path(data.labels).expanduser())


def judged(model: ModelFile, parameters: Parameters, digits: Digits) -> ModelReport:
    """The report on `model`; raises what `judge` raises."""
    limits = Limits(file_bytes=parameters.model.max_mb << 20)
    if model.data is None:
        return too_long(model.size_bytes, parameters.network, limits)
    return judge(model.data, parameters.network, digits, parameters.data.preparation, limits=limits)


def require_newer(model: ModelFile, codespace_created: datetime) -> None:
    """Raises `NotFound` for a file that was there before the codespace was: it was not made in it."""
    # A file system keeps whole seconds where the control plane may keep more.
    if model.modified < codespace_created.replace(microsecond=0):
        raise NotFound(
            f"{model.path} was last written {model.modified:%Y-%m-%d %H:%M:%S} UTC, before the codespace was "
            f"created ({codespace_created.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC).",
            remedy=TRAIN,
        )


def require_sound(report: ModelReport) -> None:
    """Raises `NotFound` with the report's problem: the file is no trained model of the lab's network."""
    if report.problem:
        raise NotFound(report.problem.message, remedy=report.problem.remedy)


def require_own(report: ModelReport, others: Mapping[str, str]) -> None:
    """Raises `NotFound` when another member's weights are the very same; `others`: name -> weights_sha256.

    Only for a script that does not seed its chance: one that does gives everybody the same weights.
    """
    same = sorted(name for name, weights in others.items() if weights == report.weights_sha256)
    if report.weights_sha256 and same:
        raise NotFound(
            f"The model holds exactly the weights of {', '.join(same)}: it was copied, not trained here.",
            remedy=TRAIN,
        )
