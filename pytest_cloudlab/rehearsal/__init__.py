"""A whole lab done on the local cloud twin: the stage it is done on, and the walkthrough that does it."""

from pytest_cloudlab.rehearsal.play import Scene, Walkthrough, play
from pytest_cloudlab.rehearsal.stage import Stage

__all__ = ["Scene", "Stage", "Walkthrough", "play"]
