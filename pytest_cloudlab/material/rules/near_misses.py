"""Names on a page that have to be the same, and are not."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.names.made_path import MOST, differs_in_one_part, paths_of
from pytest_cloudlab.material.names.used_name import (
    UsedName,
    alike,
    comparable,
    locate,
    made_before,
    made_on,
    names_of,
    short,
    shown_on,
)
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.rule import rule

MOST_NAMES = 150
"""Of one kind on one page; with more of them no two are compared."""
MOST_USES = 1000


@rule("near-miss-name", severity=Severity.ERROR, scope="page")
def near_miss_name(page: Page, course: Course) -> Iterator[Found]:
    """A name is used that differs in a letter from the one that was made.

    Compares names by one letter, case, `-` and `_`, singular and plural, where they have to agree: images
    that are built, tagged and pulled with those that are run and pushed; containers, networks and volumes;
    instances of Compute Engine; virtual and conda environments; tmux sessions, branches, keys; buckets;
    files and folders that are written with those that are read. Left alone: names that count something
    (`web1`, `web2`), names made on an earlier or a linked page, shown in a program's output, or in the
    companion repository, and the settings' `words`.
    """
    made = made_on(page)
    compared: dict[str, int] = {}
    elsewhere: set[tuple[str, str]] | None = None
    seen: set[tuple[str, str]] = set()
    for used in names_of(page):
        kind, text = used.name.kind, comparable(used)
        if used.name.made or (kind, text) in seen or text in made.get(kind, {}):
            continue
        compared[kind] = compared.get(kind, 0) + 1
        near = _near(used, text, made.get(kind, {}), course) if compared[kind] <= MOST_USES else None
        if not near:
            continue
        if kind in ("file", "folder") and used.name.certain and _times(text, page) > 1:
            continue
        elsewhere = made_before(page, course) if elsewhere is None else elsewhere
        if (kind, text) in elsewhere or text in shown_on(page) or _in_companion(text, used, page, course):
            continue
        seen.add((kind, text))
        other, place = near
        here = locate(page, used, text)
        said = f"`{used.verb}`" if used.verb else "The page"
        yield Found(
            here,
            f"{said} calls the {kind} `{short(text)}`; line {place.line} made it as `{short(other)}`.",
            f"Write `{short(other)}` in both places.",
        )
    yield from _orphans(page, course, made)
    yield from _paths(page)


def _near(
    used: UsedName, text: str, made: Mapping[str, UsedName], course: Course
) -> tuple[str, Place] | None:
    if len(made) > MOST_NAMES or text in course.settings.words:
        return None
    found = [
        other
        for other, name in made.items()
        if other not in course.settings.words
        and name.name.certain
        and name.place < used.place
        and not name.branch.excludes(used.branch)
        and (
            alike(text, other)
            if used.name.certain or used.name.kind != "folder"
            else _differs_in_case(text, other)
        )
        and (used.name.kind != "file" or _same_extension(text, other))
    ]
    if len(found) != 1:
        return None
    return found[0], made[found[0]].place


def _times(text: str, page: Page) -> int:
    """How often the page has that word; what it has several times is no slip."""
    return len(re.findall(rf"(?<![\w.-]){re.escape(text)}(?![\w-])", page.text))


def _differs_in_case(one: str, other: str) -> bool:
    return one != other and one.casefold() == other.casefold() and len(one) > 3


def _same_extension(one: str, other: str) -> bool:
    ends = {posixpath.splitext(each)[1] for each in (one, other)}
    return len(ends) == 1 or ends == {".yml", ".yaml"}


def _in_companion(text: str, used: UsedName, page: Page, course: Course) -> bool:
    kind = used.name.kind
    if kind not in ("file", "folder"):
        return False
    for companion in course.companions:
        paths = companion.files if kind == "file" else companion.folders
        if any(posixpath.basename(path) == text for path in paths):
            return True
    return kind == "file" and _clones_unknown(page, course, used.place)


def _clones_unknown(page: Page, course: Course, before: Place) -> bool:
    known = {posixpath.basename(name) for companion in course.companions for name in companion.checkout}
    return any(
        used.name.kind == "folder" and used.verb == "git" and used.text not in known and used.place < before
        for used in names_of(page)
    )


def _orphans(page: Page, course: Course, made: Mapping[str, Mapping[str, UsedName]]) -> Iterator[Found]:
    """Names of things that no page makes, of which there are two that look like one."""
    for kind in ("bucket", "instance"):
        if made.get(kind):
            continue
        first: dict[str, UsedName] = {}
        times: dict[str, int] = {}
        for used in names_of(page):
            if used.name.kind == kind and len(used.text) > 5:
                first.setdefault(used.text, used)
                times[used.text] = times.get(used.text, 0) + 1
        names = sorted(first, key=lambda text: (-times[text], first[text].place))
        if not 1 < len(names) <= MOST_NAMES:
            continue
        for index, text in enumerate(names):
            similar = [other for other in names[:index] if alike(text, other) and not _plural(text, other)]
            if similar and not {text, similar[0]} & set(course.settings.words):
                yield Found(
                    locate(page, first[text], text),
                    f"The {kind} is `{short(text)}` here, and `{short(similar[0])}` on line"
                    f" {first[similar[0]].place.line}.",
                    "Write the same name in both places.",
                )


def _paths(page: Page) -> Iterator[Found]:
    """Folders that are made in one place and entered in another that differs in one word."""
    paths = list(paths_of(page))[:MOST]
    made = {each.path: each for each in paths if each.made}
    for each in paths:
        if each.made or each.path in made:
            continue
        similar = [
            other
            for path, other in made.items()
            if other.place < each.place
            and differs_in_one_part(path, each.path)
            and not other.branch.excludes(each.branch)
        ]
        if len(similar) == 1 and page.text.count(each.path) == 1:
            yield Found(
                each.place,
                f"`{short(each.path)}` is entered here; line {similar[0].place.line} made"
                f" `{short(similar[0].path)}`.",
                "Write the same folder in both places.",
            )


def _plural(one: str, other: str) -> bool:
    return one.rstrip("s") == other.rstrip("s")
