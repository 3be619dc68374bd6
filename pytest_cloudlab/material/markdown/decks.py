"""Decks made with reveal.js: Markdown or HTML, with a Markdown of its own (GitHub's)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Any

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.markdown.comment import commented
from pytest_cloudlab.material.markdown.front_matter import end_of_front_matter
from pytest_cloudlab.material.markdown.heading import Heading
from pytest_cloudlab.material.markdown.html_code import code_in_html
from pytest_cloudlab.material.markdown.html_tag import Region
from pytest_cloudlab.material.markdown.link import Link
from pytest_cloudlab.material.markdown.ordinal import named
from pytest_cloudlab.material.markdown.rendering import Rendered, rendered
from pytest_cloudlab.material.markdown.slides import Slide, is_html, slides_of_html, slides_of_markdown
from pytest_cloudlab.material.markdown.target import Targets
from pytest_cloudlab.material.page import Page, Scanned

_HEADING = re.compile(r"<h([1-6])\b[^<>]*>([^<>]*(?:<(?!/?h[1-6])[^<>]*>[^<>]*)*)</h[1-6]>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_APART = re.compile(r"<(head|style|script)\b(?![^<>]*template)[^<>]*>", re.IGNORECASE)
_BACKGROUND = re.compile(
    r"""\b(data-background(?:-image|-video|-iframe)?|data-markdown|data-src)\s*=\s*(?:"([^"\n]+)"|'([^'\n]+)')"""
)
_ID_OF_A_SLIDE = re.compile(r"""<!--\s*\.(?:slide|element):[^<>]*?\bid\s*=\s*["']([^"'<>]+)["']""")
_CLOSES = re.compile(r"[>\s\d.*+-]*(`{3,}|~{3,})\s*$")
_CONTAINERS = {"blockquote_open": "quote", "list_item_open": "list"}


def scan_deck(page: Page) -> Scanned:
    blocks: list[Block] = []
    found: list[tuple[int, str, int]] = []
    not_prose: set[int] = set()
    slides = slides_of(page)
    for slide in slides:
        tokens = _markdown().parse(_text(slide))
        for block, numbers in _blocks(page, slide, tokens):
            blocks.append(block)
            not_prose.update(numbers)
        found.extend(_headings(slide, tokens))
    whole = Region("raw", "", 1, len(page.lines), page.text)
    for code in code_in_html(page.lines, whole):
        if code.line not in not_prose:
            blocks.append(
                Block(
                    page.path, "html", code.language, "", code.code, code.line, code.column, "", 0, ("html",)
                )
            )
            not_prose.update(range(code.line, code.line + code.code.count("\n") + 1))
    if is_html(page.path):
        markdown = {line.number for slide in slides for line in slide.lines}
        found.extend(each for each in _headings_in_html(page.text) if each[2] not in markdown)
        not_prose.update(_apart(page.text))
    else:
        not_prose.update(range(1, end_of_front_matter(page.lines) + 1))
    not_prose |= commented(page.lines, not_prose)
    headings = _with_slugs(sorted(found, key=lambda heading: heading[2]))
    return Scanned(tuple(named(blocks, headings)), tuple(headings), frozenset(not_prose))


def render_deck(page: Page) -> Rendered:
    """All slides one after the other, or the deck's own HTML with the Markdown in it rendered."""
    slides = slides_of(page)
    if is_html(page.path):
        pieces: list[str] = []
        done = 0
        for slide in slides:
            if slide.lines:
                pieces.extend(page.lines[done : slide.lines[0].number - 1] if slide.first else ())
                pieces.append(f"<section>{_markdown().render(_text(slide))}</section>")
                done = slide.lines[-1].number
        text = "\n".join([*pieces, *page.lines[done:]])
    else:
        text = "\n".join(f"<section>{_markdown().render(_text(slide))}</section>" for slide in slides)
    targets = Targets(page.text, page.scanned.not_prose)
    made = rendered(text, targets, naked=True)
    places = {f"/{slide.across}" for slide in slides} | {f"/{slide.across}/{slide.down}" for slide in slides}
    if is_html(page.path):
        places |= {f"/{index}" for index in range(page.text.lower().count("<section"))}
    own = made.ids | {found[1] for found in _ID_OF_A_SLIDE.finditer(page.text)}
    ids = own | places | {f"/{each}" for each in own} | {heading.slug for heading in page.headings}
    return replace(made, ids=frozenset(ids), links=(*made.links, *_backgrounds(page)))


