"""Misspelt words on pages."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.rules.typos import typos
from pytest_cloudlab.material.testing import course_of
from pytest_cloudlab.material.writing.misspellings import misspellings

ENGLISH = "In this part of the course you will build an image and run it on the machine that is yours.\n\n"


def found(text: str, **settings):
    course = course_of({"docs/a.md": text}, **settings)
    return [
        (each.place.line, each.place.column, each.message)
        for each in typos(course.pages["docs/a.md"], course)
    ]


def test_a_misspelling_is_found_with_what_was_meant():
    """At the word itself."""
    text = ENGLISH + "You will **recieve** teh key. Seperate the two files.\n"
    assert found(text) == [
        (3, 12, "“recieve” is misspelt: it should read “receive”."),
        (3, 22, "“teh” is misspelt: it should read “the”."),
        (3, 31, "“Seperate” is misspelt: it should read “Separate”."),
    ]


def test_a_word_twice_is_found():
    """Over the end of a line too."""
    assert [each[:2] for each in found(ENGLISH + "Open the the file of\nof the course.\n")] == [
        (3, 6),
        (3, 19),
    ]


def test_items_tables_and_headings_are_prose():
    """Wherever students read."""
    assert [
        each[0] for each in found(ENGLISH + "## The enviroment\n\n- to instal: the adress\n\n| lenght |\n")
    ] == [
        3,
        5,
        7,
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Run `recieve.py` and then `teh`.\n",
        "```bash\nrecieve the adress\n```\n",
        "See [the page](https://example.org/recieve/adress) and <https://teh.org/lenght>.\n",
        "Open recieve.py in the folder adress/ or the variable my_adress, or --adress.\n",
        '<div class="recieve">The text of the box</div>\n',
        "Mr. Teh wrote this part of the course.\n",
        "The word “teh” is how people write it.\n",
        "Typos such as teh and recieve are found by the linter.\n",
        "Write to adress@example.org if you are lost in the course.\n",
        "Le `cloud` : une ressource et des exercices dans le langage que vous utilisez pour la suite.\n",
        "The colour of the centre: analyse it, and organise your licence.\n",
        "The command that the `the` shell runs.\n",
        "If what it is is clear, and that that is so, you had had it.\n",
        "{: .recieve #adress }\n",
    ],
)
def test_code_addresses_names_and_other_languages_are_left_alone(text):
    """Only English prose is judged."""
    assert found(ENGLISH + text) == []


def test_a_page_in_another_language_is_left_alone():
    """Its words may look like misspelt English ones."""
    assert found("Dans le cours, vous utilisez les ressources et un exercice pour la machine.\n") == []


def test_words_of_the_settings_are_right():
    """Names of the course's own."""
    assert found(ENGLISH + "The adress of teh tool.\n", words=["Teh", "adress"]) == []


def test_the_list_has_no_right_words():
    """No entry is its own correction, or another entry's."""
    known = misspellings()
    assert len(known) > 1000
    assert all(wrong.isalpha() or "'" in wrong for wrong in known)
    assert not {word for right in known.values() for word in right.split()} & known.keys()
