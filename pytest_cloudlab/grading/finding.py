"""What the end of a check means: the one place where an exception becomes a verdict."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_cloudlab.bounds import Bound, in_words, out_of_bounds, unmeasured
from pytest_cloudlab.errors import CloudlabError, CouldNotLook, Forbidden, NotFound, UsageError
from pytest_cloudlab.model import Verdict

BROKEN = "Tell whoever keeps the lab; it is not about your work."


@dataclass(frozen=True)
class Finding:
    verdict: Verdict
    message: str = ""
    remedy: str = ""
    traceback: str = ""
    """Set when the check itself broke: for whoever keeps the lab, not for the student."""
    again: bool = False
    """True when asking once more may help."""
    missed: tuple[str, ...] = ()
    """The measured values that are out of bounds, when nothing else is wrong."""


def finding_of(error: BaseException | None, *, lab: Path) -> Finding:
    """What `error`, met by a check of the lab in that folder, means.

    `passed` without an error; `failed` for an assertion or a thing that is not there; else
    `inconclusive`, because neither a closed network nor a bug in a check is the student's fault."""
    match error:
        case None:
            return Finding(Verdict.PASSED)
        case NotFound():
            return Finding(Verdict.FAILED, error.message, error.remedy)
        case CouldNotLook():
            again = not isinstance(error, Forbidden)  # credentials do not mend by waiting
            return Finding(Verdict.INCONCLUSIVE, error.message, error.remedy, again=again)
        case UsageError() | CloudlabError():
            return Finding(Verdict.INCONCLUSIVE, error.message, error.remedy)
        case AssertionError() if _asserted_in(lab, error):
            return Finding(Verdict.FAILED, _said(str(error)))
    kind = type(error).__name__
    if kind == "Failed" and "OutcomeException" in [base.__name__ for base in type(error).__mro__]:
        # pytest.fail(), told by its name because this module does without pytest
        return Finding(Verdict.FAILED, str(error))
    return Finding(
        Verdict.INCONCLUSIVE,
        f"the check itself broke: {kind}: {error}",
        BROKEN,
        traceback="".join(traceback.format_exception(error)[-20:]),
    )


def finding_within(bounds: Sequence[Bound], measured: Mapping[str, Any]) -> Finding:
    """What it means that a check ended without an error, having `measured` these values."""
    lacking = unmeasured(bounds, measured)
    if lacking:
        return Finding(Verdict.INCONCLUSIVE, f"the check did not measure {', '.join(lacking)}", BROKEN)
    missed = out_of_bounds(bounds, measured)
    if not missed:
        return Finding(Verdict.PASSED)
    values = tuple(bound.value for bound in missed)
    return Finding(Verdict.FAILED, in_words(missed, measured), missed=values)


def _asserted_in(lab: Path, error: BaseException) -> bool:
    """Whether the lab's own code made the assertion. Anybody else's says that something is broken."""
    frames = list(traceback.walk_tb(error.__traceback__))
    return bool(frames) and Path(frames[-1][0].f_code.co_filename).is_relative_to(lab)


def _said(text: str) -> str:
    """The check's own words, without what pytest's assertion rewriting adds below them."""
    message = text.split("\nassert ", 1)[0].strip()
    return message or "the check found something else than it expected"
