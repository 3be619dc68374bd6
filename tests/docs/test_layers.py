"""The layers as the page lists them are those that the linter holds."""

from __future__ import annotations

import re
import tomllib

from tests.docs.markdown import ROOT, page

ROW = re.compile(r"(?:[a-z_]+(?:/<lab>)?(?:/|\.py)(?: +|$))+")


def shown() -> list[set[str]]:
    """The modules of each row, from the top."""
    (block,) = (one for one in page("docs/architecture.md").blocks if one.text.startswith("checks/"))
    rows = [ROW.match(line) for line in block.text.splitlines()]
    return [set(re.findall(r"([a-z_]+)(?:/<lab>)?(?:/|\.py)", row[0])) for row in rows if row]


def held() -> list[set[str]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = (one for one in settings["tool"]["importlinter"]["contracts"] if one["type"] == "layers")
    return [{name.rpartition(".")[2] for name in layer.split(" | ")} for layer in contract["layers"]]


def test_the_page_lists_the_layers_in_order() -> None:
    """A row may sum up layers that follow each other."""
    layers = held()
    for row in shown():
        summed: set[str] = set()
        while layers and summed < row:
            summed |= layers.pop(0)
        assert summed == row
    assert not layers


def test_every_module_is_in_a_layer() -> None:
    """One that is in none would be free to import anything."""
    package = ROOT / "pytest_cloudlab"
    modules = {path.stem for path in package.glob("[a-z]*.py")} | {
        path.parent.name for path in package.glob("*/__init__.py")
    }
    assert modules | {"checks", "fixtures"} == set().union(*held())