def slides_of(page: Page) -> list[Slide]:
    return list(slides_of_html(page.text) if is_html(page.path) else slides_of_markdown(page.lines))


@cache
def _markdown() -> Any:
    made = import_module("markdown_it").MarkdownIt("commonmark", {"html": True})
    return made.enable(["table", "strikethrough"])


def _text(slide: Slide) -> str:
    return "\n".join(line.text for line in slide.lines)


def _blocks(page: Page, slide: Slide, tokens: list[Any]) -> Iterator[tuple[Block, range]]:
    """Each with the numbers of its lines, those of a fence's marks among them."""
    inside: list[str] = []
    for token in tokens:
        if token.type in _CONTAINERS:
            inside.append(_CONTAINERS[token.type])
        elif token.type in ("blockquote_close", "list_item_close"):
            inside.pop()
        elif token.type in ("fence", "code_block"):
            yield _block(page, slide, token, tuple(inside))


def _block(page: Page, slide: Slide, token: Any, inside: tuple[str, ...]) -> tuple[Block, range]:
    fence = token.type == "fence"
    start, end = token.map[0], min(token.map[1], len(slide.lines))
    closing = _CLOSES.match(slide.lines[end - 1].text) if fence and end - 1 > start else None
    language, _, options = token.info.strip().partition(" ")
    code = token.content.removesuffix("\n").split("\n") if token.content else []
    lines = slide.lines[min(start + fence, len(slide.lines) - 1) :]
    columns = [
        _column(page.lines[line.number - 1], piece) if piece.strip() else 0
        for line, piece in zip(lines, code, strict=False)
    ]
    column = next(filter(None, columns), 1)
    block = Block(
        page.path,
        "fence" if fence else "indented",
        language.lower(),
        options.strip(),
        "\n".join(code),
        lines[0].number,
        column,
        "",
        0,
        inside,
        not fence or (closing is not None and closing[1].startswith(token.markup)),
        tuple(each or column for each in columns) if any(each not in (0, column) for each in columns) else (),
    )
    return block, range(slide.lines[start].number, slide.lines[end - 1].number + 1)


def _column(line: str, piece: str) -> int:
    """Where a piece of code starts in the line that it ends."""
    return len(line) - len(piece) + 1 if piece and line.endswith(piece) else 1


def _headings(slide: Slide, tokens: list[Any]) -> Iterator[tuple[int, str, int]]:
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            children = tokens[index + 1].children or []
            text = "".join(child.content if child.type != "html_inline" else "" for child in children)
            yield int(token.tag[1]), " ".join(text.split()), slide.lines[token.map[0]].number


def _headings_in_html(text: str) -> Iterator[tuple[int, str, int]]:
    line, before = 1, 0
    for found in _HEADING.finditer(text):
        line += text.count("\n", before, found.start())
        before = found.start()
        title = " ".join(html.unescape(_TAG.sub("", found[2])).split())
        if title:
            yield int(found[1]), title, line


def _apart(text: str) -> Iterator[int]:
    """Numbers of the lines of an HTML deck's head, styles and scripts."""
    at = 0
    while (opened := _APART.search(text, at)) is not None:
        closed = re.compile(f"</{opened[1]}", re.IGNORECASE).search(text, opened.end())
        at = closed.end() if closed else len(text)
        first = text.count("\n", 0, opened.start()) + 1
        yield from range(first, first + text.count("\n", opened.start(), at) + 1)


def _with_slugs(found: list[tuple[int, str, int]]) -> list[Heading]:
    toc: Any = import_module("markdown.extensions.toc")
    used: set[str] = set()
    counters: dict[str, int] = {}
    return [
        Heading(level, text, str(toc.unique(toc.slugify(text, "-"), used, counters)), number)
        for level, text, number in found
    ]


def _backgrounds(page: Page) -> Iterator[Link]:
    for number, line in enumerate(page.lines, 1):
        if "data-" in line:
            for found in _BACKGROUND.finditer(line):
                target = html.unescape(found[2] or found[3]).strip()
                if re.search(r"[./]", target) and not target.startswith(("#", "rgb", "linear-", "radial-")):
                    column = found.start(2 if found[2] else 3) + 1
                    yield Link("section", found[1], target, number, column, "")
