"""A page is followed whatever is on it, in time that grows with its size, and findings stand on the page."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from pytest_cloudlab.material.companions.walk import walk
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rules.companion_drift import companion_drift
from pytest_cloudlab.material.rules.companion_options import companion_option
from pytest_cloudlab.material.rules.companion_paths import companion_folder, companion_path
from pytest_cloudlab.material.testing import course_of
from tests.material.growth import in_proportion
from tests.material.rules.companions import CLONED, FILES, URL, typed

RULES = (companion_path, companion_folder, companion_option, companion_drift)
LINES = rf"""
# A
## B on your laptop
```bash
```
    ```bash
    ```
=== "X"
!!! note
- item
```python title="train.py"
<details>
cd training
cd ..
cd -
cd
pushd training
popd
git clone {URL}
git clone https://a.test/b
cd app
(cd training && python train.py)
ssh me@host
exit
python train.py --epochs
python training/train.py --nothing 2
python -m serve.x
cat $A/{{b}}
cat '
echo > extra.py
Create `extra.py` in `training/`.
See `training/x.py` and `a//b/../c.py`, `./`, `~/`, `/`.
In the folder `app`, go back.
unzip a.zip
cat `ls`
cd \
$ cd training
	cd training
parser.add_argument("--rounds", type=int, default=1)
import argparse
<<END
`git clone .`
`cd`
""".split("\n")


@pytest.fixture(scope="module")
def course() -> Course:
    companions = [{"path": "companion", "url": URL, "checkout": ["app", "/workspaces/app"]}]
    return course_of({"docs/a.md": "# A\n"}, companion=FILES, companions=companions)


@given(some.lists(some.one_of(some.sampled_from(LINES), some.text(max_size=30)), max_size=40))
@settings(max_examples=150, deadline=None)
def test_findings_stand_on_the_page(course: Course, lines: list[str]) -> None:
    page = Page("docs/a.md", "\n".join(lines).replace("\r", ""), course.site.markup)
    for rule in RULES:
        for found in rule(page, course):
            line = page.lines[found.place.line - 1]
            assert 0 < found.place.column <= found.place.column + found.place.length - 1 <= len(line)
            assert found.message.endswith(".")
            assert found.remedy


@pytest.mark.parametrize(
    "piece",
    [
        typed("cd training", "cd ..", "python x.py"),
        typed("cd x"),
        "Look in `training/zz.py`.\n",
        '=== "A"\n\n    ```bash\n    cd training\n    ```\n\n',
        "## On your laptop\n\n" + typed("ssh x", "python y.py"),
        '```python title="train.py"\nimport argparse\nx = 1\ny = 2\nz = 3\n```\n\n',
        typed("python training/train.py --zz"),
    ],
)
def test_time_grows_with_the_page(course: Course, piece: str) -> None:
    def follow(times: int) -> None:
        page = Page("docs/a.md", CLONED + piece * times, course.site.markup)
        for rule in RULES:
            list(rule(page, course))

    in_proportion(follow, 100)


def test_what_the_page_runs_and_makes(course: Course) -> None:
    """For other rules: scripts with their arguments, names that the page makes."""
    page = Page(
        "docs/a.md", CLONED + typed("cd training", "python train.py --epochs 2 > log.txt"), course.site.markup
    )
    found = walk(page, course)
    assert [(run.path, [word.text for word in run.launch.arguments]) for run in found.runs] == [
        ("training/train.py", ["--epochs", "2"])
    ]
    assert "log.txt" in found.made
    assert "log.txt" in found.written
