"""Named deviations from the walkthrough, and the checks that each must turn red.

A sabotage is a walkthrough whose member does one thing wrong. Every check has at least one: a check that
nothing can turn red asserts nothing.
"""

from pytest_cloudlab.checks.workspace.sabotages.images import IMAGES
from pytest_cloudlab.checks.workspace.sabotages.jupyterlab import JUPYTERLAB
from pytest_cloudlab.checks.workspace.sabotages.sabotage import Sabotage
from pytest_cloudlab.checks.workspace.sabotages.vscode import VSCODE
from pytest_cloudlab.checks.workspace.sabotages.work import RESTART, WORK

SABOTAGES: tuple[type[Sabotage], ...] = (*VSCODE, *WORK, *RESTART, *JUPYTERLAB, *IMAGES)

__all__ = ["IMAGES", "JUPYTERLAB", "RESTART", "SABOTAGES", "VSCODE", "WORK", "Sabotage"]
