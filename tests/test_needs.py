"""What a lab declares that it needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.needs import Needs, Tool, numbers
from tests.labs import LAB, write_lab


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        ("docker", Tool("docker")),
        ("gcloud>=450", Tool("gcloud", (450,))),
        ("gcloud >= 450.1.2", Tool("gcloud", (450, 1, 2))),
    ],
)
def test_a_tool_may_name_its_lowest_version(text: str, tool: Tool) -> None:
    assert Tool.parse(text) == tool


def test_versions_compare_as_numbers() -> None:
    """As texts, 1.10 would come before 1.9."""
    assert numbers("1.10.0") > numbers("1.9")


def test_a_lab_says_what_it_needs(tmp_path: Path) -> None:
    needs = '[needs]\ntools = ["git>=2"]\nhosts = ["a.example"]\nbrowser = true\ncourse = ["bucket"]\n'
    lab = load_lab(write_lab(tmp_path, {}, toml=LAB + needs))
    assert lab.needs == Needs((Tool("git", (2,)),), ("a.example",), course=("bucket",), browser=True)


def test_a_lab_that_says_nothing_needs_nothing(tmp_path: Path) -> None:
    assert load_lab(write_lab(tmp_path, {})).needs == Needs()


@pytest.mark.parametrize(
    "line",
    [
        'tools = ["gcloud<450"]',
        'tools = ["rm -rf /"]',
        'tools = ["../docker"]',
        'hosts = ["https://a.example/"]',
        'credentials = ["password"]',
        'course = ["zone"]',
        'tool = ["docker"]',
    ],
)
def test_a_need_that_cannot_be_read_is_an_error_of_the_lab(tmp_path: Path, line: str) -> None:
    folder = write_lab(tmp_path, {}, toml=f"{LAB}\n[needs]\n{line}\n")
    with pytest.raises(UsageError, match=r"lab\.toml: needs"):
        load_lab(folder)


def test_a_variant_needs_what_its_base_needs_but_for_what_it_says() -> None:
    base, variant = (load_lab(find_lab(name)).needs for name in ("be", "be-codespace"))
    assert (base.browser, variant.browser) == (True, False)
    assert Tool("ssh") in base.tools
    assert Tool("ssh") not in variant.tools
    assert variant.credentials == base.credentials
