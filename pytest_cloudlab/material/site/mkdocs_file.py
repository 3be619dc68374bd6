"""Reads mkdocs.yml: the site, its navigation and how its Markdown becomes HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.material.markdown.converter import CALL
from pytest_cloudlab.material.markdown.rendering import Markup
from pytest_cloudlab.material.settings import Settings
from pytest_cloudlab.material.site.site import NavEntry, Site
from pytest_cloudlab.material.site.yaml_file import Value, read_yaml

MOST_PARENTS = 5
"""Files that inherit from one another."""


def read_site(root: Path, settings: Settings) -> Site:
    """The site of the course in `root`, without its files.

    Raises `UsageError` when the site's file is not what mkdocs reads, and for one that the settings name and
    that is not there.
    """
    path = root / settings.mkdocs
    if not path.is_file():
        if settings.mkdocs != Settings().mkdocs:
            raise UsageError(
                f"mkdocs: {settings.mkdocs}: there is no such file in {root}",
                remedy="Mend the path, or leave the key out for a course without mkdocs.",
            )
        usual = settings.docs == Settings().docs and not (root / settings.docs).is_dir()
        return _site(settings, "." if usual else settings.docs, Markup.of())
    layers = list(_layers(path, settings.mkdocs, MOST_PARENTS))
    top = layers[0]

    def key(name: str) -> Value | None:
        return next((found for layer in layers if (found := layer.get(name)) is not None), None)

    docs = settings.docs
    if docs == Settings().docs:
        own = key("docs_dir") or Value(1, "text", docs)
        folder = (path.parent / own.text).resolve()
        if not folder.is_relative_to(root.resolve()):
            raise UsageError(
                f"{settings.mkdocs}:{own.line}: docs_dir is {own.text!r}, expected a folder of the course",
                remedy="Run the gate where both the site's file and its pages are.",
            )
        docs = folder.relative_to(root.resolve()).as_posix()
    nav = key("nav")
    extensions = [found for layer in layers if (found := layer.get("markdown_extensions")) is not None]
    urls = key("use_directory_urls")
    plugins = key("plugins")
    return _site(
        settings,
        docs,
        _markup(extensions),
        name=top.string("site_name"),
        url=next(filter(None, (layer.string("site_url") for layer in layers)), ""),
        directory_urls=urls is None or urls.plain() is not False,
        nav=tuple(_nav(nav)) if nav is not None else (),
        file=settings.mkdocs,
        plugins=tuple(_names(plugins)) if plugins is not None else (),
    )


def _site(settings: Settings, docs: str, markup: Markup, **found: Any) -> Site:
    docs = docs.strip("/") or "."
    values: dict[str, Any] = {"name": "", "url": "", "directory_urls": True, "nav": (), "file": ""} | found
    values["url"] = _ended(settings.site_url or values["url"])
    aliases = tuple(_ended(each) for each in settings.aliases)
    return Site(docs=docs, markup=markup, aliases=aliases, **values)


def _ended(url: str) -> str:
    return url if not url or url.endswith("/") else f"{url}/"


def _layers(path: Path, shown: str, left: int) -> Iterator[Value]:
    """The file, then what it inherits from."""
    found = read_yaml(path, shown=shown)
    if found.kind != "table":
        raise UsageError(
            f"{shown}:{found.line}: found a {found.kind}, expected keys such as `site_name:`",
            remedy="Is it the right file?",
        )
    yield found
    parent = found.string("INHERIT")
    if parent and left:
        below = path.parent / parent
        if below.is_file():
            yield from _layers(below, parent, left - 1)


def _nav(value: Value) -> Iterator[NavEntry]:
    """`- Title: path`, `- path`, `- Title: [...]`, nested as deep as they are."""
    stack: list[tuple[str, Value]] = [("", value)]
    while stack:
        title, found = stack.pop()
        if found.kind == "text":
            if found.text and not found.tag:
                yield NavEntry(title, found.text, found.line)
        elif found.kind == "list":
            stack.extend(("", each) for each in reversed(found.items))
        else:
            stack.extend((key.text, each) for key, each in reversed(found.pairs))


def _names(value: Value) -> Iterator[str]:
    """`[search, {macros: {…}}]` or `{search: {}, macros: {}}`."""
    for each in value.items:
        yield from [each.text] if each.kind == "text" else [key.text for key, _ in each.pairs]
    yield from (key.text for key, _ in value.pairs)


def _markup(layers: list[Value]) -> Markup:
    """What the file says; of several, the last one inherited from first."""
    if not layers:
        return Markup.of()
    found: dict[str, Mapping[str, Any]] = {}
    # A list replaces the parent's, as in mkdocs; a table is merged with it.
    kept = layers if layers[0].kind == "table" else layers[:1]
    for layer in reversed(kept):
        for entry in layer.items:
            if entry.kind == "text" and entry.text:
                found[entry.text] = {}
            for key, value in entry.pairs:
                found[key.text] = _options(value)
        for key, value in layer.pairs:
            found[key.text] = {**found.get(key.text, {}), **_options(value)}
    return Markup.of(found)


def _options(value: Value) -> dict[str, Any]:
    return {key.text: _option(each) for key, each in value.pairs}


def _option(value: Value) -> Any:
    """A tag that names a Python function becomes a call, which only the converter's tables can answer."""
    for kind in ("python/name:", "python/object/apply:", "python/object/new:"):
        if value.tag.startswith(kind):
            given = value.get("kwds")
            return {CALL: value.tag.removeprefix(kind), "with": given.plain() if given is not None else {}}
    if value.tag:
        return {CALL: "", "with": {}}
    if value.kind == "list":
        return [_option(each) for each in value.items]
    if value.kind == "table":
        return {key.text: _option(each) for key, each in value.pairs}
    return value.plain()
