"""The rules of blocks, on whole pages: what they find stands where the page has it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pytest_cloudlab.material.finding import Found
from pytest_cloudlab.material.rule import rules_of
from pytest_cloudlab.material.rules import (
    continuations,
    data_blocks,
    dockerfile_blocks,
    makefile_blocks,
    placeholders,
    python_blocks,
    shell_blocks,
    sql_blocks,
)
from pytest_cloudlab.material.testing import course_of

MODULES = (
    continuations,
    data_blocks,
    dockerfile_blocks,
    makefile_blocks,
    placeholders,
    python_blocks,
    shell_blocks,
    sql_blocks,
)

WRONG = """\
# Lab

!!! note "Try it"

    ```bash
    $ ls | | wc
    0
    ```

=== "Linux"

    ??? hint

        ```python
        run(a=1
            b=2)
        ```

1. Build:

    ```docker
    FROM python:3.12
    RUNN pip list
    ```

> ```yaml
> name: web
>   port: 80
> ```

```json title="app.json"
{"a": 1,}
```

~~~toml
name = app
~~~

```sql
SELECT a b c FROM d
```

```makefile
run:
    python app.py
```

```console
$ ssh <user>@<host>
```

```sh
docker run \\\x20
  app
```
""".replace("\\x20", " ")

RIGHT = """\
# Lab

!!! note "Try it"

    ```bash
    $ docker build \\
    >   -t app .
    Sending build (context) to "Docker
    $ ssh {user}@{host} -L {port}:localhost:{port}
    ```

    ```pycon
    >>> total(
    ...     1, 2)
    3 of (them
    ```

=== "Windows"

    ```powershell
    docker run `
      -p <port>:80 app
    ```

```text
ada@vm:~/app$ tree
.
├── app.py (the app
```

```
anything ( goes {here <today>
```

```python
class Model:
    ...

    def train(self, epochs, ...):
        # yours to write
```

```yaml
image: {registry}/app:{tag}
---
image: <your image>
```

```Dockerfile
COPY . .
RUN pip install -r requirements.txt
```
"""


def findings(text: str) -> Iterator[Found]:
    course = course_of({"docs/lab.md": text})
    for page in course.pages.values():
        for block in page.blocks:
            for module in MODULES:
                for rule in rules_of(module):
                    yield from rule.find(block, page, course)


@pytest.mark.parametrize(
    ("line", "column", "at"),
    [
        (6, 12, "| wc"),
        (15, 15, "1"),
        (23, 5, "RUNN pip list"),
        (28, 5, "port: 80"),
        (32, 9, "}"),
        (36, 8, "app"),
        (40, 12, "c FROM d"),
        (45, 1, "    python app.py"),
        (49, 7, "<user>@<host>"),
        (53, 12, "\\ "),
    ],
)
def test_it_is_found_in_whatever_it_is_nested_in(line: int, column: int, at: str) -> None:
    found = [each for each in findings(WRONG) if each.place.line == line]
    assert [each.place.column for each in found] == [column]
    assert WRONG.split("\n")[line - 1][column - 1 :] == at


def test_nothing_else_is_found() -> None:
    assert len(list(findings(WRONG))) == 10


def test_a_correct_page_has_no_findings() -> None:
    assert list(findings(RIGHT)) == []
