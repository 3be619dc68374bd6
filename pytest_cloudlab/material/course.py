"""A course: its pages and decks, its site, the repositories and labs that go with it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_cloudlab.material.companions.companion import Companion
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.settings import Settings
from pytest_cloudlab.material.site.site import Site

if TYPE_CHECKING:
    from pytest_cloudlab.material.online.online import Online
    from pytest_cloudlab.material.site.wayfinder import Wayfinder


@dataclass(frozen=True, eq=False)
class Course:
    root: Path
    settings: Settings
    site: Site
    """What mkdocs makes of the pages: addresses, navigation."""
    pages: Mapping[str, Page]
    """By path from `root`, decks among them, in the order of the navigation, then by name."""
    companions: tuple[Companion, ...]
    files: frozenset[str]
    """Paths from `root` of all that git tracks; all files where the course is no clone."""
    today: datetime.date
    """The day that dated facts are judged by."""
    scheduled: bool = False
    """Nobody changes anything now: what has expired since is an error wherever it stands."""
    touched: Mapping[str, frozenset[int]] | None = None
    """By path, the lines that the change under review adds; None when there is none to compare with."""
    online: Online | None = None
    """Looks external links up; None where the network is not to be used."""

    @cached_property
    def lines(self) -> int:
        return sum(len(page.lines) for page in self.pages.values())

    @cached_property
    def wayfinder(self) -> Wayfinder:
        """Knows where links lead."""
        from pytest_cloudlab.material.site.wayfinder import Wayfinder

        return Wayfinder(self)
