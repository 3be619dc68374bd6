"""What the end of a check means: the one place where an exception becomes a verdict."""

from __future__ import annotations

import traceback
from dataclasses import dataclass

from pytest_cloudlab.errors import CloudlabError, CouldNotLook, Forbidden, NotFound, UsageError
from pytest_cloudlab.model import Verdict

LONGEST_MESSAGE = 2_000


@dataclass(frozen=True)
class Finding:
    verdict: Verdict
    message: str = ""
    remedy: str = ""
    traceback: str = ""
    """Set when the check itself broke: for whoever keeps the lab, not for the student."""
    again: bool = False
    """True when asking once more may help."""


def finding_of(error: BaseException | None) -> Finding:
    """`passed` without an error; `failed` for an assertion or a thing that is not there; else
    `inconclusive`, because neither a closed network nor a bug in a check is the student's fault."""
    match error:
        case None:
            return Finding(Verdict.PASSED)
        case NotFound():
            return Finding(Verdict.FAILED, _cut(error.message), error.remedy)
        case CouldNotLook():
            again = not isinstance(error, Forbidden)  # credentials do not mend by waiting
            return Finding(Verdict.INCONCLUSIVE, _cut(error.message), error.remedy, again=again)
        case UsageError() | CloudlabError():
            return Finding(Verdict.INCONCLUSIVE, _cut(error.message), error.remedy)
        case AssertionError() if not _ours(error):
            return Finding(Verdict.FAILED, _cut(_said(str(error))))
    kind = type(error).__name__
    if kind == "Failed" and "OutcomeException" in [base.__name__ for base in type(error).__mro__]:
        # pytest.fail(), told by its name because this module does without pytest
        return Finding(Verdict.FAILED, _cut(str(error)))
    return Finding(
        Verdict.INCONCLUSIVE,
        _cut(f"the check itself broke: {kind}: {error}"),
        "Tell whoever keeps the lab; it is not about your work.",
        traceback="".join(traceback.format_exception(error)[-20:]),
    )


def _ours(error: BaseException) -> bool:
    """Whether the engine or pytest made the assertion: then something is broken, and not the work."""
    frames = list(traceback.walk_tb(error.__traceback__))
    module = str(frames[-1][0].f_globals.get("__name__", "")) if frames else ""
    inside = module.startswith(("pytest_cloudlab.", "_pytest."))
    return inside and not module.startswith("pytest_cloudlab.checks.")


def _said(text: str) -> str:
    """The check's own words, without what pytest's assertion rewriting adds below them."""
    message = text.split("\nassert ", 1)[0].strip()
    return message or "the check found something else than it expected"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_MESSAGE else text[:LONGEST_MESSAGE] + " […]"
