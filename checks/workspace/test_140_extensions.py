"""Extensions for VS Code."""

import re

import pytest

from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("1.4")

LIST_S = 60
MOST_BYTES = 256 << 10
EXTENSION = re.compile(r"[a-z0-9][a-z0-9-]*\.[a-z0-9][a-z0-9._-]*", re.IGNORECASE)


@pytest.mark.outcome(points=2, needs="test_vscode_workspace_runs")
def test_extensions_are_installed(vscode_pod: Target, lab: Lab, measure: Measure) -> None:
    """The extensions for Python and Jupyter are installed.

    Look for them among the extensions (Ctrl+Shift+X), or install them in the terminal:
    `code-server --install-extension NAME`.
    """
    said = vscode_pod.run("code-server --list-extensions", timeout_s=LIST_S, max_bytes=MOST_BYTES)
    if not said.ok:
        raise CouldNotLook(f"code-server does not list its extensions (exit status {said.exit_status})")
    found = {line.strip().lower() for line in said.text.splitlines() if EXTENSION.fullmatch(line.strip())}
    missing = [name for name in lab.parameters.vscode.extensions if name.lower() not in found]
    measure(installed=sorted(found)[:100], missing=missing)
    assert not missing, f"Not installed: {', '.join(missing)}."
