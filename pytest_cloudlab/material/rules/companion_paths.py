"""Paths that a page names and that its companion repository does not have."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_cloudlab.material.companions.missing import Miss
from pytest_cloudlab.material.companions.shelf import shelf_of
from pytest_cloudlab.material.companions.walk import made_elsewhere, walk
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule


@rule("companion-path", severity=Severity.ERROR, scope="page")
def companion_path(page: Page, course: Course) -> Iterator[Found]:
    """A path does not exist in the companion repository.

    Looks at what commands read (scripts, `cat`, `cp`, `pip install -r`, `docker build -f`, `python -m`, …)
    and at paths with a folder in sentences. Follows `git clone`, `cd` and logins down the page. Left alone:
    what any page of the course makes or gives the content of; what a command may have made; data, models and
    pictures, unless the name is a slip; what git ignores; submodules; other machines; variables and
    placeholders.
    """
    for miss in _sure(page, course):
        if miss.need != "folder":
            yield _path(miss)


@rule("companion-folder", severity=Severity.ERROR, scope="page")
def companion_folder(page: Page, course: Course) -> Iterator[Found]:
    """`cd` enters a folder that the companion repository does not have.

    Left alone: what `companion-path` leaves alone, and folders that are entered twice, which is a rule of
    its own.
    """
    for miss in _sure(page, course):
        if miss.reason == "other-name":
            message = f"`git clone` has made the folder `{miss.meant}`, and there is no `{miss.path}`."
            yield Found(miss.place, message, f"Write `cd {miss.meant}`.")
        elif miss.need == "folder":
            remedy = f"Did you mean `{miss.meant}`?" if miss.meant else "Name a folder that is there."
            within = f" in `{miss.folder}`" if miss.folder else ""
            yield Found(miss.place, f"There is no folder `{miss.path}`{within} in {_name(miss)}.", remedy)


def _sure(page: Page, course: Course) -> Iterator[Miss]:
    misses = walk(page, course).misses
    made = made_elsewhere(page, course) if misses else ()
    for miss in misses:
        parts = shelf_of(miss.companion).missing_parts(miss.path)
        if miss.reason != "missing" or not any(part in made for part in parts):
            yield miss


def _name(miss: Miss) -> str:
    return f"the companion repository `{miss.companion.checkout[0].rstrip('/').rsplit('/', 1)[-1]}`"


def _path(miss: Miss) -> Found:
    if miss.reason == "not-entered":
        folder = miss.companion.checkout[0].rstrip("/").rsplit("/", 1)[-1]
        return Found(
            miss.place,
            f"`{miss.text}` is in the clone, and nothing has entered that since `git clone`.",
            f"Let students `cd {folder}` first.",
        )
    if miss.reason == "already-inside":
        return Found(
            miss.place,
            f"`{miss.text}` is not there from within `{miss.folder}`, which this block has entered.",
            f"Write `{miss.meant}`, or go back up first.",
        )
    if miss.meant.casefold() == miss.path.casefold():
        return Found(
            miss.place,
            f"`{miss.path}` is `{miss.meant}` in {_name(miss)}: upper and lower case differ.",
            f"Write `{miss.meant}`.",
        )
    remedy = (
        f"Did you mean `{miss.meant}`?" if miss.meant else "Name a file that is there, or say how to make it."
    )
    return Found(miss.place, f"There is no `{miss.path}` in {_name(miss)}.", remedy)
