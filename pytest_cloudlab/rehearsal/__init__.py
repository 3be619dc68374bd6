"""A whole lab done on the local cloud twin: the stage it is done on, and the walkthrough that does it."""

from pytest_cloudlab.rehearsal.cast import cast_of
from pytest_cloudlab.rehearsal.page import PageWalkthrough
from pytest_cloudlab.rehearsal.play import Scene, Walkthrough, acts, play
from pytest_cloudlab.rehearsal.scripts import read_page
from pytest_cloudlab.rehearsal.stage import Stage

__all__ = ["PageWalkthrough", "Scene", "Stage", "Walkthrough", "acts", "cast_of", "play", "read_page"]
