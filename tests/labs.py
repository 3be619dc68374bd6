"""Small labs and rosters for tests: files, as people write them."""

from __future__ import annotations

from pathlib import Path

LAB = """
title = "Tie a knot"
page = "https://course.example/knots.html"

[member.rope]
one_of = ["red", "blue"]

[member.unties]
one_of = ["red", "blue"]
teammates = "rope"

[[step]]
number = "1"
title = "Take a rope"
see = "#take"

[[step]]
number = "1.1"
title = "Tie it"
see = "#tie"

[[step]]
number = "2"
title = "Put it away"
see = "#away"
"""

ROSTER = """
lab = "{lab}"

[course]
project = "harbour"
registry = "eu.gcr.io/{{project}}"

[[team]]
id = "sailors"

[[team.member]]
id = "alice"
name = "Alice Martin"
rope = "red"
unties = "blue"

[[team.member]]
id = "bob"
name = "Zoë O'Neil"
rope = "blue"
unties = "red"
"""

CONFTEST = "from pytest_cloudlab.fixtures import *\n"


def write_lab(folder: Path, modules: dict[str, str], *, toml: str = LAB) -> Path:
    """A lab called `knots` in `folder`, with these modules beside its `lab.toml`."""
    lab = folder / "knots"
    lab.mkdir()
    (lab / "lab.toml").write_text(toml)
    (lab / "conftest.py").write_text(CONFTEST)
    for name, source in modules.items():
        (lab / name).write_text(source)
    return lab


def write_roster(folder: Path, lab: Path, text: str = ROSTER) -> Path:
    file = folder / "teams.toml"
    file.write_text(text.format(lab=lab))
    return file
