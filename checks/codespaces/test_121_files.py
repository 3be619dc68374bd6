"""1.2 Explore it: files of one's own."""

import re
from itertools import islice

import pytest

from pytest_cloudlab.checks.codespaces.hello import candidates, run_hello
from pytest_cloudlab.checks.codespaces.new_files import made_here, new_files, shown
from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target
from pytest_cloudlab.waiting import Deadline

pytestmark = pytest.mark.step("1.2")

LOOKED_AT = 50
RUNS_S = 60
"""For all scripts together."""


@pytest.mark.outcome(points=1, needs="test_repository_is_checked_out")
def test_a_file_was_uploaded(codespace: Target, lab: Lab, measure: Measure) -> None:
    """You uploaded a file to it.

    Right-click into the file explorer and choose "Upload…", or use `gh codespace cp`. Scripts and notebooks
    do not count: they may have been written there.
    """
    wanted = lab.parameters.codespace
    new = new_files(codespace, wanted.workspace, wanted.branch)
    others = (path for path in new if not made_here(path, lab.parameters.upload.made_here))
    some = list(islice(others, LOOKED_AT))
    answers = codespace.run_many(
        [("LC_ALL=C stat -c '%%s %%F' -- %s", f"{wanted.workspace}/{path}") for path in some]
    )
    sizes = [re.fullmatch(r"(\d{1,15}) regular (?:empty )?file", answer.text) for answer in answers]
    files = {path: int(size[1]) for path, size in zip(some, sizes, strict=True) if size}
    full = [path for path, size in files.items() if size]
    measure(file=shown(full[0]) if full else None, size_bytes=files[full[0]] if full else None)
    assert full or not files, f"{shown(next(iter(files)))} is empty: upload a file with something in it."
    assert full, f"There is no file in {wanted.workspace} that came from elsewhere."


@pytest.mark.outcome(points=1, needs="test_repository_is_checked_out")
def test_hello_world_runs(codespace: Target, lab: Lab, measure: Measure) -> None:
    """Your "Hello World" in Python runs.

    Create a file such as hello.py in the repository's folder, and try it: `python hello.py`.
    """
    wanted, says = lab.parameters.codespace, lab.parameters.hello.says
    new = new_files(codespace, wanted.workspace, wanted.branch)
    scripts = candidates(codespace, wanted.workspace, new)
    measure(scripts=len(scripts))
    problems = []
    deadline = Deadline.after(RUNS_S)
    for script in scripts:
        if deadline.passed:
            break
        problem = run_hello(codespace, wanted.workspace, script, says)
        if not problem:
            measure(script=shown(script))
            return
        problems.append(f"{shown(script)} {problem}")
    if not problems:
        raise NotFound(f"There is no new Python script in {wanted.workspace} with a hello in it.")
    raise AssertionError(problems[0])
