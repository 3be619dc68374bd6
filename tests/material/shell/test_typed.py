"""What a page tells students to type."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.shell.typed import is_command, part_at, typed_on
from pytest_cloudlab.material.testing import page_of

TEXT = """\
# A

Type `cd app`, then:

```bash
ls -l && make
```

## B

It is `docker run web`; the program `docker` is there.

### C

```console
$ pwd
/home
```
"""


def test_blocks_and_sentences_in_the_order_of_the_page() -> None:
    assert [(each.line, each.command.program, each.span is not None) for each in typed_on(page_of(TEXT))] == [
        (3, "cd", True),
        (6, "ls", False),
        (6, "make", False),
        (11, "docker", True),
        (16, "pwd", False),
    ]


def test_places_of_code_within_a_sentence() -> None:
    first = typed_on(page_of(TEXT))[0]
    assert [(word.place.line, word.place.column) for word in first.command.words] == [(3, 7), (3, 10)]


@pytest.mark.parametrize(
    "text", ["ls -l", "$ cd app", "./run.sh now", "NAME=a", "export NAME=a", "docker run web"]
)
def test_commands(text: str) -> None:
    assert is_command(text)


@pytest.mark.parametrize("text", ["ls", "docker", "a b", "model.pt", "NAME", "$NAME", "x = 1", ""])
def test_no_commands(text: str) -> None:
    assert not is_command(text)


def test_parts_begin_at_headings() -> None:
    page = page_of(TEXT)
    assert [part_at(page, line) for line in (1, 6, 9, 16)] == [1, 1, 9, 9]
    assert part_at(page, 16, level=6) == 13
    assert part_at(page_of("a"), 1) == 0
