"""Named deviations from the walkthrough, and the checks that each must turn red.

A sabotage is a walkthrough whose victim does one thing wrong. Every check has at least one: a check that
nothing can turn red asserts nothing.
"""

from pytest_cloudlab.checks.be.sabotages.build import BUILD
from pytest_cloudlab.checks.be.sabotages.cleanup import CLEANUP
from pytest_cloudlab.checks.be.sabotages.page import PAGE
from pytest_cloudlab.checks.be.sabotages.project import PROJECT
from pytest_cloudlab.checks.be.sabotages.publish import APP_CLEANUP, PUBLISHED
from pytest_cloudlab.checks.be.sabotages.run import RUN
from pytest_cloudlab.checks.be.sabotages.sabotage import Sabotage
from pytest_cloudlab.checks.be.sabotages.ship import SHIP
from pytest_cloudlab.checks.be.sabotages.streamlit import APP_IMAGE, SERVED
from pytest_cloudlab.checks.be.sabotages.tunnel import TUNNEL
from pytest_cloudlab.checks.be.sabotages.vm import VM

SABOTAGES: tuple[type[Sabotage], ...] = (*PROJECT, *BUILD, *SHIP, *VM, *TUNNEL, *RUN, *PAGE)
"""Played before the work is judged."""

__all__ = ["APP_CLEANUP", "APP_IMAGE", "CLEANUP", "PUBLISHED", "SABOTAGES", "SERVED", "Sabotage"]
