"""What docs/gate.md shows and says is so."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pytest_cloudlab.files import convert
from pytest_cloudlab.material import rule as material_rule
from pytest_cloudlab.material.baseline import BaselineTables
from pytest_cloudlab.material.configuration import read_configuration
from pytest_cloudlab.material.facts.facts import read_facts
from pytest_cloudlab.material.rule import load_rules
from pytest_cloudlab.material.settings import CompanionTable, DisabledTable, Settings
from tests.docs.gate_tables import PAGE, TABLES, between
from tests.docs.markdown import ROOT, Block


def block_with(text: str) -> Block:
    (found,) = (block for block in PAGE.blocks if text in block.text)
    return found


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_as_the_rules_say(name: str) -> None:
    """`python -m tests.docs.gate_tables` writes them anew."""
    assert between(name, PAGE.source)[2].strip().splitlines() == list(TABLES[name]())


def test_the_output_is_the_real_one(tmp_path: Path) -> None:
    (shown,) = re.findall(
        r"^`docs/build\.md`:\n\n~~~markdown\n(.*?)^~~~$", PAGE.source, re.MULTILINE | re.DOTALL
    )
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "build.md").write_text(shown)
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "CLOUDLAB_"))
    }
    run = subprocess.run(
        [sys.executable, "-m", "pytest_cloudlab", "gate"],
        cwd=tmp_path,
        env={**kept, "COLUMNS": "80"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 1, run.stderr
    assert block_with("docs/build.md:").text == run.stdout


def test_every_key_is_explained() -> None:
    """And no other."""
    table = PAGE.source.partition("| key | what it says")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|", table, re.MULTILINE)
    assert [key for key, _ in rows] == list(Settings.__struct_fields__)
    said = dict(rows)
    for key, inner in (("companions", CompanionTable), ("disabled", DisabledTable)):
        assert all(f"`{field}`" in said[key] for field in inner.__struct_fields__)


def test_the_configuration_is_one(tmp_path: Path) -> None:
    """It reads, and disables a rule that there is."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "pyproject.toml").write_text(block_with("[tool.cloudlab.material]").text)
    settings = read_configuration(tmp_path).settings
    assert settings.companions[0].checkout == ["tides"]
    assert {one.rule for one in settings.disabled} <= {rule.id for rule in load_rules()}


def test_the_baseline_is_one() -> None:
    tables = tomllib.loads(block_with("[[finding]]").text)
    (entry,) = convert(tables, BaselineTables, file=Path("baseline.toml")).finding
    assert entry.rule in {rule.id for rule in load_rules()}


def test_the_fact_is_one() -> None:
    (fact,) = read_facts(block_with("[[fact]]").text, "facts.toml")
    assert fact.regex.search("https://tides.harbour-lab.example/v1/height")


def test_the_lab_says_where_its_page_shows_parameters() -> None:
    """As the lab of the correct sample course does, which agrees with its page."""
    shown = tomllib.loads(block_with("[agrees]").text)
    lab = tomllib.loads((ROOT / "tests/material/courses/correct/labs/machine/lab.toml").read_text("utf-8"))
    for table, keys in shown.items():
        assert keys.items() <= lab[table].items() or table == "agrees"
    for table, keys in shown["agrees"].items():
        assert keys.items() <= lab["agrees"][table].items()


def test_the_rule_of_ones_own_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By itself, and once its package is installed."""
    files = {block.file: block.text for block in PAGE.blocks if block.language == "python"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    names: dict[str, Any] = {}
    exec(compile(files["test_harbour_rules.py"], "test_harbour_rules.py", "exec"), names)  # noqa: S102
    names["test_feet_are_found"]()

    points = tomllib.loads(block_with("[project.entry-points").text)["project"]["entry-points"]
    ((name, value),) = points[material_rule.GROUP].items()
    point = EntryPoint(name, value, material_rule.GROUP)
    monkeypatch.setattr(material_rule, "entry_points", lambda group: [point] if group == point.group else [])
    (own,) = (rule for rule in load_rules() if rule.id == "metres")
    assert own.title == "A height is given in feet."
    assert own.help.startswith("Looks at prose only")


def test_the_workflow_and_the_hook_are_ours() -> None:
    import yaml

    (job,) = yaml.safe_load(block_with("gate.yml@TAG").text)["jobs"].values()
    path = job["uses"].partition("pytest-cloudlab/")[2].partition("@")[0]
    called = yaml.safe_load((ROOT / path).read_text("utf-8"))
    inputs = called[True]["workflow_call"]["inputs"]  # YAML reads `on` as true
    assert set(job["with"]) <= set(inputs)
    assert "upload-sarif" in inputs
    (repository,) = yaml.safe_load(block_with("rev: TAG").text)["repos"]
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [hook["id"] for hook in repository["hooks"]] == [hook["id"] for hook in hooks]


def test_options_are_the_commands() -> None:
    from pytest_cloudlab.cli.gate import gate

    known = {name for param in gate.params for name in (*param.opts, *param.secondary_opts)}
    named = {text for text in PAGE.inline if re.fullmatch(r"--[a-z-]+", text)}
    assert named - {"--junitxml"} <= known


def test_defaults_are_as_the_page_says() -> None:
    defaults = msgspec.structs.asdict(Settings())
    for key in ("docs", "mkdocs"):
        assert re.search(rf"^\| `{key}` \|.*\| `{re.escape(defaults[key])}` \|$", PAGE.source, re.MULTILINE)
