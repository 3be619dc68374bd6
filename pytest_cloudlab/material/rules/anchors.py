"""Links to parts of pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from urllib.parse import urlsplit

from pytest_cloudlab.material.companions.suggestion import CLOSE, LONGEST, MOST_GUESSES, meant
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.markdown.converter import CALL, slugify
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule
from pytest_cloudlab.material.site.astray import place_of
from pytest_cloudlab.material.site.inserted import may_gain_text
from pytest_cloudlab.material.site.site_ways import NEARLY

_MADE = ("__", "fn:", "fnref:", "/", "!", "top")
"""Beginnings of anchors that a theme, an extension or a browser makes itself."""
_HEADING = re.compile(r"^[ \t>]*#{1,6}[ \t]+([^\n]*)", re.M)
_TAG = re.compile(r"<[^<>]*>")
_LEFT_OUT = re.compile(r"[^\w\- ]")


@rule("broken-anchor", severity=Severity.ERROR, scope="page")
def broken_anchor(page: Page, course: Course) -> Iterator[Found]:
    """A link leads to a part of a page that the page does not have.

    Anchors are those that the course's own Markdown extensions make of headings, and those that are written:
    `{#name}`, `<a name="…">`, any `id`. A browser shows the top of the page instead, without a word.

    Leaves alone what themes and extensions make themselves (`#__tabbed_1_1`, `#fn:1`), text fragments, decks,
    and, unless a name comes very near, pages that have further text put in when the site is built. Without
    mkdocs.yml, GitHub's anchors are right, too.
    """
    guesses = 0
    for link in page.rendered.links:
        if "#" not in link.target or link.tag not in ("a", "area") or page.kind == "deck":
            continue
        found = course.wayfinder.follow(page, link)
        other = course.pages.get(found.path)
        fragment = found.fragment.partition(":~:")[0]
        if found.problem is not None or other is None or other.kind == "deck" or not fragment:
            continue
        raw = urlsplit(link.target).fragment
        if fragment.startswith(_MADE) or not {fragment, raw}.isdisjoint(other.rendered.ids):
            continue
        if not course.site.file and _may_be_made_of_a_heading(fragment, other):
            continue
        unsure = may_gain_text(other, course) or _has_slugs_of_its_own(other)
        guesses += 1
        close = NEARLY if unsure else CLOSE
        near = meant(fragment, sorted(other.rendered.ids), close=close) if guesses <= MOST_GUESSES else ""
        if unsure and not near:
            continue
        where = "this page" if other is page else other.path
        remedy = f"Did you mean #{near}?" if near else "Write the anchor of one of its headings."
        yield Found(
            place_of(page, link), f"There is no #{fragment} on {where}: the link leads to its top.", remedy
        )


def _may_be_made_of_a_heading(anchor: str, page: Page) -> bool:
    """Whether GitHub, or another maker of sites, may make it of a heading; in HTML there may be some too."""
    return anchor.casefold() in _slugs(page)


@lru_cache(maxsize=256)
def _slugs(page: Page) -> frozenset[str]:
    """As GitHub makes them of all that looks like a heading, and their first words."""
    found: set[str] = set()
    written = [text[:LONGEST] for text in _HEADING.findall(page.text)]
    rendered = [text[:LONGEST] for _, _, text in page.rendered.headings]
    for texts in (written, [_TAG.sub("", text) for text in written], rendered):
        count: dict[str, int] = {}
        for text in texts:
            slug = _LEFT_OUT.sub("", text.strip(" \t#").casefold()).replace(" ", "-")
            found |= {slug, f"{slug}-{count.get(slug, 0)}"}
            found |= {slug[:at] for at, char in enumerate(slug) if char == "-"}
            count[slug] = count.get(slug, 0) + 1
    return frozenset(found)


def _has_slugs_of_its_own(page: Page) -> bool:
    """Whether the course makes anchors with a function that the gate does not know."""
    options = page.markup.options("toc")
    named = options.get("slugify")
    name = named.get(CALL) if isinstance(named, dict) else named
    usual = import_module("markdown.extensions.toc").slugify
    return bool(named) and name != "markdown.extensions.toc.slugify" and slugify(options) is usual
