"""This lab's fixtures: every lab's, and those of codespaces."""

from __future__ import annotations

from pytest_cloudlab.fixtures import *  # noqa: F403
from pytest_cloudlab.fixtures.codespaces import codespace, codespace_name, github, github_codespace

__all__ = ["codespace", "codespace_name", "github", "github_codespace"]
