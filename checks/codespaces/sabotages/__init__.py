"""Named deviations from the walkthrough, and the checks that each must turn red.

A sabotage is a walkthrough whose member does one thing wrong. Every check has at least one: a check that
nothing can turn red asserts nothing.
"""

from pytest_cloudlab.checks.codespaces.sabotages.app import APP
from pytest_cloudlab.checks.codespaces.sabotages.codespace import CLEANUP, CODESPACE
from pytest_cloudlab.checks.codespaces.sabotages.explore import EXPLORE
from pytest_cloudlab.checks.codespaces.sabotages.ports import PORTS
from pytest_cloudlab.checks.codespaces.sabotages.sabotage import Sabotage
from pytest_cloudlab.checks.codespaces.sabotages.training import TRAINING

SABOTAGES: tuple[type[Sabotage], ...] = (*CODESPACE, *EXPLORE, *PORTS, *TRAINING, *APP, *CLEANUP)

__all__ = ["CLEANUP", "CODESPACE", "SABOTAGES", "Sabotage"]
