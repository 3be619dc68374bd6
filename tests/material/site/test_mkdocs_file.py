"""mkdocs.yml, as mkdocs reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.material.settings import Settings
from pytest_cloudlab.material.site.mkdocs_file import read_site
from pytest_cloudlab.material.site.site import NavEntry, Site

FULL = """\
site_name: Tides
site_url: https://octo.github.io/tides
docs_dir: pages
use_directory_urls: false
theme:
  name: material
  custom_dir: !relative $docs_dir
plugins:
  - search
  - macros:
      include_yaml: [x.yml]
extra:
  version: !ENV [VERSION, "1"]
nav:
  - Home: index.md
  - Labs:
      - labs/index.md
      - First: labs/one.md
      - Elsewhere: https://a.test/
  - 'Slides': slides/a.html
markdown_extensions:
  - admonition
  - attr_list
  - toc:
      permalink: true
      slugify: !!python/object/apply:pymdownx.slugs.slugify
        kwds:
          case: lower
  - pymdownx.superfences:
      custom_fences:
        - name: mermaid
          class: mermaid
          format: !!python/name:pymdownx.superfences.fence_code_format
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji
      emoji_generator: !!python/name:material.extensions.emoji.to_svg
"""


def site(root: Path, text: str, settings: Settings | None = None) -> Site:
    (root / "mkdocs.yml").write_text(text, encoding="utf-8")
    return read_site(root, settings or Settings())


def test_all_that_the_gate_needs(tmp_path: Path) -> None:
    """Name, address, folder, navigation with its lines, plugins; tags of any kind are tolerated."""
    found = site(tmp_path, FULL)
    assert (found.name, found.url, found.docs) == ("Tides", "https://octo.github.io/tides/", "pages")
    assert (found.directory_urls, found.file, found.plugins) == (False, "mkdocs.yml", ("search", "macros"))
    assert found.nav == (
        NavEntry("Home", "index.md", 15),
        NavEntry("", "labs/index.md", 17),
        NavEntry("First", "labs/one.md", 18),
        NavEntry("Elsewhere", "https://a.test/", 19),
        NavEntry("Slides", "slides/a.html", 20),
    )


def test_its_extensions_render_the_pages(tmp_path: Path) -> None:
    """With their options; functions that its tags name are found in a table, not imported."""
    markup = site(tmp_path, FULL).markup
    assert markup.unknown == ()
    assert '<h1 id="über-uns">' in markup.convert("# Über uns")
    assert 'class="fence mermaid"' in markup.convert("```mermaid\na\n```")
    assert not markup.has("pymdownx.tabbed")
    assert markup.has("tables")  # mkdocs' own


def test_without_extensions_the_usual_ones_render(tmp_path: Path) -> None:
    """A file that names none, and a course without a file."""
    assert site(tmp_path, "site_name: A").markup.has("pymdownx.superfences")
    (tmp_path / "mkdocs.yml").unlink()
    assert read_site(tmp_path, Settings()).markup.has("admonition")


def test_extensions_may_be_a_table(tmp_path: Path) -> None:
    """As some people write them."""
    markup = site(tmp_path, "markdown_extensions:\n  admonition: {}\n  toc:\n    separator: _\n").markup
    assert markup.has("admonition")
    assert markup.options("toc") == {"separator": "_"}


def test_settings_win(tmp_path: Path) -> None:
    """Over the address and the folder of the file."""
    found = site(
        tmp_path, FULL, Settings(docs="other", site_url="https://b.test", aliases=["http://c.test/d"])
    )
    assert (found.url, found.docs, found.aliases) == ("https://b.test/", "other", ("http://c.test/d/",))


def test_files_inherit(tmp_path: Path) -> None:
    """What a file does not say, the one that it inherits from does."""
    (tmp_path / "base.yml").write_text(
        "site_url: https://a.test/\nmarkdown_extensions: [admonition]\n", "utf-8"
    )
    found = site(tmp_path, "INHERIT: base.yml\nsite_name: A\n")
    assert found.url == "https://a.test/"
    assert found.markup.has("admonition")
    assert not found.markup.has("pymdownx.tabbed")


def test_a_file_that_inherits_from_itself_ends(tmp_path: Path) -> None:
    """After a few rounds."""
    assert site(tmp_path, "INHERIT: mkdocs.yml\nsite_name: A\n").name == "A"


def test_a_site_in_a_folder(tmp_path: Path) -> None:
    """Its pages are beside its file; paths are from the course's folder."""
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "mkdocs.yml").write_text("site_name: A\ndocs_dir: src\n", encoding="utf-8")
    found = read_site(tmp_path, Settings(mkdocs="web/mkdocs.yml"))
    assert (found.docs, found.file) == ("web/src", "web/mkdocs.yml")
    (tmp_path / "web" / "mkdocs.yml").write_text("site_name: A\n", encoding="utf-8")
    assert read_site(tmp_path, Settings(mkdocs="web/mkdocs.yml")).docs == "web/docs"


BAD = {
    "no YAML": ("site_name: [", "mkdocs.yml:2: not YAML"),
    "no YAML further down": ("a: b\nc: d: e\n", "mkdocs.yml:2: not YAML"),
    "a list": ("- a\n", "mkdocs.yml:1: found a list, expected keys"),
    "text": ("Hello", "mkdocs.yml:1: found a text, expected keys"),
    "pages elsewhere": ("site_name: A\ndocs_dir: ../../etc\n", "mkdocs.yml:2: docs_dir is '../../etc'"),
    "not UTF-8": (b"site_name: \xff", "mkdocs.yml: not UTF-8 at byte 11"),
    "too large": (b"#" * (1 << 20) + b"#", "mkdocs.yml: larger than"),
    "too deep": ("a: " + "[" * 200 + "]" * 200, "mkdocs.yml: "),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD.keys())
def test_a_file_that_cannot_be_used(tmp_path: Path, text: str | bytes, message: str) -> None:
    """Says which file and line, what was found, and what to do."""
    (tmp_path / "mkdocs.yml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UsageError) as caught:
        read_site(tmp_path, Settings())
    assert caught.value.message.startswith(message)
    assert caught.value.remedy


def test_references_do_not_multiply(tmp_path: Path) -> None:
    """A few lines that stand for a billion values are refused."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    with pytest.raises(UsageError, match="more than"):
        site(tmp_path, "\n".join(lines))


def test_a_file_that_settings_name_has_to_be_there(tmp_path: Path) -> None:
    """The usual one does not."""
    with pytest.raises(UsageError, match=r"web/mkdocs.yml: there is no such file"):
        read_site(tmp_path, Settings(mkdocs="web/mkdocs.yml"))
