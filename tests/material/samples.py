"""The two sample courses, each as a repository of its own."""

from __future__ import annotations

import datetime
import functools
import shutil
import subprocess
import tempfile
import tomllib
from collections import Counter
from pathlib import Path

from pytest_cloudlab.material.configuration import read_configuration
from pytest_cloudlab.material.gate import Gate
from pytest_cloudlab.material.outcome import Outcome
from pytest_cloudlab.material.reading import read_course
from pytest_cloudlab.material.rule import load_rules

COURSES = Path(__file__).parent / "courses"
TODAY = datetime.date(2026, 3, 2)
IGNORED = {"correct": "site/\nout/\n.venv/\n", "planted": "site/\ndocs/img/robin.png\n"}
"""What stands in the courses' .gitignore, which has no place in this repository."""
FORGOTTEN = {"correct": [], "planted": ["docs/img/columns.png", "docs/recorder.md", "docs/thanks.md"]}
"""Files that nobody has added."""

Sighting = tuple[str, str, str]
"""Rule, page, and the line's text without its indent."""


def make_course(name: str, folder: Path) -> Path:
    """The sample course `name` in `folder`, as its author has it: a repository with nothing left to add."""
    root = folder / name
    shutil.copytree(COURSES / name, root, ignore=shutil.ignore_patterns("__pycache__"))
    (root / ".gitignore").write_text(IGNORED[name])
    git = ("git", "-c", "user.name=Ada", "-c", "user.email=ada@course.test", "-C", str(root))
    subprocess.run((*git, "init", "--quiet"), check=True)
    subprocess.run((*git, "add", "--all"), check=True)
    for path in FORGOTTEN[name]:
        subprocess.run((*git, "rm", "--quiet", "--cached", path), check=True)
    return root


@functools.cache
def outcome_of(name: str) -> Outcome:
    """What the gate says of the sample course."""
    with tempfile.TemporaryDirectory() as folder:
        root = make_course(name, Path(folder).resolve())
        configuration = read_configuration(root)
        course = read_course(root, configuration.settings, today=TODAY)
        return Gate(course, load_rules(), today=TODAY).outcome()


def sightings(outcome: Outcome) -> Counter[Sighting]:
    return Counter((one.rule, one.place.path, one.quote.strip()) for one in outcome.findings)


def planted() -> Counter[Sighting]:
    """The defects that were put into the course `planted`."""
    return Counter(
        (rule, one["page"], one["line"]) for rule, defects in planted_tables().items() for one in defects
    )


def planted_tables() -> dict[str, list[dict[str, str]]]:
    """By rule. `shows` is the part of a line that is an example of it."""
    return tomllib.loads((COURSES / "planted.toml").read_text("utf-8"))
