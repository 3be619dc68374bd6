"""`[tool.cloudlab.material]` of the course's pyproject.toml, or `[material]` of its cloudlab.toml."""

from __future__ import annotations

import datetime

import msgspec


class CompanionTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A repository that the pages send students to, as a folder that is here already."""

    path: str
    """From the course's folder."""
    url: str = ""
    """What the pages call it, e.g. `https://github.com/octo/app`."""
    checkout: list[str] = []
    """What its folder is called on the students' machines, e.g. `/workspaces/app`; default: its own name."""


class DisabledTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule: str
    reason: str
    pages: list[str] = []
    """Patterns of paths; everywhere when empty."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Paths are from the course's folder; patterns as of `pathlib.Path.glob`."""

    docs: str = "docs"
    decks: list[str] = []
    """Patterns of reveal.js decks, HTML or Markdown."""
    mkdocs: str = "mkdocs.yml"
    site_url: str = ""
    """Default: that of the mkdocs file."""
    aliases: list[str] = []
    """Further addresses that the site had or has, e.g. `https://octo.github.io/course/`."""
    companions: list[CompanionTable] = []
    facts: list[str] = []
    """Files of dated facts of the course's own."""
    labs: list[str] = []
    """Names or folders of the labs that judge what the pages teach."""
    session: datetime.date | None = None
    """The day the course is given: dated facts are judged as of that day; default: today."""
    words: list[str] = []
    """Names that look like misspellings of each other, or typos, and are right."""
    disabled: list[DisabledTable] = []
    baseline: str = ""
    """File of findings that are known and accepted."""
