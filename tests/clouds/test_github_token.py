"""The token of the environment, and the one that gh keeps."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pytest_cloudlab.clouds.github_token import VARIABLES, github_token
from pytest_cloudlab.errors import CouldNotLook


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the environment nor the gh of whoever runs the tests has one."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GH_CONFIG_DIR", str(tmp_path / "gh"))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)


def gh(folder: Path, script: str) -> None:
    file = folder / "gh"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


@pytest.mark.parametrize("name", VARIABLES)
def test_the_environment_comes_first(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gh(tmp_path, "echo kept")
    monkeypatch.setenv(name, "told")
    assert github_token() == "told"


def test_gh_is_asked_for_the_one_that_it_keeps(tmp_path: Path) -> None:
    gh(tmp_path, '[ "$*" = "auth token --hostname github.com" ] && echo kept')
    assert github_token() == "kept"


@pytest.mark.gh
def test_the_real_gh_tells_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "gh").mkdir()
    (tmp_path / "gh" / "hosts.yml").write_text("github.com:\n    user: ada\n    oauth_token: kept\n")
    assert github_token() == "kept"


@pytest.mark.parametrize(
    "script", ["exit 1", "echo said; exit 4", "printf 'a\\033[31m'", "yes | head -c 9000"]
)
def test_without_one_the_remedy_is_told(script: str, tmp_path: Path) -> None:
    """Whatever gh says: it is no verdict on anybody."""
    gh(tmp_path, script)
    with pytest.raises(CouldNotLook, match="gh auth login"):
        github_token()


def test_nor_is_a_machine_without_gh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CouldNotLook):
        github_token()
