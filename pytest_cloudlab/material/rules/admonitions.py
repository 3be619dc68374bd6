"""Admonitions, collapsible blocks and tabs that do not open, or open empty."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.markdown.opener import (
    EXTENSIONS,
    KINDS,
    Opener,
    below,
    is_empty,
    openers_of,
    opens,
)
from pytest_cloudlab.material.markdown.probe import landings
from pytest_cloudlab.material.markdown.source import TAB
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule

_NAMES = {"!!!": "admonition", "???": "collapsible block", "===": "tab"}
_EXAMPLES = {"!!!": '!!! note "Title"', "???": '??? note "Title"', "===": '=== "Title"'}
_MODIFIERS = frozenset({"inline", "end", "annotate"})
_TITLELESS = re.compile(r"([\w-]+)((?: +[\w-]+)+)$")
_ALERT = re.compile(r"[ \t]*>[ \t]*(\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\])", re.IGNORECASE)
_COLONS = re.compile(r"[ \t]*(:{3,}[ \t]*\{?([A-Za-z]+)\}?)")
_QUOTES = str.maketrans("“”„‟«»‘’‚`", '""""""\'\'\'' + "'")
_OTHERS = ("alert", "callout", "obsidian", "github", "gfm", "gh-")
"""In names of extensions and plugins that read GitHub's way to write admonitions."""


@rule("unopened-admonition", severity=Severity.ERROR, scope="page")
def unopened_admonition(page: Page, course: Course) -> Iterator[Found]:
    """An admonition, a collapsible block or a tab shows as text.

    `!!! note` that is misspelt, indented as its container does not have it, inside raw HTML, or written as
    other renderers have it (`> [!NOTE]`, `:::note`), and `???` or `===` without their extension. Judged on
    the rendered page: the line itself is to be read there.
    """
    if page.kind != "page":
        return
    shown = _folded(page.rendered.text)
    missing: set[str] = set()
    for opener in openers_of(page):
        if _folded(opener.text) not in shown or not _is_meant(page, opener):
            continue
        wanted = EXTENSIONS[opener.meant]
        if not any(page.markup.has(name) for name in wanted):
            if opener.meant not in missing:
                missing.add(opener.meant)
                remedy = f"Add it to `markdown_extensions` in {_file(course)}."
                yield _found(page, opener, f"the extension `{wanted[0]}` is not on", remedy)
        elif not opens(page.markup, opener.text):
            yield _found(page, opener, _cause(opener), f"Write it as `{_EXAMPLES[opener.meant]}`.")
        elif cause := _in_place(page, opener):
            yield _found(page, opener, *cause)
    yield from _of_other_renderers(page, course, shown)


@rule("empty-admonition", severity=Severity.ERROR, scope="page")
def empty_admonition(page: Page, course: Course) -> Iterator[Found]:
    """The text of an admonition, a collapsible block or a tab stands outside of it.

    What is not indented by four columns is no part of it: the box shows its title and nothing else. Judged by
    the renderer. An admonition with a title of its own and a blank line below may be meant so.
    """
    if page.kind != "page":
        return
    for opener in openers_of(page):
        if opener.mark not in EXTENSIONS or not opens(page.markup, opener.text):
            continue
        line, indent, blank = below(page, opener)
        if indent >= opener.indent + TAB or (blank and not line):
            continue
        following = page.lines[line - 1].strip() if line else ""
        if opener.mark == "!!!" and '"' in opener.rest:
            # A title alone may be all there is to say.
            following = page.lines[line - 1].lstrip()[:3] if line else ""
            if not line or following in EXTENSIONS or (blank and indent <= opener.indent):
                continue
        last = max(line, opener.line)
        lines = [each.expandtabs(TAB)[opener.indent :] for each in page.lines[opener.line - 1 : last]]
        if is_empty(page.markup, "\n".join(lines)):
            less = max(indent - opener.indent, 0)
            cause = f"line {line} is indented by {less}, not by four" if line else "nothing follows"
            yield Found(
                page.at(opener.line, opener.column, len(opener.text)),
                f"This {_NAMES[opener.mark]} shows empty: {cause}.",
                "Indent what belongs into it by four columns more than its first line.",
            )


