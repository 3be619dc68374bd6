"""Rules of names and ports on arbitrary and on hostile pages."""

from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rules_of
from pytest_cloudlab.material.rules import (
    artifacts,
    container_ports,
    directories,
    near_misses,
    ports,
    unmade_names,
    variables,
)
from pytest_cloudlab.material.testing import course_of
from tests.material.growth import in_proportion

MODULES: tuple[ModuleType, ...] = (
    artifacts,
    container_ports,
    directories,
    near_misses,
    ports,
    unmade_names,
    variables,
)
RULES = [rule for module in MODULES for rule in rules_of(module)]
PIECES = (
    "```bash\n",
    "```\n",
    "```python\n",
    "```dockerfile\n",
    "# A\n",
    "## B\n",
    '=== "C"\n',
    "    ",
    "\n",
    "$ ",
    "cd app\n",
    "cd ..\n",
    "ssh me@vm\n",
    "docker run -p 80:80 a\n",
    "docker build -t a .\n",
    "-p",
    "-L 1:b:2",
    "`",
    "$NAME ",
    "${NAME",
    "}",
    "{x}",
    "<y>",
    "'",
    '"',
    "\\\n",
    "torch.save(a, 'b.pt')\n",
    "saves `b.pth`\n",
    "EXPOSE 80\n",
    'CMD ["flask", "run"]\n',
    "http://localhost:80",
    "port 8080 ",
    "export A=",
    "$(",
    ")",
    "curl localhost:1\n",
    "é",
    "\t",
    "--name",
    "docker",
    " ",
    "=",
    "git clone a/b.git\n",
    "streamlit run a.py\n",
    "on port 8000\n",
    "!!! note\n",
)


@pytest.fixture(scope="module")
def course() -> Course:
    return course_of({"docs/a.md": "# A\n"}, companion={"train.py": "import torch\ntorch.save(a, 'c.pt')\n"})


def _ask(course: Course, text: str) -> int:
    page = Page("docs/m.md", text, course.site.markup)
    found = [each for rule in RULES for each in rule.find(page, course)]
    lines = text.split("\n")
    for each in found:
        assert 1 <= each.place.line <= len(lines)
        assert 1 <= each.place.column <= len(lines[each.place.line - 1]) + 1
    return len(found)


def test_there_are_rules() -> None:
    assert len(RULES) == 8


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=60))
def test_no_rule_breaks_on_what_pages_are_made_of(course: Course, pieces: list[str]) -> None:
    _ask(course, "".join(pieces))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(max_size=400))
def test_no_rule_breaks_on_arbitrary_text(course: Course, text: str) -> None:
    _ask(course, text.replace("\r", ""))


@pytest.mark.parametrize(
    "piece",
    [
        "```bash\ncd app\nls $NAME{n}\n```\n\n",
        "```bash\ndocker run --name web{n} -p {n}:80 image{n}\n```\n\n",
        "```bash\nexport NAME{n}=$OTHER{n}\n```\n\n",
        "It saves `model{n}.pt` on port {n}. Download `net{n}.pth` from `localhost:{n}`.\n\n",
        "## Part {n}\n\n`cd app{n}` and `docker build -t a{n} .`\n\n",
        '=== "{n}"\n\n    ```bash\n    ssh -L {n}:localhost:{n} me@vm\n    curl localhost:{n}\n    ```\n\n',
    ],
)
def test_time_is_in_proportion_to_the_page(course: Course, piece: str) -> None:
    def ask(count: int) -> None:
        text = "# A\n\n" + "".join(piece.replace("{n}", str(number)) for number in range(1000, 1000 + count))
        _ask(course, text)

    in_proportion(ask, 75)
