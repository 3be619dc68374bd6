"""The cloudlab command."""

from pytest_cloudlab.cli.command import main

__all__ = ["main"]