@rule("lost-title", severity=Severity.WARNING, scope="page")
def lost_title(page: Page, course: Course) -> Iterator[Found]:
    """The title of an admonition has no quotation marks, and does not show.

    `!!! note Read this first` shows as "Note": the other words are taken for classes. A single further word,
    in small letters, may be one.
    """
    for opener in openers_of(page):
        match = _TITLELESS.match(opener.rest) if opener.mark in ("!!!", "???") else None
        if match is None or page.kind != "page" or not opens(page.markup, opener.text):
            continue
        words = [word for word in match[2].split() if word not in _MODIFIERS]
        if len(words) > 1 or (words and (match[1].lower() not in KINDS or not words[0].islower())):
            title = opener.rest if match[1].lower() not in KINDS else " ".join(words)
            kind = match[1] if match[1].lower() in KINDS else "note"
            yield Found(
                page.at(opener.line, opener.column, len(opener.text)),
                f"Of the title of this {_NAMES[opener.mark]} only “{match[1].capitalize()}” shows.",
                f'Write `{opener.mark} {kind} "{title}"`.',
            )


def _is_meant(page: Page, opener: Opener) -> bool:
    """Its type is one that there is, or an indented line follows."""
    line, indent, _ = below(page, opener)
    indented = line > 0 and indent >= opener.indent + 3
    if opener.mark == "===":
        return indented or opener.rest[:1] in "\"'“‘«"
    if opener.mark in EXTENSIONS:
        return opener.kind in KINDS or (indented and bool(opener.rest))
    return opener.kind in KINDS and indented


def _cause(opener: Opener) -> str:
    if opener.mark != opener.meant:
        return f"it begins with `{opener.mark}`, not with `{opener.meant}`"
    if any(quote in opener.rest for quote in "“”„«»"):
        return "its title is in typographic quotation marks"
    if opener.rest.count('"') == 1:
        return "the quotation mark of its title is not closed"
    if "'" in opener.rest and '"' not in opener.rest:
        return "its title is in single quotation marks"
    if opener.mark == "===":
        return "its title is not in quotation marks"
    if not opener.kind:
        return "it has no type, e.g. `note`"
    if ":" in opener.rest and '"' not in opener.rest:
        return "what follows its type is not in quotation marks"
    return "what follows its type is not understood"


def _in_place(page: Page, opener: Opener) -> tuple[str, str] | None:
    """Why a line that opens on its own does not where it stands; None where it does, or nobody knows."""
    line, indent, _ = below(page, opener)
    if not line or line in page.scanned.not_prose or indent < opener.indent + TAB:
        return None
    text = page.lines[line - 1]
    column = len(text) - len(text.lstrip()) + 1
    if not text[column - 1].isalpha():
        return None
    landing = landings(page, [(line, column)]).get((line, column))
    if landing is None or _folded(opener.text) not in _folded(landing.before):
        return None
    if opener.indent % TAB:
        return (
            f"it is indented by {opener.indent}, and blocks inside others stand at multiples of four",
            "Indent it, and what belongs into it, by four columns for each container.",
        )
    return (
        "it stands in raw HTML, or right in the text of another block",
        "Set `markdown` on the HTML element, or leave a blank line above.",
    )


def _of_other_renderers(page: Page, course: Course | None, shown: str) -> Iterator[Found]:
    names = [*page.markup.unknown, *(course.site.plugins if course else ())]
    alerts = not any(part in name for name in names for part in _OTHERS)
    for number, line in page.prose:
        if alerts and (match := _ALERT.match(line)) and match[1].casefold() in shown:
            kind = match[1][2:-1].lower()
            yield Found(
                page.at(number, match.start(1) + 1, len(match[1])),
                f"`{match[1]}` shows as text: Python-Markdown does not know GitHub's admonitions.",
                f"Write `!!! {kind}`, and indent its text by four columns.",
            )
        match = _COLONS.match(line)
        if match and match[2].lower() in KINDS and _folded(match[1]) in shown:
            yield Found(
                page.at(number, match.start(1) + 1, len(match[1])),
                f"`{match[1]}` shows as text: Python-Markdown does not know such containers.",
                f"Write `!!! {match[2].lower()}`, and indent its text by four columns.",
            )


def _found(page: Page, opener: Opener, cause: str, remedy: str) -> Found:
    place = page.at(opener.line, opener.column, len(opener.text))
    return Found(place, f"This {_NAMES[opener.meant]} shows as text: {cause}.", remedy)


def _file(course: Course | None) -> str:
    return (course.site.file if course else "") or "mkdocs.yml"


def _folded(text: str) -> str:
    return " ".join(text.translate(_QUOTES).split()).casefold()
