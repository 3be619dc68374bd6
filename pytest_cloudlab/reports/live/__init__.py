"""A class on a page that is written again and again while somebody looks at it."""

from pytest_cloudlab.reports.live.moment import Moment, Place
from pytest_cloudlab.reports.live.page import LivePage

__all__ = ["LivePage", "Moment", "Place"]
