"""Verify and grade hands-on cloud labs with pytest."""

__version__ = "0.1.0"
