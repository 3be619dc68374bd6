"""Pages into which the build puts text that does not stand on them."""

from __future__ import annotations

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.page import Page

_BY_PLUGIN = {
    "bibtex": ("[@",),
    "include-markdown": ("{%",),
    "macros": ("{{", "{%"),
    "markdownextradata": ("{{", "{%"),
    "mkdocstrings": (":::",),
    "snippets": ("{{", "{%"),
    "table-reader": ("{{",),
}
_BY_EXTENSION = {
    "markdown_include.include": ("{!",),
    "mdx_include": ("{!",),
    "mkdocs-click": (":::",),
    "pymdownx.snippets": ("--8<--", "-8<-"),
}
"""What asks for text on a page, by the plugins and the Markdown extensions that look for it."""
_QUIET = frozenset(
    {
        "markdown_captions", "markdown_katex", "md_mermaid", "mdx_breakless_lists", "mdx_linkify", "mdx_math",
        "mdx_truly_sane_lists", "plantuml_markdown",
    }
)  # fmt: skip
"""Extensions that the gate leaves out, and that make neither anchors nor links."""


def may_gain_text(page: Page, course: Course) -> bool:
    """Whether anchors, links and definitions may be added to the page, or be changed on it."""
    building = course.wayfinder.building
    unknown = {
        name for name in page.markup.unknown if name not in _QUIET and not name.startswith("neoteroi.")
    }
    if building.may_write or unknown.difference(_BY_EXTENSION):
        return True
    if page.markup.has("pymdownx.snippets") and page.markup.options("pymdownx.snippets").get("auto_append"):
        return True
    signs = [sign for name in building.plugins for sign in _BY_PLUGIN.get(name, ())]
    signs += [sign for name in unknown for sign in _BY_EXTENSION[name]]
    return any(sign in page.text for sign in signs)
