"""Python-Markdown with a course's extensions: only those that we know, and none of their highlighting.

A course's configuration names modules and functions. Nothing is imported but what stands in the tables here.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache, partial
from importlib import import_module
from typing import Any

CALL = "call"
"""Key of a table that stands for a function: `{"call": "pymdownx.slugs.slugify", "with": {…}}`."""

_PYTHON_MARKDOWN = """abbr admonition attr_list codehilite def_list fenced_code footnotes legacy_attrs
    legacy_em md_in_html meta nl2br sane_lists smarty tables toc wikilinks"""
_PYMDOWNX = """arithmatex betterem bracketspan caret critic details emoji escapeall fancylists highlight
    inlinehilite keys magiclink mark progressbar quotes saneheaders smartsymbols striphtml superfences tabbed
    tasklist tilde blocks.admonition blocks.caption blocks.definition blocks.details blocks.html blocks.tab"""
KNOWN = frozenset(
    [f"markdown.extensions.{name}" for name in _PYTHON_MARKDOWN.split()]
    + [f"pymdownx.{name}" for name in _PYMDOWNX.split()]
)
_EXTRA = ["footnotes", "attr_list", "def_list", "tables", "abbr", "md_in_html"]
BUNDLES: Mapping[str, tuple[str, ...]] = {
    "markdown.extensions.extra": tuple(f"markdown.extensions.{name}" for name in ["fenced_code", *_EXTRA]),
    "pymdownx.extra": (
        "pymdownx.betterem",
        "pymdownx.superfences",
        *(f"markdown.extensions.{name}" for name in _EXTRA),
    ),
}
INVISIBLE = frozenset({"pymdownx.b64", "pymdownx.pathconverter", "material.extensions.preview"})
"""Those that change nothing the gate looks at."""
_SLUGS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "markdown.extensions.toc.slugify": ("markdown.extensions.toc", "slugify", {}),
    "markdown.extensions.toc.slugify_unicode": ("markdown.extensions.toc", "slugify_unicode", {}),
    "pymdownx.slugs.uslugify": ("pymdownx.slugs", "slugify", {"case": "lower"}),
    "pymdownx.slugs.uslugify_encoded": (
        "pymdownx.slugs",
        "slugify",
        {"case": "lower", "percent_encode": True},
    ),
    "pymdownx.slugs.uslugify_cased": ("pymdownx.slugs", "slugify", {}),
    "pymdownx.slugs.uslugify_cased_encoded": ("pymdownx.slugs", "slugify", {"percent_encode": True}),
    "pymdownx.slugs.gfm": ("pymdownx.slugs", "slugify", {"case": "lower-ascii"}),
}
_SLUG_OPTIONS = frozenset({"case", "percent_encode", "normalize"})

Extensions = tuple[tuple[str, str], ...]
"""Full names, and the options of each as JSON."""


def full_name(name: str) -> str:
    """`toc` is `markdown.extensions.toc`; `pymdownx.tabbed:TabbedExtension` names no class of its own."""
    name = name.partition(":")[0]
    return name if "." in name else f"markdown.extensions.{name}"


@lru_cache(maxsize=8)
def converter(extensions: Extensions) -> tuple[Any, tuple[str, ...]]:
    """A `markdown.Markdown`, and the names of the extensions that could not be had."""
    markdown: Any = import_module("markdown")
    left_out: list[str] = [name for name, _ in extensions if name not in KNOWN | INVISIBLE]
    wanted = {name: json.loads(options) for name, options in extensions if name in KNOWN}
    pygments = wanted.get("pymdownx.highlight", {}).get("use_pygments", True)
    plain: set[str] = set()
    while True:
        made: Any = markdown.Markdown()
        for name, options in wanted.items():
            own = {} if name in plain else _resolved(options)
            try:
                made.registerExtensions([name], {name: own | _forced(name, options, bool(pygments))})
            except Exception:  # whatever a course's options make of somebody else's extension
                if name in plain:
                    left_out.append(name)
                plain.add(name)
                break
        else:
            return made, tuple(left_out)
        wanted = {name: options for name, options in wanted.items() if name not in left_out}


def slugify(options: Mapping[str, Any]) -> Any:
    """The function that the options of `toc` name; markdown's own when they name none that is known."""
    named = options.get("slugify")
    name = named.get(CALL, "") if isinstance(named, dict) else str(named or "")
    given = named.get("with", {}) if isinstance(named, dict) else {}
    if name == "pymdownx.slugs.slugify":
        return import_module("pymdownx.slugs").slugify(
            **{key: value for key, value in given.items() if key in _SLUG_OPTIONS}
        )
    module, function, own = _SLUGS.get(name, _SLUGS["markdown.extensions.toc.slugify"])
    found = getattr(import_module(module), function)
    return found(**own) if module == "pymdownx.slugs" else found


