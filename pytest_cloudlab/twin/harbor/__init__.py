"""A registry with projects and robot accounts, as Harbor is one."""

from pytest_cloudlab.twin.harbor.pulls import PullError, Pulls
from pytest_cloudlab.twin.harbor.routes import Harbor

__all__ = ["Harbor", "PullError", "Pulls"]
