"""Reads a course from its folder."""

from __future__ import annotations

import datetime
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.material.companions.companion import Companion
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.markdown.slides import is_deck
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.settings import CompanionTable, Settings
from pytest_cloudlab.material.site.mkdocs_file import read_site
from pytest_cloudlab.material.site.site import Site, is_page
from pytest_cloudlab.material.site.tracked import files_below, tracked_files

MAX_BYTES = 2 << 20
"""Of a page: a book of six hundred pages."""


def read_course(
    root: Path,
    settings: Settings,
    *,
    today: datetime.date,
    scheduled: bool = False,
    touched: Mapping[str, frozenset[int]] | None = None,
) -> Course:
    """The course in the folder `root`. Raises `UsageError` for settings that name what is not there."""
    root = root.resolve()
    if not root.is_dir():
        raise UsageError(f"{root}: there is no such folder", remedy="Name the folder that the course is in.")
    companions = tuple(_companion(root, table) for table in settings.companions)
    elsewhere = tuple(
        f"{companion.folder.relative_to(root).as_posix()}/"
        for companion in companions
        if companion.folder.is_relative_to(root) and companion.folder != root
    )
    files = frozenset(path for path in tracked_files(root) if not path.startswith(elsewhere))
    site = read_site(root, settings)
    here = _pages_below(root, site, settings)
    site = replace(site, files=_published(site, files | here))
    decks = _decks(root, settings)
    pages: dict[str, Page] = {}
    for path in _in_order(site, here | decks):
        text = _text(root, path)
        if text is not None:
            deck = path in decks or is_deck(text)
            pages[path] = Page(path, text, site.markup, "deck" if deck else "page")
    return Course(root, settings, site, pages, companions, files, today, scheduled, touched)


def _companion(root: Path, table: CompanionTable) -> Companion:
    folder = (root / table.path).resolve()
    if not folder.is_dir():
        raise UsageError(
            f"companions: {table.path}: there is no such folder in {root}, expected a clone",
            remedy="Clone it there before the gate runs, or mend its path.",
        )
    name = posixpath.basename(table.url.rstrip("/")).removesuffix(".git")
    checkout = tuple(table.checkout) or (name or folder.name,)
    return Companion(folder, table.url, checkout, tracked_files(folder))


def _pages_below(root: Path, site: Site, settings: Settings) -> frozenset[str]:
    """Markdown files of the site's folder, tracked or not: mkdocs publishes both."""
    folder = root / site.docs
    if not folder.is_dir():
        where = f"{site.file}: docs_dir: {site.docs}" if site.file else f"docs: {settings.docs}"
        raise UsageError(
            f"{where}: there is no such folder in {root}",
            remedy="Set `docs` of the gate's settings to the folder that holds the pages.",
        )
    found = (
        path if site.docs == "." else f"{site.docs}/{path}" for path in files_below(folder) if is_page(path)
    )
    return frozenset(found)


def _published(site: Site, files: frozenset[str]) -> frozenset[str]:
    return (
        files if site.docs == "." else frozenset(path for path in files if path.startswith(f"{site.docs}/"))
    )


def _decks(root: Path, settings: Settings) -> frozenset[str]:
    found: set[str] = set()
    for pattern in settings.decks:
        try:
            matches = {path.resolve() for path in root.glob(pattern) if path.is_file()}
        except (ValueError, NotImplementedError, OSError) as error:
            raise UsageError(
                f"decks: {pattern!r} is no pattern: {error}", remedy="Write it from the course's folder."
            ) from None
        below = {path.relative_to(root).as_posix() for path in matches if path.is_relative_to(root)}
        if not below:
            raise UsageError(
                f"decks: {pattern!r} matches no file in {root}", remedy="Mend the pattern, or take it out."
            )
        found |= below
    return frozenset(found)


def _in_order(site: Site, paths: frozenset[str]) -> Iterator[str]:
    """As in the navigation, then by name."""
    named = [posixpath.normpath(posixpath.join(site.docs, entry.path)) for entry in site.nav]
    first = dict.fromkeys(path for path in named if path in paths)
    yield from first
    yield from sorted(paths - first.keys())


def _text(root: Path, path: str) -> str | None:
    """None for what is no file of the course: a broken link, one that leads elsewhere, a device."""
    file = (root / path).resolve()
    if not file.is_relative_to(root) or not file.is_file():
        return None
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be read ({error.strerror})", remedy="Check its permissions."
        ) from None
    if len(data) > MAX_BYTES:
        raise UsageError(
            f"{path}: larger than {MAX_BYTES} bytes, expected a page",
            remedy="Split it, or move it out of the docs.",
        )
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