def _resolved(options: Mapping[str, Any]) -> dict[str, Any]:
    """Without what only a function can be."""
    return {key: value for key, value in options.items() if not (isinstance(value, dict) and CALL in value)}


def _forced(name: str, options: Mapping[str, Any], pygments: bool) -> dict[str, Any]:
    """The options that are ours to set, since they cost time, import things or say nothing here."""
    match name:
        case "markdown.extensions.toc":
            return {"slugify": slugify(options), "permalink": False, "anchorlink": False, "toc_class": "toc"}
        case "markdown.extensions.codehilite" | "pymdownx.highlight":
            return {"use_pygments": False}
        case "pymdownx.tabbed" | "pymdownx.blocks.tab" if options.get("slugify"):
            return {"slugify": slugify(options)}
        case "pymdownx.emoji":
            return {"emoji_index": _icons, "emoji_generator": _icon, "options": {}, "strict": False}
        case "pymdownx.inlinehilite":
            return {"custom_inline": []}
        case "pymdownx.superfences":
            return {"custom_fences": [_every_fence(pygments), *_custom_fences(options)]}
    return {}


def _every_fence(pygments: bool) -> dict[str, Any]:
    return {"name": "*", "class": "", "format": _fence, "validator": partial(_validate, pygments)}


def _custom_fences(options: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    fences = options.get("custom_fences")
    for fence in fences if isinstance(fences, list) else ():
        if isinstance(fence, dict) and isinstance(fence.get("name"), str):
            yield {"name": fence["name"], "class": str(fence.get("class") or ""), "format": _fence}


def _validate(
    pygments: bool,
    language: str,
    inputs: dict[str, str],
    options: dict[str, str],
    attrs: dict[str, str],
    md: Any,
) -> bool:
    """As superfences' own, that asks an installed Pygments."""
    superfences: Any = import_module("pymdownx.superfences")
    known = {
        "hl_lines": superfences.RE_HL_LINES,
        "linenums": superfences.RE_LINENUMS,
        "title": None,
        "title_mode": None,
    }
    for key, value in inputs.items():
        pattern = known.get(key)
        if pygments and key in known and (pattern is None or pattern.match(value)):
            options[key] = value
        else:
            attrs[key] = value
    return True


def _fence(source: str, language: str, class_name: str, options: Any, md: Any, **others: Any) -> str:
    css, language = html.escape(f"fence {class_name}"), html.escape(language or "")
    return f'<pre class="{css}"><code class="language-{language}">{_text(source)}</code></pre>'


def _text(source: str) -> str:
    return html.escape(source, quote=False)


class _Icons(dict[str, Any]):
    """Knows every icon: those of a theme are in packages of its own."""

    def get(self, key: str, default: Any = None) -> Any:
        name = key.strip(":")
        if name.startswith(("material-", "fontawesome-", "octicons-", "simple-")):
            return {"name": name, "category": "icons", "unicode": "2b50"}
        return import_module("pymdownx.twemoji_db").emoji.get(key, default)


class _Aliases(dict[str, str]):
    def get(self, key: str, default: Any = None) -> Any:
        return import_module("pymdownx.twemoji_db").aliases.get(key, default)


def _icons(options: Any, md: Any) -> dict[str, Any]:
    return {"name": "twemoji", "emoji": _Icons(), "aliases": _Aliases()}


def _icon(*arguments: Any) -> Any:
    etree: Any = import_module("xml.etree.ElementTree")
    return etree.Element("span", {"class": "emoji"})
