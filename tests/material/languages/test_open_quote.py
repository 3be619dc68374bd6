"""Which quote a script leaves open."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.languages.open_quote import open_quote


@pytest.mark.parametrize(
    ("code", "mark", "expected"),
    [
        ('echo "a', '"', (1, 6)),
        ('echo "a" "b', '"', (1, 10)),
        ('A="one\nB="two"', '"', (1, 3)),
        ('cd "app\nls "data"', '"', (1, 4)),
        ('python -c "\nimport os\n"\necho "b', '"', (4, 6)),
        ("echo 'it's' a 'b'", "'", (1, 17)),
        ("# it's\necho 'a", "'", (2, 6)),
        ("cat <<EOF\nit's\nEOF\necho 'a", "'", (4, 6)),
        ('echo \\" "a', '"', (1, 9)),
        ("echo `date", "`", (1, 6)),
        ("echo \"it's", '"', (1, 6)),
    ],
)
def test_the_quote_that_lacks_its_end_is_found(code: str, mark: str, expected: tuple[int, int]) -> None:
    assert open_quote(code, mark) == expected


def test_where_all_are_closed_there_is_none() -> None:
    assert open_quote("echo 'a' \"b\" # it's", "'") is None
