"""Dates that say how old a page is."""

from __future__ import annotations

import datetime

import pytest

from pytest_cloudlab.material.rules.stale_dates import stale_dates
from pytest_cloudlab.material.testing import course_of

TODAY = datetime.date(2026, 6, 1)


def found(text: str):
    course = course_of({"docs/a.md": text}, today=TODAY)
    return [
        (each.place.line, each.place.column, each.place.length)
        for each in stale_dates(course.pages["docs/a.md"], course)
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("*Last updated: March 2021*\n", (1, 2, 24)),
        ("Last updated 2021.\n", (1, 1, 17)),
        ("Prices as of 2022-05-01 are shown.\n", (1, 8, 16)),
        ("# One\n\nAs of March 2020, it costs nothing.\n", (3, 1, 16)),
        ("Latest revision on 3rd of May, 2019\n", (1, 1, 35)),
        ("At the time of writing (June 2023), it is free.\n", (1, 1, 33)),
        ("Dernière mise à jour le 12 mars 2020\n", (1, 1, 36)),
        ("# Eins\n\nStand: Juli 2022\n", (3, 1, 16)),
        ("# One\n\nUpdated: 01/02/2020\n", (3, 1, 19)),
    ],
)
def test_what_is_older_than_two_years_is_found(text, place):
    """However the date is written."""
    assert found(text) == [place]


@pytest.mark.parametrize(
    "text",
    [
        "# One\n\nLast updated: January 2026\n",
        "As of 2024 it is free.\n",
        "As of June 2024, it is free.\n",
        "As of January 1st 2020, Python 2 is no longer supported.\n",
        "As of 2019, the old API is deprecated.\n",
        "As of version 2019 the menu has moved.\n",
        "As of 2019.1 the menu has moved.\n",
        "As of 1.2019 commits, all is well.\n",
        "It was founded in 2012, and written in March 2013.\n",
        "The law was updated in 2019.\n",
        "> As of March 2020, it costs nothing.\n",
        "`last updated: 2019`\n",
        "```text\nLast updated: 2019\n```\n",
        "Copyright 2014-2019\n",
        "As of Python 3.8 there is a walrus. See paper [2019].\n",
        "They stand 2019 feet high; as of 99/99/2019 nothing.\n",
    ],
)
def test_recent_dates_and_events_are_left_alone(text):
    """An event's date does not get old."""
    assert found(text) == []
