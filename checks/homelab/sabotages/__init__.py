"""Named deviations from the walkthrough, and the checks that each must turn red.

A sabotage is a walkthrough whose member does one thing wrong. Every check has at least one: a check that
nothing can turn red asserts nothing.
"""

from pytest_cloudlab.checks.homelab.sabotages.home import ASLEEP, END, HOME
from pytest_cloudlab.checks.homelab.sabotages.sabotage import Sabotage
from pytest_cloudlab.checks.homelab.sabotages.servers import SERVERS

SABOTAGES: tuple[type[Sabotage], ...] = (*HOME, *ASLEEP, *SERVERS, *END)

__all__ = ["ASLEEP", "END", "HOME", "SABOTAGES", "SERVERS", "Sabotage"]
