"""How the site is built, as far as it decides which addresses there will be."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.site import plugins
from pytest_cloudlab.material.site.listing import Listing
from pytest_cloudlab.material.site.path_patterns import PathPatterns
from pytest_cloudlab.material.site.yaml_file import read_yaml

MOST_BYTES = 512 << 10
MOST_SCRIPTS = 60
_SCRIPTS = frozenset(
    {
        ".gitlab-ci.yml", ".readthedocs.yaml", ".readthedocs.yml", "GNUmakefile", "Makefile", "Taskfile.yml",
        "azure-pipelines.yml", "justfile", "makefile", "netlify.toml", "noxfile.py", "package.json",
        "tasks.py", "vercel.json",
    }
)  # fmt: skip
_SCRIPT_FOLDERS = (".ci", ".circleci", ".github/workflows", ".woodpecker", "ci", "scripts")


MOST_PARENTS = 5


def building_of(course: Course) -> Building:
    """As mkdocs.yml has it, and the files that it inherits from."""
    found: dict[str, Any] = {}
    file = course.site.file
    for _ in range(MOST_PARENTS):
        if not file or not (course.root / file).is_file():
            break
        table = read_yaml(course.root / file, shown=file).plain()
        parent = table.pop("INHERIT", None) if isinstance(table, dict) else None
        found = {**table, **found} if isinstance(table, dict) else found
        file = posixpath.join(posixpath.dirname(file), parent) if isinstance(parent, str) else ""
    return Building(course, found)


@dataclass(frozen=True, eq=False)
class Building:
    course: Course
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What mkdocs.yml says; empty without one."""

    @cached_property
    def plugins(self) -> Mapping[str, Mapping[str, Any]]:
        """Their options by their names, without `material/`; those of groups, too."""
        found: dict[str, Mapping[str, Any]] = {}
        left = [self.settings.get("plugins")]
        while left:
            named = left.pop()
            for each in [named] if isinstance(named, Mapping) else named if isinstance(named, list) else []:
                for name, options in each.items() if isinstance(each, Mapping) else [(each, {})]:
                    own = options if isinstance(options, Mapping) else {}
                    if plugins.short(str(name)) == "group":
                        left.append(own.get("plugins"))
                    else:
                        found[plugins.short(str(name))] = own
        return found

    @cached_property
    def may_add(self) -> bool:
        """Whether a plugin or a hook may add pages or files that nobody sees before the site is built."""
        added = any(plugins.may_add(self._read(hook)) for hook in self._hooks)
        return added or not plugins.HARMLESS.issuperset(self.plugins)

    @cached_property
    def may_write(self) -> bool:
        """Whether a plugin or a hook may change the text of any page."""
        written = any(plugins.may_write(self._read(hook)) for hook in self._hooks)
        return written or not (plugins.HARMLESS | plugins.TEXT).issuperset(self.plugins)

    @cached_property
    def lists_pages(self) -> bool:
        """Whether the navigation is made by more than mkdocs.yml."""
        return self.may_add or not plugins.LISTING.isdisjoint(self.plugins)

    @cached_property
    def redirects(self) -> frozenset[str]:
        """Paths, from the folder of pages, that lead on to other pages."""
        maps = self.plugins.get("redirects", {}).get("redirect_maps")
        return frozenset(str(each) for each in maps) if isinstance(maps, Mapping) else frozenset()

    @cached_property
    def is_versioned(self) -> bool:
        """Whether addresses begin with a version that nobody knows here."""
        extra = self.settings.get("extra")
        version = extra.get("version") if isinstance(extra, Mapping) else None
        provider = version.get("provider") if isinstance(version, Mapping) else ""
        return "mike" in self.plugins or provider == "mike"

    @cached_property
    def from_docs(self) -> bool:
        """Whether a link that begins with a slash is looked up in the folder of pages."""
        validation = self.settings.get("validation")
        links = validation.get("links") if isinstance(validation, Mapping) else None
        both = [each.get("absolute_links") for each in (validation, links) if isinstance(each, Mapping)]
        return "relative_to_docs" in both

    @cached_property
    def theme_folder(self) -> str:
        """Path of the folder whose files replace the theme's; empty without one."""
        theme = self.settings.get("theme")
        named = theme.get("custom_dir") if isinstance(theme, Mapping) else None
        above = posixpath.dirname(self.course.site.file)
        return posixpath.normpath(posixpath.join(above, named)) if isinstance(named, str) and named else ""

    @cached_property
    def blog(self) -> str:
        """The folder, from that of the pages, of a blog: its posts have addresses of their own."""
        return str(self.plugins["blog"].get("blog_dir", "blog")) if "blog" in self.plugins else ""

    @property
    def tags(self) -> str:
        """The folder of the addresses of tags; empty without the plugin."""
        return "tags" if "tags" in self.plugins else ""

    @cached_property
    def left_out(self) -> PathPatterns:
        """Files of the folder of pages that are not on the site."""
        return PathPatterns(
            "\n".join([".*", "/templates/", self._text("exclude_docs"), self._text("draft_docs")])
        )

    @cached_property
    def unlisted(self) -> PathPatterns:
        """Pages that are in no navigation on purpose."""
        return PathPatterns(self._text("not_in_nav"))

    @cached_property
    def scripts(self) -> str:
        """The texts of what may run before and after mkdocs does."""
        listing = Listing(self.course.root)
        paths = [name for name in sorted(listing.names("")) if name in _SCRIPTS or name.endswith(".sh")]
        paths += [f"{folder}/{name}" for folder in _SCRIPT_FOLDERS for name in sorted(listing.names(folder))]
        return "\n".join(self._read(path) for path in [*paths[:MOST_SCRIPTS], *self._hooks])

    @cached_property
    def _hooks(self) -> tuple[str, ...]:
        named = self.settings.get("hooks")
        above = posixpath.dirname(self.course.site.file)
        return tuple(
            posixpath.normpath(posixpath.join(above, str(each)))
            for each in (named if isinstance(named, list | Mapping) else ())
        )

    def _text(self, key: str) -> str:
        found = self.settings.get(key)
        return found if isinstance(found, str) else ""

    def _read(self, path: str) -> str:
        whole = self.course.root / path
        try:
            if not whole.is_file() or not whole.resolve().is_relative_to(self.course.root):
                return ""
            with whole.open("rb") as file:
                return file.read(MOST_BYTES).decode("utf-8", "replace")
        except (OSError, ValueError):
            return ""
