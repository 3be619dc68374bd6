"""Named deviations from the walkthrough, and the checks that each must turn red.

A sabotage is a walkthrough whose member does one thing wrong. Every check has at least one: a check that
nothing can turn red asserts nothing.
"""

from pytest_cloudlab.checks.tunnels.sabotages.machines import MACHINES
from pytest_cloudlab.checks.tunnels.sabotages.page import CLEANUP, PAGE
from pytest_cloudlab.checks.tunnels.sabotages.ports import PORTS
from pytest_cloudlab.checks.tunnels.sabotages.sabotage import Sabotage

SABOTAGES: tuple[type[Sabotage], ...] = (*MACHINES, *PORTS, *PAGE, *CLEANUP)

__all__ = ["CLEANUP", "MACHINES", "PAGE", "PORTS", "SABOTAGES", "Sabotage"]
