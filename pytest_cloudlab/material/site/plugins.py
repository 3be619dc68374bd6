"""What the plugins and hooks of a build may add to what lies in the folder of pages."""

from __future__ import annotations

import ast

HARMLESS = frozenset(
    {
        "add-number", "autorefs", "awesome-nav", "awesome-pages", "badges", "blog", "callouts", "caption",
        "charts", "encryptcontent", "enumerate-headings", "exclude", "exclude-search", "git-authors",
        "git-committers", "git-committers-2", "git-revision-date", "git-revision-date-localized", "glightbox",
        "htmlproofer", "img2fig", "info", "kroki", "lightbox", "lightgallery", "link-marker",
        "literate-nav", "macros", "markdownextradata", "mathjax", "mermaid2", "meta", "mike", "minify",
        "mkdocstrings", "offline", "open-in-new-tab", "optimize", "panzoom", "plantuml", "privacy",
        "redirects", "rss", "search", "section-index", "social", "spellcheck", "swagger-ui-tag",
        "table-reader", "tags", "termynal", "tooltips", "typeset", "unused_files",
    }
)  # fmt: skip
"""Plugins that neither add a page or a file that pages link to, nor turn links into others."""
TEXT = frozenset(
    {
        "add-number", "autorefs", "bibtex", "include-markdown", "macros", "markdownextradata", "mkdocstrings",
        "snippets", "table-reader",
    }
)  # fmt: skip
"""Plugins that put further text into pages where these ask for it."""
LISTING = frozenset(
    {"awesome-nav", "awesome-pages", "blog", "literate-nav", "include_dir_to_nav", "nav-weight"}
)
"""Plugins that list pages in the navigation themselves."""
_ADDING = frozenset({"on_files", "on_nav", "on_post_build", "on_pre_build", "on_startup"})
_WRITING = frozenset(
    {
        "on_page_content", "on_page_markdown", "on_page_read_source", "on_post_page", "on_post_template",
        "on_pre_page", "on_pre_template",
    }
)  # fmt: skip
"""Events of mkdocs at which a hook may add files, and at which it may change text."""


def short(name: str) -> str:
    """`material/search` is the plugin `search`."""
    return name.rpartition("/")[2]


def may_add(hook: str) -> bool:
    """Whether a hook may add pages or files to the site, by its source, which is read and never run."""
    return _may(hook, _ADDING)


def may_write(hook: str) -> bool:
    """Whether it may change what stands on pages."""
    return _may(hook, _ADDING | _WRITING)


def _may(hook: str, events: frozenset[str]) -> bool:
    """True, too, for a hook that nobody can read."""
    try:
        tree = ast.parse(hook)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    named = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    known = any(name.startswith("on_") for name in named)
    return not known or not events.isdisjoint(named)
