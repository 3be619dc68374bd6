"""The model's few functions."""

from __future__ import annotations

import pytest

from pytest_cloudlab.model import Verdict, same_text, worst


def test_worst_wins() -> None:
    """From best to worst: passed, inconclusive, blocked, failed."""
    assert worst([Verdict.PASSED, Verdict.BLOCKED, Verdict.INCONCLUSIVE]) is Verdict.BLOCKED
    assert worst([Verdict.FAILED, Verdict.PASSED]) is Verdict.FAILED
    assert worst([]) is Verdict.PASSED


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Zoe\u0308", "Zo\u00eb", True),
        ("  عمر الخيام\n", "عمر الخيام", True),
        ("Alice", "alice", False),
        ("A'B", "A’B", False),
    ],
)
def test_names_are_compared_as_readers_see_them(a: str, b: str, same: bool) -> None:
    """Composed and decomposed letters are the same; case and other apostrophes are not."""
    assert same_text(a, b) is same
