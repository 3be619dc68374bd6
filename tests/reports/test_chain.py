"""A chain among the measured values is drawn, and nothing that only looks like one."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from rich.console import Console

from pytest_cloudlab.chain import Chain
from pytest_cloudlab.chain.document import document
from pytest_cloudlab.evidence import EvidenceStore
from pytest_cloudlab.reports import console, html
from tests.chain.test_model import CHAIN
from tests.chain.test_text import HOSTILE, hostile
from tests.reports import sample


def page(folder: Path, chain: Any, check: str = "test_image_name") -> BeautifulSoup:
    card = sample.card(changes={check: {"measured": {"chain": chain, "author": "A"}}})
    path = folder / "index.html"
    html.write([card], EvidenceStore(folder / "evidence"), path)
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def test_each_machine_has_a_box_and_a_way_to_it(tmp_path: Path) -> None:
    """The failed check shows it at once; its data is not shown a second time."""
    soup = page(tmp_path, document(CHAIN))
    boxes = soup.select(".failed > .what > .chain > li")
    assert [box["class"] for box in boxes] == [["elsewhere"], ["elsewhere"], ["unknown"]]
    assert [box.b.text for box in boxes if box.b] == ["laptop", "codespace", "vm"]
    assert [box.text for box in soup.select(".way")] == ["gh codespace ports forward", "ssh -L"]
    assert "told_by" not in soup.text
    assert "author" in [one.text for one in soup.select("dt")]


def test_a_passed_check_shows_it_when_it_is_opened(tmp_path: Path) -> None:
    soup = page(tmp_path, document(CHAIN), "test_page_mascot")
    assert len(soup.select(".passed > .what > details > .chain > li")) == 3


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_machines_with_hostile_names_stay_text(tmp_path: Path, text: str) -> None:
    soup = page(tmp_path, document(hostile(text)))
    assert len(soup.select(".chain > li")) == 3
    assert not soup.select("script")
    assert "ghp_0123456789" not in soup.text


@pytest.mark.parametrize("other", ["a chain", [], [{"name": 1}], {"hops": 3}, [["a"]], 7, None])
def test_what_is_no_chain_is_shown_as_any_value(tmp_path: Path, other: Any) -> None:
    soup = page(tmp_path, other)
    assert not soup.select(".chain")
    assert "chain" in [one.text for one in soup.select("dt")]


def test_a_chain_of_one(tmp_path: Path) -> None:
    soup = page(tmp_path, document(Chain(CHAIN.hops[:1])))
    assert len(soup.select(".chain > li")) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_a_terminal_shows_it_below_what_failed(encoding: str) -> None:
    """And of what passed not: that would be long."""
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding=encoding)
    measured = {"measured": {"chain": document(CHAIN)}}
    card = sample.card(changes={"test_image_name": measured, "test_page_mascot": measured})
    console.print_card(card, Console(file=out, width=80))
    out.flush()
    shown = raw.getvalue().decode(encoding).splitlines()
    at = [line for line in shown if "laptop :8888" in line]
    assert len(at) == 1
    assert at[0].strip()[2:] == "laptop :8888  ends at the laptop's port 1"
    assert all(len(line) <= 80 for line in shown)
    assert any(line.strip() == ("|" if encoding == "ascii" else "│") for line in shown)
