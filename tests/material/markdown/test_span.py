"""Code within a sentence."""

from __future__ import annotations

import time

from pytest_cloudlab.material.markdown.span import spans_of
from pytest_cloudlab.material.testing import page_of


def _spans(text: str) -> list[tuple[str, int, int]]:
    return [(span.text, span.place.line, span.place.column) for span in spans_of(page_of(text))]


def test_spans_have_their_places() -> None:
    assert _spans("# A\n\nType `ls -l`, then `cd ..`.\n") == [("ls -l", 3, 7), ("cd ..", 3, 21)]


def test_several_backticks_and_blanks_around_it() -> None:
    assert _spans("Type `` a`b `` or ```c```.") == [("a`b", 1, 9), ("c", 1, 22)]


def test_what_is_never_closed_is_none() -> None:
    assert _spans("Type `ls and `` more.\n\nA `b`.") == [("b", 3, 4)]


def test_blocks_are_none() -> None:
    assert _spans("```bash\nls `pwd`\n```\n") == []


def test_what_stands_around_it() -> None:
    (span,) = spans_of(page_of("Do not type `ls`, ever."))
    assert (span.before, span.after) == ("Do not type ", ", ever.")


def test_a_line_of_backticks_takes_no_time() -> None:
    line = " ".join("`" * (n % 50 + 1) for n in range(20_000))
    start = time.process_time()
    _spans(f"# A\n\n{line}\n" * 20)
    assert time.process_time() - start < 60
