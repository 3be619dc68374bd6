"""The workflow and the hook that courses use."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from pytest_cloudlab.cli.command import COMMANDS
from pytest_cloudlab.cli.gate import gate

ROOT = Path(__file__).parent.parent
WORKFLOW: dict[Any, Any] = yaml.safe_load((ROOT / ".github/workflows/gate.yml").read_text("utf-8"))
STEPS = WORKFLOW["jobs"]["gate"]["steps"]
SCRIPTS = [pytest.param(step["run"], id=step["name"]) for step in STEPS if "run" in step]


def test_the_workflow_is_for_other_repositories_to_call() -> None:
    (inputs,) = (called["inputs"] for called in WORKFLOW[True].values())  # YAML reads `on` as true
    assert inputs.keys() >= {"path", "online", "companions", "upload-sarif"}
    used = set(re.findall(r"inputs\.([\w-]+)", str(STEPS)))
    assert used == set(inputs)


def test_the_workflow_has_the_history_that_changes_are_told_by() -> None:
    (checkout,) = (step for step in STEPS if step.get("uses", "").startswith("actions/checkout@"))
    assert checkout["with"] == {"fetch-depth": 0, "persist-credentials": False}


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_input_is_pasted_into_a_script(script: str) -> None:
    """It would be run as code; it comes as a variable."""
    assert "${{" not in script
    checked = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, timeout=30)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    ("environment", "argv"),
    [
        ({}, ["gate", "--sarif", "gate.sarif", "--", "."]),
        (
            {"ONLINE": "--online", "ARGUMENTS": "--only links --warnings", "MATERIAL": "my docs"},
            ["gate", "--online", "--sarif", "gate.sarif", "--only", "links", "--warnings", "--", "my docs"],
        ),
        (
            {"ARGUMENTS": "$(touch x) `id` *", "MATERIAL": "$(id)"},
            ["gate", "--sarif", "gate.sarif", "$(touch", "x)", "`id`", "*", "--", "$(id)"],
        ),
    ],
)
def test_the_gate_is_called_with_what_was_asked_for(
    tmp_path: Path, environment: dict[str, str], argv: list[str]
) -> None:
    (tmp_path / "cloudlab").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    (tmp_path / "cloudlab").chmod(0o755)
    (script,) = (step["run"] for step in STEPS if "cloudlab gate" in step.get("run", ""))
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        env={
            "PATH": f"{tmp_path}:/usr/bin:/bin",
            "MATERIAL": ".",
            "ARGUMENTS": "",
            "ONLINE": "",
            **environment,
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == argv
    assert not (tmp_path / "x").exists()
    known = {option for parameter in gate.params for option in parameter.opts}
    assert {"--sarif", "--online"} <= known


def test_companions_are_cloned_where_they_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "git").write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / "git").chmod(0o755)
    (script,) = (step["run"] for step in STEPS if "git clone" in step.get("run", ""))
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "SERVER": "https://git.test",
             "COMPANIONS": "octo/app\n\nocto/tides companions/tides\n"},
        capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert done.stdout.splitlines() == [
        "clone --quiet --depth 1 -- https://git.test/octo/app.git app",
        "clone --quiet --depth 1 -- https://git.test/octo/tides.git companions/tides",
    ]


def test_the_hook_looks_at_the_whole_course() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    program, command = hook["entry"].split()
    assert (program, command in COMMANDS) == ("cloudlab", True)
    assert hook["always_run"] is True
    assert hook["pass_filenames"] is False
    assert hook["additional_dependencies"] == [".[gate]"]
