"""Mojibake on pages."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.rules.mojibake import mojibake
from pytest_cloudlab.material.testing import page_of


def found(text: str) -> list[tuple[int, int]]:
    return [(each.place.line, each.place.column) for each in mojibake(page_of(text), None)]


def test_prose_and_code_are_looked_at():
    """Students see both."""
    text = "# One\n\nThe cafÃ© is open.\n\n```python\nprint('itâ€™s open')\n```\n"
    assert found(text) == [(3, 8), (6, 10)]


def test_the_finding_says_what_it_should_read():
    """And which character set it went through."""
    (each,) = mojibake(page_of("Then voil√†!\n"), None)
    assert each.message == "`voil√†!` is UTF-8 that was read as Mac Roman: it should read `voilà!`."
    assert each.place.length == 2


def test_a_line_is_found_once():
    """With the rest of its runs counted."""
    line = "The ðŸ”¥ " + "long words " * 8 + "and ðŸ”¥ again"
    (each,) = mojibake(page_of(line), None)
    assert "(1 more on this line)" in each.message


def test_a_lost_character_is_found_in_prose():
    """Only there: code shows it on purpose more often."""
    assert found("The na\ufffdve way\n") == [(1, 7)]
    assert found("The na\ufffdve way\n\nThe caf\ufffd\n") == [(1, 7)]
    assert found("The `\ufffd` sign\n") == []
    assert found("```text\ntokens: \ufffd\n```\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "When UTF-8 is read as Latin-1, é becomes Ã©.\n",
        "This is mojibake:\nitâ€™s not readable.\n",
        "## Encodings\n\nThe word\n\ncafÃ©\n",
        "```python\nbad = 'cafÃ©'\nbad.encode('latin-1').decode('utf-8')\n```\n",
        "```python\nprint('cafÃ©'.encode())\n```\n",
        "```python\nimport ftfy\n\n\n\n\nftfy.fix_text('itâ€™s')\n```\n",
        "Le café — déjà — «À» √π\n",
    ],
)
def test_what_is_about_encodings_is_left_alone(text):
    """There it stands on purpose."""
    assert found(text) == []


def test_the_section_after_one_about_encodings_is_looked_at():
    """A heading speaks for its own section only."""
    assert found("## Encodings\n\ncafÃ©\n\n## Coffee\n\ncafÃ©\n") == [(7, 4)]
