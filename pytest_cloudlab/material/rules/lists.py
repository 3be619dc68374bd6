"""Lists that do not come out as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from xml.etree.ElementTree import Element

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.markdown.list_item import Item, items_of
from pytest_cloudlab.material.markdown.list_shape import interruption, pairs, run_on
from pytest_cloudlab.material.markdown.probe import Landing, Spot, landings
from pytest_cloudlab.material.markdown.source import TAB
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule

_TASK = re.compile(r"\[[ xX]\]\s*$")


@rule("run-on-list", severity=Severity.ERROR, scope="page")
def run_on_list(page: Page, course: Course) -> Iterator[Found]:
    """A list runs on as text in the paragraph above it.

    Python-Markdown begins a list only after a blank line, and knows neither `1)` nor `•`. Judged on the
    rendered page: the markers show in the middle of a paragraph.
    """
    if not _is_judged(page) or page.markup.has("nl2br"):
        return
    for items in run_on(page):
        landed = _landed(page)
        texts = [landed.get((item.line, item.column)) for item in items]
        shown = [text for text, item in zip(texts, items, strict=True) if text and _is_literal(text, item)]
        if not shown or len(shown) < sum(text is not None for text in texts):
            continue
        first = items[0]
        if first.is_markdown:
            cause, remedy = "there is no blank line before it", "Leave a blank line above the list."
        else:
            marker = "`-`" if first.number is None else "`1.`"
            cause, remedy = f"`{first.marker}` begins no list", f"Write {marker}, and a blank line above."
            if len({text.path[-1] for text in shown}) == len(shown):
                continue  # each is a paragraph
        yield Found(
            page.at(first.line, _column(page, first), len(first.marker)),
            f"This list shows as running text: {cause}.",
            remedy,
        )


@rule("renumbered-list", severity=Severity.ERROR, scope="page")
def renumbered_list(page: Page, course: Course) -> Iterator[Found]:
    """A numbered list starts anew at 1 where it is to go on.

    What stands between two steps and is not indented by four ends the list, and the next step shows as 1.
    Judged on the rendered page.
    """
    if not _is_judged(page):
        return
    last: dict[int, Item] = {}
    said: set[int] = set()
    for item in items_of(page):
        number = item.number
        if number is None or item.marker.endswith(")"):
            continue
        before = last.get(item.indent)
        last[item.indent] = item
        if number < 2 or before is None or before.number != number - 1:
            said.discard(item.indent)
            continue
        between = interruption(page, before, item)
        if between and item.indent not in said and item.column:
            shown = _shown(_landed(page).get((item.line, item.column)))
            if shown is not None and shown != number and shown == 1:
                said.add(item.indent)
                yield Found(
                    page.at(item.line, _column(page, item), len(item.marker)),
                    f"Step {number} shows as 1: line {between}, which is not indented, ends the list.",
                    f"Indent what stands between the steps by {item.indent + TAB} columns.",
                )


@rule("flattened-list", severity=Severity.ERROR, scope="page")
def flattened_list(page: Page, course: Course) -> Iterator[Found]:
    """A list within a list shows on the same level.

    Python-Markdown wants four columns where other renderers are content with two or three. Judged on the
    rendered page. An error where steps get other numbers by it, a warning for bullets.
    """
    if not _is_judged(page):
        return
    quiet_until = 0
    for pair in pairs(page):
        if pair.item.line <= quiet_until or not pair.item.column or not pair.parent.column:
            continue
        landed = _landed(page)
        outer = landed.get((pair.parent.line, pair.parent.column))
        inner = landed.get((pair.item.line, pair.item.column))
        if outer is None or inner is None or not _is_flat(outer, inner, pair.item):
            continue
        quiet_until = pair.end
        numbered = pair.parent.number is not None
        yield Found(
            page.at(pair.item.line, _column(page, pair.item), len(pair.item.marker)),
            f"This item shows on the level of line {pair.parent.line}"
            + (", as a step of its own" if numbered and pair.item.number is None else "")
            + f": it is indented by {pair.item.indent - pair.parent.indent}, not by four.",
            "Indent it by four columns more than the item it belongs to.",
            Severity.ERROR if numbered else Severity.WARNING,
        )


def _is_judged(page: Page) -> bool:
    """Only where we render as the course does: no decks, no extension for lists that we do not have."""
    return page.kind == "page" and not any("list" in name for name in page.markup.unknown)


@lru_cache(maxsize=16)
def _landed(page: Page) -> Mapping[Spot, Landing]:
    return landings(page, [(item.line, item.column) for item in items_of(page) if item.column])


def _column(page: Page, item: Item) -> int:
    line = page.lines[item.line - 1]
    return len(line) - len(line.lstrip()) + 1


def _is_literal(landing: Landing, item: Item) -> bool:
    before = _TASK.sub("", landing.before)
    return before.rstrip().endswith(item.marker) and not landing.inside("pre", "code")


def _shown(landing: Landing | None) -> int | None:
    """The number that the item shows with."""
    if landing is None:
        return None
    for above, element in zip(reversed(landing.path[:-1]), reversed(landing.path), strict=False):
        if element.tag == "li":
            if above.tag != "ol" or not (above.get("start") or "1").isdigit():
                return None
            items = [each for each in above if each.tag == "li"]
            return int(above.get("start") or "1") + items.index(element)
    return None


def _is_flat(outer: Landing, inner: Landing, item: Item) -> bool:
    above, below = _item_and_list(outer), _item_and_list(inner)
    if above is None or below is None:
        return False
    if below[0] is above[0]:
        return _is_literal(inner, item)
    return below[1] is above[1]


def _item_and_list(landing: Landing) -> tuple[Element, Element] | None:
    for above, element in zip(reversed(landing.path[:-1]), reversed(landing.path), strict=False):
        if element.tag == "li":
            return element, above
    return None
