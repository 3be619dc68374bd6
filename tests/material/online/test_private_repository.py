from __future__ import annotations

import pytest

from pytest_cloudlab.material.online.answer import Answer, Kind
from pytest_cloudlab.material.online.manners import Manners
from pytest_cloudlab.material.online.private_repository import public_part
from pytest_cloudlab.material.online.visit import Visitor
from pytest_cloudlab.waiting import Deadline

REPOSITORY = "https://github.com/octo/app"


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("https://example.org/octo/app/a", "https://example.org/octo/app/a"),
        (f"{REPOSITORY}/blob/main/a.py", REPOSITORY),
        (f"{REPOSITORY}/issues/1", REPOSITORY),
        ("https://raw.githubusercontent.com/octo/app/main/a.py", REPOSITORY),
        (REPOSITORY, ""),
        ("https://github.com/octo", ""),
        ("https://gitlab.com/a/b/c/-/blob/main/a.py", "https://gitlab.com/a/b/c"),
        ("https://gitlab.com/a/b/c", ""),
        ("https://gitlab.school.example/a/b/-/blob/main/a.py", ""),
        ("https://huggingface.co/octo/model/tree/main", ""),
    ],
)
def test_what_has_to_be_public_first(url: str, part: str) -> None:
    assert public_part(url) == part


class Hub(Visitor):
    """A host on which only `there` can be seen."""

    def __init__(self, *there: str) -> None:
        super().__init__(Manners(2), Deadline.after(5))
        self.there = there

    def _followed(self, url: str) -> Answer:
        return Answer(Kind.GOOD) if url in self.there else Answer(Kind.GONE, "404")


def test_a_file_that_a_public_repository_does_not_have_is_gone() -> None:
    assert Hub(REPOSITORY).visit(f"{REPOSITORY}/blob/main/a.py").kind is Kind.GONE


@pytest.mark.parametrize("path", ["", "/blob/main/a.py", "/issues/1"])
def test_a_repository_that_cannot_be_seen_may_be_a_private_one(path: str) -> None:
    assert Hub().visit(f"{REPOSITORY}{path}").kind is Kind.NOT_LOOKED_AT
