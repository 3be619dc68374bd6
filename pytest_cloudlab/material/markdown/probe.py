"""Asks the renderer itself: marks are put into a page's text, and looked for on the rendered page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from pytest_cloudlab.material.markdown.front_matter import end_of_front_matter
from pytest_cloudlab.material.markdown.tree import tree_of
from pytest_cloudlab.material.page import Page

MAX_MARKS = 2000
MAX_DEPTH = 1000
MAX_TEXT = 300
"""A page has more on purpose only."""
_START, _END = "\ue000", "\ue001"
_DIGITS = "\ue002\ue003\ue004\ue005\ue006\ue007\ue008\ue009\ue00a\ue00b"
"""Characters for private use, which no extension takes for anything."""

Spot = tuple[int, int]
"""Line and column on the page, both from 1: the mark goes before the character there."""


@dataclass(frozen=True)
class Landing:
    """Where on the rendered page a mark came to stand."""

    path: tuple[Element, ...]
    """The elements that it is in, innermost last."""
    before: str
    """The text right before it, since the last tag; without marks."""
    after: str

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(str(element.tag).lower() for element in self.path)

    def inside(self, *tags: str) -> bool:
        return any(tag in tags for tag in self.tags)

    def element(self, *tags: str) -> Element | None:
        """The innermost of these."""
        return next((each for each in reversed(self.path) if str(each.tag).lower() in tags), None)


def landings(page: Page, spots: Iterable[Spot]) -> Mapping[Spot, Landing]:
    """Where marks at these spots land; what is not in visible text (an attribute, a comment) is missing."""
    wanted = sorted(set(spots))[:MAX_MARKS]
    if not wanted or any(char in page.text for char in (_START, _END, *_DIGITS)):
        return {}
    lines = list(page.lines)
    for index in range(len(wanted) - 1, -1, -1):
        line, column = wanted[index]
        text = lines[line - 1]
        lines[line - 1] = f"{text[: column - 1]}{_mark(index)}{text[column - 1 :]}"
    html = page.markup.convert("\n".join(lines[end_of_front_matter(page.lines) :]))
    return {wanted[index]: landing for index, landing in _found(tree_of(html)) if index < len(wanted)}


def _mark(index: int) -> str:
    return _START + "".join(_DIGITS[int(digit)] for digit in str(index)) + _END


def _found(root: Element) -> Iterator[tuple[int, Landing]]:
    above: dict[Element, Element] = {}
    stack = [root]
    while stack:
        element = stack.pop()
        texts = [element.text] if isinstance(element.tag, str) else []
        for child in element:
            above[child] = element
            stack.append(child)
            texts.append(child.tail)
        for text in texts:
            if text and _START in text:
                path = [element]
                while path[-1] in above and len(path) < MAX_DEPTH:
                    path.append(above[path[-1]])
                yield from _in_text(text, tuple(reversed(path)))


def _in_text(text: str, path: tuple[Element, ...]) -> Iterator[tuple[int, Landing]]:
    first, *pieces = text.split(_START)
    plain = [first]
    indices: list[int] = []
    for piece in pieces:
        digits, _, rest = piece.partition(_END)
        indices.append(int("".join(str(_DIGITS.index(digit)) for digit in digits if digit in _DIGITS) or -1))
        plain.append(rest)
    whole = "".join(plain)
    at = 0
    for index, piece in zip(indices, plain, strict=False):
        at += len(piece)
        if index >= 0:
            yield index, Landing(path, whole[max(at - MAX_TEXT, 0) : at], whole[at : at + MAX_TEXT])
