"""Which companion repositories a page is about, and which it clones."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache

from pytest_cloudlab.material.companions.companion import Companion
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.markdown.span import spans_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.shell.arguments import plain, values
from pytest_cloudlab.material.shell.command import Command
from pytest_cloudlab.material.shell.typed import typed_on

_SCHEME = re.compile(r"(?:[a-z+]+://)?(?:[\w.-]+@)?", re.IGNORECASE)
_PATH = re.compile(r"(?<![\w./:@-])(?:[\w.-]{1,80}/){1,8}[\w.-]{1,80}(?![\w/])")
_OWN_COPY = re.compile(r"[<>{}$\[\]]|your|\bmy\b|username|xxx", re.IGNORECASE)
_OF_CLONE = "-b --branch --depth -o --origin -c --config --reference -j --jobs --filter -u"
_CLONE_VALUES = frozenset(_OF_CLONE.split())
_USUAL = frozenset({"main", "master"})
MOST_PATHS = 5000


def address(url: str) -> str:
    """
    >>> address("git@github.com:octo/App.git"), address("https://github.com/octo/app/")
    ('github.com/octo/app', 'github.com/octo/app')
    """
    bare = _SCHEME.sub("", url.strip(), count=1).replace(":", "/", 1).rstrip("/")
    return bare.removesuffix(".git").lower()


def clone_of(command: Command, companions: tuple[Companion, ...]) -> tuple[Companion, str, bool] | None:
    """The companion that it clones, the folder it goes to, and whether that is the state that lies here."""
    url, folder = _cloned(command)
    if not url:
        return None
    for companion in companions:
        if _is(companion, url):
            branches = {word.text for word in values(command.words, "-b", "--branch")}
            name = folder or posixpath.basename(address(url))
            return companion, name, branches <= _USUAL
    return None


def _cloned(command: Command) -> tuple[str, str]:
    """The address and the folder, of any `git clone` and `gh repo clone`."""
    texts = [word.text for word in plain(command.words[1:], _CLONE_VALUES)]
    if command.program == "git" and texts[:1] == ["clone"]:
        rest = texts[1:]
    elif command.program == "gh" and texts[:2] == ["repo", "clone"]:
        rest = (
            [f"github.com/{texts[2]}" if texts[2].count("/") == 1 else texts[2], *texts[3:]]
            if texts[2:]
            else []
        )
    else:
        return "", ""
    return (rest[0], rest[1] if len(rest) > 1 else "") if rest else ("", "")


def _is(companion: Companion, url: str) -> bool:
    there = address(url)
    owner, _, name = there.rpartition("/")
    if companion.url:
        here = address(companion.url)
        return there == here or (posixpath.basename(here) == name and _OWN_COPY.search(owner) is not None)
    return name in {posixpath.basename(each.rstrip("/")).lower() for each in companion.checkout}


@lru_cache(maxsize=256)
def clones_other(page: Page, course: Course) -> bool:
    """Whether the page clones a repository that is no companion, or one whose name it leaves open."""
    return any(
        _cloned(each.command)[0] and clone_of(each.command, course.companions) is None
        for each in typed_on(page)
    )


@lru_cache(maxsize=256)
def companions_of(page: Page, course: Course) -> tuple[tuple[Companion, ...], tuple[Companion, ...]]:
    """Those that the page speaks of; of these, those that it does not clone: students are in them already."""
    cloned = {
        found[0]
        for each in typed_on(page)
        if (found := clone_of(each.command, course.companions)) is not None
    }
    text = page.text.lower()
    paths = {match.group() for match, _ in zip(_PATH.finditer(page.text), range(MOST_PATHS), strict=False)}
    about = tuple(
        each
        for each in course.companions
        if each in cloned or _is_named(page, text, each) or paths & each.files
    )
    return about, tuple(each for each in about if each not in cloned)


def _is_named(page: Page, text: str, companion: Companion) -> bool:
    if companion.url and address(companion.url).split("/", 1)[-1] in text:
        return True
    for name in companion.checkout:
        if name.startswith("/") and name.lower() in text:
            return True
        if any(span.text.strip("/") == name for span in spans_of(page)):
            return True
        if any(
            each.command.program == "cd" and name in each.command.words[-1].text.split("/")
            for each in typed_on(page)
        ):
            return True
    return False
