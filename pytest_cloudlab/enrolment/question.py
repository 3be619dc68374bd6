"""One thing that is asked, and what may be answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.files import SLUG
from pytest_cloudlab.people.spelling import LONGEST_NAME, is_email, is_name, slug

Check = Callable[[str], None]
"""Raises `UsageError` saying what was expected instead."""


def anything(value: str) -> None:
    if not value.isprintable():
        raise UsageError("expected one line of printable characters")


@dataclass(frozen=True)
class Question:
    option: str
    """The option that answers it, such as `--name`."""
    text: str
    proposal: str = ""
    one_of: tuple[str, ...] = ()
    optional: bool = False
    check: Check = anything

    def accept(self, answer: str) -> str:
        """The answer as it is kept. Raises `UsageError`."""
        value = answer.strip()
        if not value:
            if self.optional:
                return ""
            raise UsageError("an answer is needed")
        if self.one_of and value not in self.one_of:
            raise UsageError(f"expected one of {', '.join(self.one_of)}")
        self.check(value)
        return value


Ask = Callable[[Question], str]


def a_name(value: str) -> None:
    if not is_name(value):
        raise UsageError(f"expected one line of 1 to {LONGEST_NAME} printable characters")


def a_slug(value: str) -> None:
    if not SLUG.fullmatch(value):
        near = slug(value)
        raise UsageError(
            "expected a short name of a-z, 0-9 and inner hyphens" + (f", such as {near}" if near else "")
        )


def an_email(value: str) -> None:
    if not is_email(value):
        raise UsageError("expected one address such as ada@example.com")
