"""Names on a page of what it has made under another one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.names.container_naming import bare
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
from pytest_cloudlab.material.rule import rule
from pytest_cloudlab.material.shell.typed import typed_on

_IDENTIFIER = re.compile(r"[0-9a-f]{3,64}|[a-z]+_[a-z]+\d?")
"""Of a container: its ID, or the name that Docker gave it."""
_ALONE = ("virtual environment", "container")
"""Kinds whose only name on a page is the one that has to be used."""


@rule("name-never-made", severity=Severity.ERROR, scope="page")
def name_never_made(page: Page, course: Course) -> Iterator[Found]:
    """A name is used that the page has made under another one.

    Looks at images that are run or pushed with another tag than the ones they were built with; at the
    virtual environment that is activated, where the page makes just one; and at containers, where the page
    names just one and the other name contains it. Left alone: what may have been made elsewhere, by
    Compose, or by the students.
    """
    made = made_on(page)
    seen: set[tuple[str, str]] = set()
    for used in names_of(page):
        kind, text = used.name.kind, used.text
        if used.name.made or (kind, text) in seen or {text, bare(text)[0]} & set(course.settings.words):
            continue
        found = _other_tag(page, used) if kind == "image" else _only_one(page, used, made.get(kind, {}))
        if found and (kind, comparable(used)) not in made_before(page, course):
            seen.add((kind, text))
            yield found


@lru_cache(maxsize=2048)
def _tags(page: Page) -> Mapping[str, Mapping[str, UsedName]]:
    """Of the images that the page makes, by their names."""
    found: dict[str, dict[str, UsedName]] = {}
    for used in names_of(page):
        if used.name.kind == "image" and used.name.made:
            name, tag = bare(used.text)
            found.setdefault(name, {})[tag or "latest"] = used
    return found


def _other_tag(page: Page, used: UsedName) -> Found | None:
    name, tag = bare(used.text)
    built = _tags(page).get(name, {})
    if any(each.verb.endswith(" pull") for each in built.values()):
        return None
    if not built or (tag or "latest") in built or any(set("${<[") & set(each) for each in (tag, *built)):
        return None
    if len(built) > 1 or used.verb.split(" ")[-1] not in ("run", "push", "tag", "create", "save"):
        return None
    (other, first), *_ = built.items()
    if first.branch.excludes(used.branch):
        return None
    return Found(
        locate(page, used, used.text),
        f"`{used.verb}` asks for `{short(name)}:{tag or 'latest'}`; line {first.place.line} made it with"
        f" the tag"
        f" `{other}`.",
        f"Write `{short(name)}:{other}` in both places."
        if other != "latest"
        else "Give it the same tag in both places.",
    )


def _only_one(page: Page, used: UsedName, made: Mapping[str, UsedName]) -> Found | None:
    kind, text = used.name.kind, used.text
    if kind not in _ALONE or len(made) != 1 or used.open or text in shown_on(page):
        return None
    (other, first), *_ = made.items()
    if text == other or first.open or alike(text, other) or first.branch.excludes(used.branch):
        return None
    if kind == "container" and (
        _IDENTIFIER.fullmatch(text)
        or not _extends(text, other)
        or _composes(page)
        or first.place > used.place
    ):
        return None
    return Found(
        locate(page, used, text),
        f"The {kind} `{short(text)}` is used here; the only one that the page makes is"
        f" `{short(other)}`, on line"
        f" {first.place.line}.",
        f"Write `{short(other)}` in both places.",
    )


def _extends(one: str, other: str) -> bool:
    """Whether one is the other and a word more; a number more is another thing."""
    short, long = sorted((one, other), key=len)
    rest = long.replace(short, "", 1).strip("-_.") if short in long else ""
    return len(short) > 2 and len(rest) > 2 and not any(each.isdigit() for each in rest)


def _composes(page: Page) -> bool:
    return any("compose" in word.text for typed in typed_on(page) for word in typed.command.words[:2])
