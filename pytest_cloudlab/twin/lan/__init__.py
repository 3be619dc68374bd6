"""Homes behind an internet box: a desktop that sleeps and is woken, a NAS, a name that leads there."""

from pytest_cloudlab.twin.lan.home import Home
from pytest_cloudlab.twin.lan.resolver import Resolver

__all__ = ["Home", "Resolver"]
