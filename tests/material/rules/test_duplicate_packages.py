"""Packages that are asked for twice."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.rules.duplicate_packages import duplicate_packages
from pytest_cloudlab.material.testing import page_of


def found(text: str):
    return [
        (each.place.line, each.place.column, each.place.length)
        for each in duplicate_packages(page_of(text), None)
    ]


def bash(code: str) -> str:
    return f"```bash\n{code}\n```\n"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (bash("pip install numpy pandas numpy"), (2, 26, 5)),
        (bash("$ pip install -U Flask_Login 'flask-login>=1'"), (2, 31, 11)),
        (bash("sudo apt-get install -y curl \\\n    git \\\n    curl"), (4, 5, 4)),
        (bash("conda install -c conda-forge dask numpy dask"), (2, 41, 4)),
        (bash("npm install --save-dev @types/node eslint @types/node"), (2, 43, 11)),
        (bash("pip install a b && pip install c d c"), (2, 36, 1)),
        (
            "```dockerfile\nRUN pip install --no-cache-dir \\\n    # first\n    flask \\\n    flask\n```\n",
            (5, 5, 5),
        ),
        ("Then `pip install streamlit streamlit` it.\n", (1, 29, 9)),
        ('```text title="requirements.txt"\nflask==3.0\nnumpy\nFlask\n```\n', (4, 1, 5)),
        ("```python\n!pip install torch torch\n```\n", (2, 20, 5)),
    ],
)
def test_a_package_that_is_named_twice_is_found(text, place):
    """At its second name."""
    assert found(text) == [place]


@pytest.mark.parametrize(
    "text",
    [
        bash("pip install numpy pandas"),
        bash("pip install torch torchvision torch-geometric"),
        bash("pip install numpy\npip install numpy"),
        bash("pip install a && pip install a"),
        bash("pip install -r a.txt -r a.txt"),
        bash("pip install -e . -e ."),
        bash("pip install --index-url https://a.org/x --extra-index-url https://a.org/x flask"),
        bash("pip install git+https://a.org/x git+https://a.org/x"),
        bash("pip install $A $A"),
        bash("pip install a # a"),
        bash("pip install a; echo a a"),
        bash("pip install a | tee a"),
        bash("apt-get install -t bookworm-backports -y curl"),
        bash("apt-get update && apt-get install curl && apt-get clean"),
        bash("conda create -n ml && conda install -n ml numpy"),
        bash("echo numpy numpy"),
        bash("make install install"),
        "To pip install a and a is no code.\n",
        '```text title="requirements.txt"\na; python_version < "3"\na; python_version > "3"\n```\n',
        '```text title="notes.txt"\nflask\nflask\n```\n',
    ],
)
def test_other_repetitions_are_left_alone(text):
    """Options, commands of their own, comments."""
    assert found(text) == []
