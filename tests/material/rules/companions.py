"""A page beside a companion repository, for the tests of the rules that compare them."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from pytest_cloudlab.material.finding import Found
from pytest_cloudlab.material.testing import course_of

TRAIN = """\
import argparse

import torch

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=1)
parser.add_argument("--model", choices=["cnn", "mlp"], default="cnn")
parser.add_argument("--config", default="configs/base.yaml")
parser.add_argument("--save-model", action="store_true")
options = parser.parse_args()
for epoch in range(options.epochs):
    print(f"epoch {epoch}")
torch.save({}, "net.pt")
"""
FILES: Mapping[str, str] = {
    "README.md": "# App",
    "Makefile": "image:\n\tdocker build .\n",
    "setup.sh": "mkdir -p data\ncurl -O https://a.test/data.zip\nunzip data.zip\n",
    "requirements.txt": "torch\n",
    "app.py": "print()\n",
    "configs/base.yaml": "a: 1\n",
    "data/labels.csv": "a,b\n",
    "docker/Dockerfile": "FROM python:3.13\n",
    "serve/__init__.py": "",
    "serve/server.py": "app = 1\n",
    "training/train.py": TRAIN,
    "training/models/cnn.py": "",
}
URL = "https://github.com/octo/app"
HERE = "# A\n\nThe code is at <https://github.com/octo/app>.\n\n"
"""A page that is about the companion, and clones it nowhere: students are in it, it seems."""
CLONED = f"# A\n\n```bash\ngit clone {URL}\ncd app\n```\n\n"
"""Seven lines, after which it is sure where students are."""


def found(
    rule: Any,
    page: str,
    files: Mapping[str, str] | None = None,
    more: Mapping[str, str] | None = None,
    **table: Any,
) -> list[Found]:
    """What a rule says of a page beside a companion of these files; `more` are other files of the course."""
    pages = {"docs/a.md": textwrap.dedent(page), **(more or {})}
    companions = [{"path": "companion", "url": URL, "checkout": ["app"], **table}]
    course = course_of(pages, companion=FILES if files is None else files, companions=companions)
    return list(rule(course.pages["docs/a.md"], course))


def typed(*lines: str) -> str:
    """A block of commands."""
    return "\n".join(["```bash", *lines, "```", ""])


def quoted(rule: Any, page: str, files: Mapping[str, str] | None = None, **more: Any) -> list[str]:
    """What a rule's findings point at, with the line: `9 train.py`."""
    lines = textwrap.dedent(page).split("\n")
    return [
        f"{each.place.line} {lines[each.place.line - 1][each.place.column - 1 :][: each.place.length]}"
        for each in found(rule, page, files, **more)
    ]
