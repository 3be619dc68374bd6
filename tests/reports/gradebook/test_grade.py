"""A grade: the card's points, scaled; and none for whom nobody knows it."""

from __future__ import annotations

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.model import Check
from pytest_cloudlab.reports.gradebook.book import Book
from pytest_cloudlab.reports.gradebook.grade import Grade
from pytest_cloudlab.standing import card_of
from tests.reports import sample
from tests.reports.gradebook.classes import a_class, book


def test_only_what_is_known_is_a_grade() -> None:
    """One inconclusive check, or one never asked, and there is none; failed and blocked count as nothing."""
    scores = {one.member.id: one.score for one in book().grades}
    assert scores == {"alice": 16, "bob": 12, "carol": 0, "dave": None, "erin": None}
    assert [one.member.id for one in book().not_yet] == ["dave", "erin"]


def test_what_is_not_due_is_known() -> None:
    """Before the end nobody waits for the cleanup; but a card without any observation is no zero."""
    known = card_of(
        sample.LAB, sample.ROCKET, sample.ALICE, sample.CHECKS[-1:] + sample.CHECKS[:1],
        [sample.seen("test_resources", sample.PASSED)], final=False,
    )  # fmt: skip
    assert Grade(known, known.possible).score == 1
    never = card_of(sample.LAB, sample.ROCKET, sample.ALICE, sample.CHECKS[-1:], [], final=False)
    assert Grade(never, never.possible).score is None


@pytest.mark.parametrize(("points", "bob"), [(20, 15), (100, 75), (1, 0.75), (7, 5.25), (0.5, 0.38)])
def test_points_scale_the_grade(points: float, bob: float) -> None:
    """12 of 16, to the hundredth; and nobody has more than there is."""
    scores = {one.member.id: one.score for one in book(points=points).grades}
    assert scores["bob"] == bob
    assert scores["alice"] == points


def test_nothing_to_earn_is_no_grade() -> None:
    """0 of 0 is refused, and so is a class of nobody."""
    worthless = (Check("test_a", "A", "", "1.1.2", points=0),)
    card = card_of(sample.LAB, sample.ROCKET, sample.ALICE, worthless, [], final=True)
    with pytest.raises(UsageError, match="no points"):
        Book.of([card])
    with pytest.raises(UsageError, match="nobody"):
        Book.of([])


def test_the_feedback_is_the_first_thing_to_fix() -> None:
    """In one plain line."""
    said = {one.member.id: one.feedback for one in book().grades}
    assert said["bob"] == "Your image carries your name (1.1.3)."
    assert said["alice"] == "nothing, all is achieved."


def test_said_tells_what_was_found_and_what_to_do() -> None:
    """A failed check with its hint and address, a blocked one with what it waits for."""
    bob = Grade(a_class()[1], 16)
    said = {one.check.name: bob.said(one) for one in bob.card.standings}
    assert said["test_resources"] == ""
    assert said["test_image_name"].splitlines() == [
        "to fix: The image carries another name.",
        "The image keeps AUTHOR.txt as it was when you built it. Build it again after you edit the file.",
        "https://example.org/1_5_be.html#113-build-your-docker-image",
    ]
