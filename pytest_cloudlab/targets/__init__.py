"""Places a check can reach into and run commands."""

from pytest_cloudlab.targets.address import open_target
from pytest_cloudlab.targets.lost import Lost
from pytest_cloudlab.targets.result import CommandFailed, Result
from pytest_cloudlab.targets.target import Target

__all__ = ["CommandFailed", "Lost", "Result", "Target", "open_target"]
