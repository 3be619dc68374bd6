"""The site's navigation, and the pages that ought to be in it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from pytest_cloudlab.material.companions.suggestion import CLOSE
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.rule import rule
from pytest_cloudlab.material.site.made import Made
from pytest_cloudlab.material.site.presence import LACKED, State, how_to_add
from pytest_cloudlab.material.site.site import NavEntry, is_page
from pytest_cloudlab.material.site.site_ways import NEARLY

_NO_PATH = re.compile(r"[*{}|<>$#?]|\A[/!]|\A[A-Za-z][\w+.-]*:")
_PARTS = frozenset({"includes", "overrides", "partials", "snippets", "templates"})
"""Folders of what is put into pages."""


@rule("navigation-file", severity=Severity.ERROR, scope="course")
def navigation_file(course: Course) -> Iterator[Found]:
    """The navigation names a page or a file that is not there, or is not in git.

    Leaves alone addresses of other sites, patterns that a plugin reads, and what a plugin, a hook or a script
    of the course may make.
    """
    way = course.wayfinder
    made = Made(way.building, way.presence)
    for entry in course.site.nav:
        if way.is_own(entry.path):
            found = way.at_own(entry.path, course.site.file)
            if found.problem is not None:
                said = f"The navigation leads to {entry.path}, and the site has nothing there."
                yield Found(_place(course, entry), said, _question(found.write) or "Mend it or drop it.")
        if _NO_PATH.search(entry.path):
            continue
        within = _within(entry)
        path = way.addresses.source(within)
        if way.presence.state(path) is State.UNTRACKED and not made.covers(path):
            yield Found(_place(course, entry), f"The navigation names {within}, {LACKED}", how_to_add(path))
        if (
            way.presence.is_there(path)
            or way.addresses.behind(entry.path.removeprefix("./"))
            or within.startswith("..")
        ):
            continue
        if made.covers(path) or (not is_page(path) and "literate-nav" in way.building.plugins):
            continue
        named = path if "." in posixpath.basename(path) else f"{path}.md"
        sure = not way.building.may_add
        near = way.presence.listing.other_case(path) or way.site.near.path(
            named, course.site.file, close=CLOSE if sure else NEARLY, anywhere=sure
        )
        if not sure and not near:
            continue
        remedy = (
            f"Did you mean {way.addresses.within(near) or near}?" if near else "Mend it, or add the file."
        )
        yield Found(_place(course, entry), f"The navigation names {within}, and there is no {path}.", remedy)


@rule("navigation-twice", severity=Severity.WARNING, scope="course")
def navigation_twice(course: Course) -> Iterator[Found]:
    """A page is in the navigation twice: mkdocs shows students only the last place as the one they are at."""
    first: dict[str, int] = {}
    for entry in course.site.nav:
        if _NO_PATH.search(entry.path) or not is_page(entry.path):
            continue
        within = _within(entry)
        if within in first:
            said = f"{within} is in the navigation twice, first on line {first[within]}."
            yield Found(_place(course, entry), said, "Keep one of the two.")
        first.setdefault(within, entry.line)


@rule("not-in-navigation", severity=Severity.WARNING, scope="course")
def not_in_navigation(course: Course) -> Iterator[Found]:
    """A page is in no navigation: students do not find it by themselves.

    Leaves alone what `not_in_nav`, `exclude_docs` or `draft_docs` names, decks, parts of other pages, error
    pages, the posts of a blog, translations, and courses whose navigation a plugin makes.
    """
    way = course.wayfinder
    building = way.building
    listed = {_within(entry) for entry in course.site.nav}
    if not listed or building.lists_pages:
        return
    for path, page in course.pages.items():
        within = way.addresses.within(path)
        if within is None or page.kind == "deck" or within in listed or not is_page(within):
            continue
        if building.left_out.cover(within) or building.unlisted.cover(within) or _is_part(within, course):
            continue
        said = f"The page {within} is in no navigation."
        yield Found(page.at(1), said, f"Add it to nav in {course.site.file}, or name it under not_in_nav.")


def _is_part(within: str, course: Course) -> bool:
    """Whether nobody is meant to come to it by the navigation."""
    folders = within.split("/")[:-1]
    name = posixpath.basename(within)
    stem = posixpath.splitext(name)[0]
    plugins = course.wayfinder.building.plugins
    if name == "404.md" or "." in stem or name.startswith("_"):
        return True
    if any(folder in _PARTS or folder.startswith(("_", ".")) for folder in folders):
        return True
    if (
        stem == "README"
        and course.wayfinder.addresses.source(posixpath.join(*folders, "index.md")) in course.pages
    ):
        return True
    if "tags" in plugins and within in ("tags.md", plugins["tags"].get("tags_file")):
        return True
    return bool(folders) and folders[0] == course.wayfinder.building.blog


def _question(meant: str) -> str:
    return f"Did you mean {meant}?" if meant else ""


def _within(entry: NavEntry) -> str:
    return posixpath.normpath(entry.path)


def _place(course: Course, entry: NavEntry) -> Place:
    return Place(course.site.file, entry.line)
