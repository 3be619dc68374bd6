"""Links to pages and files, as mkdocs and browsers follow them."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.rules.links import broken_link, undefined_reference
from pytest_cloudlab.material.testing import course_of
from tests.material.rules.told import PNG, ask, site_of, told

FLAT = "use_directory_urls: false\n"
PLACES: dict[str, str | bytes] = {
    "README.md": "# The repository\n",
    "docs/index.md": "# Home\n",
    "docs/set-up.md": "# Set up\n",
    "docs/part/index.md": "# Part\n",
    "docs/part/one.md": "# One\n",
    "docs/part/two words.md": "# Two\n",
    "docs/files/data.csv": "a,b\n",
    "docs/slides/intro.html": "<html></html>",
}


def broken(text: str, *, mkdocs: str = "", page: str = "docs/a.md", **more: str | bytes) -> list[str]:
    """What the rule says of a page `text` among `PLACES`."""
    files = {**PLACES, **{name.replace("__", "/"): content for name, content in more.items()}, page: text}
    return told(broken_link, site_of(files, mkdocs))


NO_SUCH = [
    ("[x](gone.md)", 3, 5, "docs/gone.md, and there is no such page", "Mend it, or add the page."),
    ("[x](setup.md)", 3, 5, "docs/setup.md, and there is no such page", "Did you mean set-up.md?"),
    ("[x](one.md#run)", 3, 5, "docs/one.md, and there is no such page", "Did you mean part/one.md#run?"),
    (
        "[x](files/data.tsv)",
        3,
        5,
        "docs/files/data.tsv, and there is no such file",
        "Mend it, or add the file.",
    ),
    (
        "[x](other/)",
        3,
        5,
        "docs/other, and there is no such page or folder",
        "Mend it, or add the page or folder.",
    ),
    (
        "[x](files/)",
        3,
        5,
        "docs/files, and there is no such page or folder",
        "Mend it, or add the page or folder.",
    ),
    ("[x](Set-Up.md)", 3, 5, "Set-Up.md, and is docs/set-up.md: capital letters count", "Write set-up.md."),
    (
        "[x](Part/one.md)",
        3,
        5,
        "Part/one.md, and is docs/part/one.md: capital letters count",
        "Write part/one.md.",
    ),
    ("[x](set-up)", 3, 5, "the page is docs/set-up.md", "Write set-up.md."),
    ("[x](set-up/)", 3, 5, "the page is docs/set-up.md", "Write set-up.md."),
    ("[x](part)", 3, 5, "the page is docs/part/index.md", "Write part/index.md."),
    (
        "[x](set-up.html#run)",
        3,
        5,
        "no address of the site: docs/set-up.md is built to another",
        "Write set-up.md#run.",
    ),
    ("[x](../README.md)", 3, 5, "README.md, and only", "Move it into docs/"),
    ("[x](/set-up.md)", 3, 5, "docs/set-up.md: a slash", "Write set-up.md."),
    ("[x](/files/data.csv)", 3, 5, "docs/files/data.csv: a slash", "Write files/data.csv."),
    (
        "[x](/course/gone/)",
        3,
        5,
        "docs/gone/, and there is no such page or folder",
        "Mend it, or add the page or folder.",
    ),
    (r"[x](part\one.md)", 3, 5, "docs/part/one.md: folders are parted by slashes", "Write part/one.md."),
    (
        "[x](www.example.org/a)",
        3,
        5,
        "docs/www.example.org/a: without https://",
        "Write https://www.example.org/a.",
    ),
    (
        "[x](github.com/octo/app)",
        3,
        5,
        "docs/github.com/octo/app: without https://",
        "Write https://github.com/octo/app.",
    ),
    ("[x][y]\n\n[y]: gone.md", 5, 6, "docs/gone.md, and there is no such page", "Mend it, or add the page."),
    ('<a href="set-up.md">x</a>', 3, 10, "docs/set-up.md: in HTML", "Write ../set-up/."),
    ('<a href="set-up/">x</a>', 3, 10, "docs/set-up.md: in HTML", "Write ../set-up/."),
    (
        '<iframe src="slides/intro.html"></iframe>',
        3,
        14,
        "docs/slides/intro.html: in HTML",
        "Write ../slides/intro.html.",
    ),
    (
        '<iframe src="../slides/intra.html"></iframe>',
        3,
        14,
        "docs/slides/intra.html, and there is no such file",
        "Did you mean ../slides/intro.html?",
    ),
    (
        '<iframe src="../slides/Intro.html"></iframe>',
        3,
        14,
        "../slides/Intro.html, and is docs/slides/intro.html: capital letters count",
        "Write ../slides/intro.html.",
    ),
    (
        '<a href="../set-up.html">x</a>',
        3,
        10,
        "no address of the site: docs/set-up.md is built to another",
        "Write ../set-up/.",
    ),
]


@pytest.mark.parametrize(
    ("text", "line", "column", "says", "remedy"), NO_SUCH, ids=[row[0] for row in NO_SUCH]
)
def test_a_link_that_leads_nowhere(text: str, line: int, column: int, says: str, remedy: str) -> None:
    (said,) = broken(f"# A\n\n{text}\n")
    assert said.startswith(f"docs/a.md:{line}:{column} The ")
    assert f"{says}" in said.partition(" | ")[0]
    assert remedy in said.partition(" | ")[2]


GOOD = [
    "[x](set-up.md)",
    "[x](./set-up.md)",
    "[x](set-up.md#run)",
    "[x](set-up.md?plain=1)",
    "[x](a.md)",
    "[x](#here)",
    "[x](?q=1)",
    "[x](part/index.md)",
    "[x](part/../set-up.md)",
    "[x](part/two%20words.md)",
    "[x](<part/two words.md>)",
    "[x](files/data.csv)",
    "[x](slides/intro.html)",
    "[x](slides/intro.html#/3)",
    "[x](../set-up/)",
    "[x](../set-up/#run)",
    "[x](../part/one)",
    "[x](../files/data.csv)",
    "[x](..)",
    "[x](../)",
    "[x](.)",
    "[x](/course/set-up/)",
    "[x](/course/)",
    "[x](/other-course/)",
    "[x](../../other-course/)",
    "[x](../../other-course/page.html)",
    "[x][y]\n\n[y]: set-up.md",
    "[y]: gone.md",
    "`[x](gone.md)`",
    "```markdown\n[x](gone.md)\n```",
    "<!-- [x](gone.md) -->",
    r"\[x](gone.md)",
    "[x](mailto:a@b.example)",
    "[x](tel:123)",
    "[x](vscode:extension/a.b)",
    "[x](javascript:void(0))",
    "[x](data:text/plain,a)",
    "[x](//cdn.example.org/a.md)",
    "[x](https://example.org/gone.md)",
    "[x](localhost:8080/gone.md)",
    "<https://example.org/gone.md>",
    "<team@example.org>",
    "[x]({{ page }}.md)",
    "[x](<{name}.md>)",
    "[x](http://[::1/gone.md)",
    '<a href="../set-up/">x</a>',
    '<a href="../set-up">x</a>',
    '<a href="../set-up/index.html">x</a>',
    '<a href="..">x</a>',
    '<a href="#here">x</a>',
    '<a name="here"></a>',
    '<a href="../../other-course/">x</a>',
    '<iframe src="../slides/intro.html"></iframe>',
    '<iframe src="https://example.org/embed"></iframe>',
    '<script src="../files/data.csv"></script>',
    "[x](../assets/stylesheets/main.css)",
    "[x](../sitemap.xml)",
    "<div markdown>\n[x](set-up.md)\n</div>",
    "!!! note\n    [x](set-up.md)",
    "note[^1]\n\n[^1]: [x](set-up.md)",
]


@pytest.mark.parametrize("text", GOOD)
def test_a_link_that_leads_somewhere(text: str) -> None:
    """Or elsewhere, or that is none."""
    assert broken(f"# A\n\n{text}\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "[x](set-up.html)",
        "[x](set-up.html#run)",
        "[x](part/one.html)",
        "[x](set-up)",
        '<a href="set-up.html">x</a>',
        '<a href="part/">x</a>',
        '<iframe src="slides/intro.html"></iframe>',
    ],
)
def test_without_directory_urls_pages_are_files(text: str) -> None:
    assert broken(f"{text}\n", mkdocs=FLAT) == []


@pytest.mark.parametrize("text", ["[x](set-up/)", '<a href="set-up.md">x</a>', '<a href="set-up/">x</a>'])
def test_without_directory_urls_there_are_no_folders(text: str) -> None:
    assert len(broken(f"{text}\n", mkdocs=FLAT)) == 1


def test_paths_start_from_the_folder_of_the_page() -> None:
    text = "[x](one.md) [x](../set-up.md) [x](set-up.md) <a href='../one/'>x</a> <a href='one/'>x</a>\n"
    assert [each.partition(" The")[0] for each in broken(text, page="docs/part/deep.md")] == [
        "docs/part/deep.md:1:35",
        "docs/part/deep.md:1:79",
    ]


def test_html_on_an_index_starts_from_its_own_folder() -> None:
    """Its address is that of the folder."""
    good = '<a href="../set-up/">x</a> <a href="one/">x</a> <iframe src="../slides/intro.html"></iframe>'
    assert broken(good, page="docs/part/index.md") == []
    assert broken('<a href="one.md">x</a>', page="docs/part/index.md") == [
        "docs/part/index.md:1:10 The link leads to no address of the site: docs/part/one.md is built to"
        " another. | Write one/."
    ]


@pytest.mark.parametrize(
    "mkdocs",
    [
        "validation:\n  links:\n    absolute_links: relative_to_docs\n",
        "validation:\n  absolute_links: relative_to_docs\n",
    ],
)
def test_slashes_may_mean_the_folder_of_pages(mkdocs: str) -> None:
    """Where mkdocs.yml says so; in Markdown only."""
    assert broken("[x](/set-up.md) [x](/part/one.md#a) [x](/)\n", mkdocs=mkdocs) == []
    assert [each.split()[0] for each in broken("[x](/gone.md)\n", mkdocs=mkdocs)] == ["docs/a.md:1:5"]


def test_without_a_site_url_only_a_page_behind_a_slash_is_certain() -> None:
    """Nobody knows where the top of the host is; no site has addresses that end in .md."""
    files = {**PLACES, "docs/a.md": "[x](/set-up/) [x](/set-up.md) [x](/gone/) [x](/files/data.csv)\n"}
    course = course_of({"mkdocs.yml": "site_name: A\n", **files})
    assert [each.place.column for each in ask(broken_link, course)] == [19]


def test_drafts_are_not_on_the_site() -> None:
    """Links to them lead nowhere; their own are not looked at yet."""
    mkdocs = "exclude_docs: |\n  *.draft.md\ndraft_docs: |\n  /new/\n"
    files = {
        "docs/a.md": "[x](b.draft.md) [x](new/c.md)\n",
        "docs/b.draft.md": "[x](gone.md)\n",
        "docs/new/c.md": "[x](gone.md)\n",
    }
    assert told(broken_link, site_of(files, mkdocs)) == [
        "docs/a.md:1:5 The link leads to docs/b.draft.md, which mkdocs.yml keeps off the site."
        " | Let it onto the site, or drop the link.",
        "docs/a.md:1:21 The link leads to docs/new/c.md, which mkdocs.yml keeps off the site."
        " | Let it onto the site, or drop the link.",
    ]


MAKERS: dict[str, tuple[str, dict[str, str | bytes]]] = {
    "gen-files": ("plugins: [search, gen-files: {scripts: [gen.py]}]\n", {}),
    "unknown plugin": ("plugins:\n  - made-up\n", {}),
    "group": ("plugins: [group: {plugins: [gen-files]}]\n", {}),
    "hook": ("hooks: [hooks.py]\n", {"hooks.py": "def on_files(files, config):\n    ...\n"}),
    "hook that is not there": ("hooks: [gone.py]\n", {}),
    "inherited": ("INHERIT: base.yml\n", {"base.yml": "plugins: [gen-files]\n"}),
    "workflow": ("", {".github/workflows/site.yml": "run: pdoc -o docs/api/\n"}),
    "makefile": ("", {"Makefile": "docs/api/index.html: app.py\n\tpdoc app.py\n"}),
    "submodule": ("", {"docs/api": "a file that stands for another repository"}),
}


@pytest.mark.parametrize("name", MAKERS)
def test_what_the_build_may_make_is_not_missed(name: str) -> None:
    mkdocs, files = MAKERS[name]
    page = {"docs/a.md": "[x](api/index.html) [x](api/index.md)\n"}
    assert told(broken_link, site_of({**files, **page}, mkdocs)) == []


@pytest.mark.parametrize(
    ("mkdocs", "files"),
    [
        ("plugins: [search, tags, material/blog, git-revision-date-localized: {type: date}]\n", {}),
        ("plugins:\n  search:\n  minify:\n    minify_html: true\n", {}),
        ("hooks: [hooks.py]\n", {"hooks.py": "def on_env(env, config, files):\n    return env\n"}),
        ("hooks: [hooks.py]\n", {"hooks.py": "def on_page_markdown(markdown, **_): ...\n"}),
        ("plugins:\n  - group:\n      plugins: [search, social]\n", {}),
        ("", {".github/workflows/site.yml": "run: mkdocs gh-deploy\n"}),
        ("", {"Makefile": "all:\n\tmkdocs build\n"}),
    ],
)
def test_what_no_part_of_the_build_makes_is_missed(mkdocs: str, files: dict[str, str | bytes]) -> None:
    page = {"docs/a.md": "[x](api/index.html) [x](api/index.md)\n"}
    assert len(told(broken_link, site_of({**files, **page}, mkdocs))) == 2


def test_a_plugin_that_makes_pages_does_not_hide_a_slip() -> None:
    """What a page was meant is plain."""
    text = "[x](Set-Up.md) [x](set_up.md) [x](other.md) [x](one.md) [x](set-up) <a href='set-up.md'>x</a>\n"
    assert [each.split()[0] for each in broken(text, mkdocs="plugins: [gen-files]\n")] == [
        "docs/a.md:1:5",
        "docs/a.md:1:20",
    ]


@pytest.mark.parametrize("source", ["docs/slides/two.md", "slides/two.md", "talks/two.qmd", "two.ipynb"])
def test_slides_may_be_made_from_their_source(source: str) -> None:
    files = {source: "---\nseparator: <!--s-->\n---\n# Two\n", "docs/a.md": "[x](slides/two.html)\n"}
    assert told(broken_link, site_of(files)) == []


@pytest.mark.parametrize("source", ["docs/two.md", "docs/slides/too.md", "two.py"])
def test_slides_are_made_from_no_page(source: str) -> None:
    files = {source: "# Two\n", "docs/a.md": "[x](slides/two.html)\n"}
    assert len(told(broken_link, site_of(files))) == 1


def test_files_of_the_theme_are_on_the_site() -> None:
    files: dict[str, str | bytes] = {"theme/img/logo.svg": "<svg/>", "docs/a.md": "[x](../img/logo.svg)\n"}
    assert told(broken_link, site_of(files, "theme:\n  name: material\n  custom_dir: theme\n")) == []
    assert len(told(broken_link, site_of(files))) == 1


def test_pages_that_redirect_have_addresses() -> None:
    """They are no files, though."""
    mkdocs = "plugins:\n  - redirects:\n      redirect_maps:\n        old.md: set-up.md\n"
    assert broken("[x](../old/)\n", mkdocs=mkdocs) == []
    assert len(broken("[x](old.md)\n", mkdocs=mkdocs)) == 1


def test_a_deck_of_html_is_taken_at_its_word() -> None:
    deck = (
        '<section><a href="../set-up/">x</a> <a href="../set-up.md">x</a> <a href="gone.html">x</a></section>'
    )
    course = site_of({**PLACES, "docs/slides/talk.html": deck}, decks=["docs/slides/*.html"])
    assert [each.split(" |")[0] for each in told(broken_link, course)] == [
        "docs/slides/talk.html:1:46 The link leads to no address of the site: docs/set-up.md is built to"
        " another.",
        "docs/slides/talk.html:1:75 The link leads to docs/slides/gone.html, and there is no such file.",
    ]


@pytest.mark.parametrize(
    "target", ["set-up.md", "../set-up.md", "set-up.html", "../set-up/", "docs/set-up.md", "/set-up/"]
)
def test_a_deck_of_markdown_may_be_shown_from_anywhere(target: str) -> None:
    course = site_of({**PLACES, "slides/talk.md": f"[x]({target})\n"}, decks=["slides/*.md"])
    assert told(broken_link, course) == []


LOOSE = [
    "[x](b.md)",
    "[x](b)",
    "[x](b.html)",
    "[x](../README.md)",
    "[x](c/)",
    "[x](c/d.md)",
    "[x](/c/d.md)",
    "[x](../b/)",
]


def test_without_mkdocs_a_link_may_lead_somewhere_in_any_way() -> None:
    files = {"README.md": "", "docs/b.md": "", "docs/c/d.md": "", "docs/a.md": "\n".join(LOOSE)}
    assert told(broken_link, course_of(files)) == []


def test_without_mkdocs_a_page_among_its_neighbours_is_judged() -> None:
    files = {
        "docs/b.md": "",
        "docs/a.md": "[x](b.md)\n[x](gone.md)\n[x](B.md)\n[x](gone/)\n[x](../../up.md)\n",
    }
    assert [each.split(" |")[0] for each in told(broken_link, course_of(files))] == [
        "docs/a.md:2:5 The link leads to docs/gone.md, and there is no such page.",
        "docs/a.md:3:5 The link is looked for as B.md, and is docs/b.md: capital letters count.",
    ]


def test_without_mkdocs_a_page_that_stands_alone_is_not() -> None:
    """Its neighbours were left behind."""
    files = {"docs/a.md": "[x](b.md)\n[x](c.md)\n[x](slides/d.html)\n[x](a.md)\n"}
    assert told(broken_link, course_of(files)) == []


@pytest.mark.parametrize("target", ["/gone.md", "../../gone.md", "slides/gone.html", "gone.unknown", "gone/"])
def test_without_mkdocs_nobody_knows_where_other_folders_are(target: str) -> None:
    files = {"docs/b.md": "", "docs/c.md": "", "docs/a.md": f"[x](b.md) [x](c.md) [x]({target})\n"}
    assert told(broken_link, course_of(files)) == []


REFERENCES = [
    ("See [the guide][guide].", 5, "[guide]"),
    ("See [The Guide][].", 5, "[The Guide]"),
    ("![A picture][shot]", 2, "[shot]"),
    ("See [the docs][1] and [more][2].\n\n[1]: https://example.org/", 23, "[2]"),
    ("- [`code`][call]", 3, "[call]"),
]


@pytest.mark.parametrize(("text", "column", "name"), REFERENCES)
def test_a_definition_that_is_not_there(text: str, column: int, name: str) -> None:
    (found,) = ask(undefined_reference, site_of({"docs/a.md": f"# A\n\n{text}\n"}))
    assert (found.place.line, found.place.column) == (3, column)
    assert found.message == f"The page does not say where {name} leads: students see the brackets."


def test_a_footnote_that_is_not_there() -> None:
    text = "One[^1] and two.[^two]\n\n[^1]: There.\n"
    assert told(undefined_reference, site_of({"docs/a.md": text})) == [
        "docs/a.md:1:17 The page has no footnote [^two]: students see the brackets."
        " | Write [^two]: and its text on a line of its own, or drop it."
    ]


@pytest.mark.parametrize(
    "text",
    [
        "See [the guide][guide].\n\n[guide]: https://example.org/",
        "See [the guide][GUIDE].\n\n[guide]: https://example.org/",
        "See [the\nguide][guide].\n\n[guide]: https://example.org/",
        "See [Guide][].\n\n[guide]: https://example.org/",
        "See [Guide].",
        "See `[the guide][guide]`.",
        "Write ``[`x`][guide]``.",
        "```\n[the guide][guide]\n```",
        "    [the guide][guide]",
        "<!-- [the guide][guide] -->",
        r"\[the guide][guide]",
        r"\[the guide\]\[guide\]",
        "the cell matrix[row][column]",
        "the cell f(x)[row][column]",
        "$[a_i][b_j]$",
        "[0][1]",
        "string[][]",
        "[ ][ ]",
        "[text][@key]",
        "- [x] done",
        "Not[^a-z] in brackets `[^1]`.",
        "Is it[^x]?",
        "A set [^abc] of letters",
        "One[^1].\n\n[^1]: There.",
        "<div>\nSee [the guide][guide] and[^1].\n</div>\n\n[guide]: https://example.org/\n\n[^1]: There.",
        "1. One\n  - See [the guide][guide].\n\n    [guide]: https://example.org/",
        "{{ macro }} [the guide][guide]" + "\n\n*[guide]: not a definition",
    ],
)
def test_brackets_that_are_none(text: str) -> None:
    files: dict[str, str | bytes] = {"docs/a.md": f"# A\n\n{text}\n"}
    assert told(undefined_reference, site_of(files, "plugins: [search, macros]\n")) == []


@pytest.mark.parametrize(
    "mkdocs",
    [
        "plugins: [autorefs]\n",
        "plugins: [mkdocstrings]\n",
        "plugins: [made-up]\n",
        "markdown_extensions:\n  - pymdownx.snippets:\n      auto_append: [links.md]\n",
        "markdown_extensions: [made.up]\n",
    ],
)
def test_definitions_may_come_with_the_build(mkdocs: str) -> None:
    files: dict[str, str | bytes] = {"docs/a.md": "See [the guide][guide].\n"}
    assert told(undefined_reference, site_of(files, mkdocs)) == []


def test_definitions_may_come_with_a_snippet() -> None:
    mkdocs = "markdown_extensions: [pymdownx.snippets]\n"
    plain: dict[str, str | bytes] = {"docs/a.md": "See [the guide][guide].\n"}
    with_one: dict[str, str | bytes] = {"docs/a.md": 'See [the guide][guide].\n\n--8<-- "links.md"\n'}
    assert len(told(undefined_reference, site_of(plain, mkdocs))) == 1
    assert told(undefined_reference, site_of(with_one, mkdocs)) == []


def test_pictures_are_another_rules() -> None:
    files: dict[str, str | bytes] = {"docs/a.md": "![x](gone.png)\n", "docs/there.png": PNG}
    assert told(broken_link, site_of(files)) == []


def test_a_deck_that_mkdocs_does_not_build_is_looked_at() -> None:
    deck = "---\nseparator: '---'\n---\n[x](one.md) [x](gone.md)\n"
    files = {"docs/slides/one.md": "", "docs/slides/talk.md": deck}
    found = told(broken_link, site_of(files, "exclude_docs: |\n  /slides/talk.md\n"))
    assert [each.split()[0] for each in found] == ["docs/slides/talk.md:4:17"]


def test_scripts_may_come_with_a_package() -> None:
    head = '<link rel="stylesheet" href="dist/reveal.css"><script src="dist/reveal.js"></script>'
    deck = f'{head}<a href="gone.html">x</a>'
    files = {"docs/slides/talk.html": deck}
    decks = ["docs/slides/*.html"]
    assert len(told(broken_link, site_of(files, decks=decks))) == 3
    assert len(told(broken_link, site_of({**files, "package.json": "{}"}, decks=decks))) == 1
