"""What tells of the past."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.facts.retrospect import looks_back


@pytest.mark.parametrize(
    "sentence",
    [
        "Container Registry was replaced by Artifact Registry.",
        "It ran on free dynos, which were withdrawn in November 2022.",
        "Google shut Container Registry down.",
        "Older forum posts that tell you to type this mean what is today something else.",
        "In 2016 we pushed it there.",
        "The first edition of this course used it.",
        "It no longer works, and is deprecated.",
        "Do not use it.",
        "Avant, c'était ainsi ; ce n'est plus le cas : l'outil est obsolète.",
        "Das ist veraltet.",
    ],
)
def test_history_and_warnings_look_back(sentence):
    """In the languages that courses are in."""
    assert looks_back(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Replace the name by yours, then push the image.",
        "Remove the old container, then start the new one.",
        "Today we push the image to the registry.",
        "Use the image that you built previously.",
        "To avoid errors, run it twice.",
        "The script is used to start the service.",
        "Close the terminal before you go on.",
        "It is called once for each of 2000 images.",
    ],
)
def test_instructions_do_not(sentence):
    """Though they have words in common."""
    assert not looks_back(sentence)


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        ("Use A instead of ", True),
        ("Use A rather than the `", True),
        ("A, not ", True),
        ("Unlike ", True),
        ("Run ", False),
        ("Instead, run ", False),
        ("If it does not work, run ", False),
    ],
)
def test_what_sets_the_thing_aside_stands_right_before_it(lead, expected):
    """Not somewhere in the sentence."""
    assert looks_back("", lead) is expected
