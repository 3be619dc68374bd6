"""1.2 Explore it: the machine."""

import re

import pytest

from pytest_cloudlab.checks.codespaces.devcontainer import not_installed, read_devcontainer
from pytest_cloudlab.checks.codespaces.terminal import terminal_path
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("1.2")

KIB_A_GIB = 1 << 20
NO_SUCH_COMMAND = 127
MAX_BYTES = 64 << 10
EXTENSIONS = "ls -1 ~/.vscode-remote/extensions ~/.vscode-server/extensions 2>/dev/null"
"""Where the editor in the browser, and the one on a laptop, keep them."""
SHOWN = 50


@pytest.mark.outcome(
    points=1,
    needs="test_codespace_can_be_entered",
    at_least={"cpus": "codespace.cpus", "memory_gb": "codespace.memory_gb"},
)
def test_codespace_has_the_agreed_size(codespace: Target, measure: Measure) -> None:
    """Your codespace has the agreed cores and memory.

    Choose a larger machine type: "Change machine type" in its menu at https://github.com/codespaces.
    """
    # nproc believes OpenMP's variables more than the machine.
    cores, memory = codespace.run_many(
        ["unset OMP_NUM_THREADS OMP_THREAD_LIMIT; nproc", "grep MemTotal: /proc/meminfo"], max_bytes=MAX_BYTES
    )
    kib = re.fullmatch(r"MemTotal:\s*(\d{1,15}) kB", memory.text)
    if not re.fullmatch(r"\d{1,9}", cores.text) or not kib:
        raise CouldNotLook("the codespace does not tell its cores (nproc) and its memory (/proc/meminfo)")
    measure(cpus=int(cores.text), memory_gb=round(int(kib[1]) / KIB_A_GIB, 2))


@pytest.mark.outcome(points=1, needs="test_codespace_can_be_entered")
def test_codespace_is_linux_with_python(codespace: Target, lab: Lab, measure: Measure) -> None:
    """It is a Linux machine with a recent Python.

    See `cat /etc/os-release` and `python --version` in its terminal.
    """
    wanted = lab.parameters.codespace.python
    kernel, release = codespace.run_many(["uname -s", "cat /etc/os-release"], max_bytes=MAX_BYTES)
    name = re.search(r'^PRETTY_NAME="?([^"\n]*)', release.text, re.MULTILINE)
    asked = codespace.run(
        "PATH=%s; python3 --version || python --version", terminal_path(codespace), max_bytes=MAX_BYTES
    )
    # Before 3.4 it told its version to stderr.
    told = re.search(r"^Python (\d{1,3})\.(\d{1,3})\S*", f"{asked.text}\n{asked.error_text}", re.MULTILINE)
    measure(kernel=kernel.text[:40], system=name[1][:100] if name else None, python=told and told[0][7:47])
    assert kernel.text == "Linux", f"Its system is {kernel.text[:40] or 'unknown'}, expected Linux."
    if not told:
        if asked.exit_status == NO_SUCH_COMMAND:
            raise NotFound("It has neither a command python3 nor python.")
        raise CouldNotLook("python3 in the codespace does not tell its version")
    expected = tuple(int(part) for part in wanted.split("."))
    assert (int(told[1]), int(told[2])) >= expected, f"It has {told[0][:50]}, expected {wanted} at least."


@pytest.mark.outcome(points=1, needs="test_repository_is_checked_out")
def test_codespace_is_as_its_repository_says(codespace: Target, lab: Lab, measure: Measure) -> None:
    """It has what the repository's devcontainer.json asks for.

    The file is read when the container is built: run "Codespaces: Rebuild Container" from the Command
    Palette (Ctrl+Shift+P). Extensions are there a minute after the editor was first opened.
    """
    wanted = lab.parameters.codespace
    file = read_devcontainer(codespace, wanted.workspace)
    commands = {name: wanted.features[name] for name in file.features if name in wanted.features}
    unjudged = [*file.unknown, *(name for name in file.features if name not in commands)]
    if not file.extensions and not commands:
        raise CouldNotLook("devcontainer.json names no extension, and no feature that the lab knows")
    path = terminal_path(codespace)
    folders, *found = codespace.run_many(
        [EXTENSIONS, *(("PATH=%s; command -v %s", path, command) for command in commands.values())]
    )
    missing = not_installed(file.extensions, folders.text.splitlines()) + [
        f"{feature} (no command {command})"
        for (feature, command), answer in zip(commands.items(), found, strict=True)
        if not answer.ok
    ]
    measure(
        extensions=list(file.extensions[:SHOWN]),
        features=list(commands),
        not_judged=[each[:100] for each in unjudged[:SHOWN]],
        missing=missing[:SHOWN],
    )
    assert not missing, f"It lacks what devcontainer.json names: {', '.join(missing[:5])}."
