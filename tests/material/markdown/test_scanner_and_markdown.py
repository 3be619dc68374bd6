"""The scanner finds what Python-Markdown finds."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings

from pytest_cloudlab.material.markdown.rendering import Markup
from tests.material.likeness import as_rendered, as_scanned
from tests.material.pages import pages

USUAL = Markup.of()
PLAIN = Markup.of({})

CASES = {
    "a fence": "```bash\nls\n```",
    "tildes": "~~~ python\nx = 1\n~~~",
    "a longer fence around a shorter one": "````md\n```bash\nls\n```\n````",
    "backquotes in tildes": "~~~\n```\n~~~",
    "a mark with spaces behind it": "```\nx\n```   ",
    "a mark that is too long closes nothing": "```\nx\n````\n```",
    "attributes": '``` {.bash #run title="a b" hl_lines="1"}\nls\n```',
    "attributes behind a language": '```bash {title="x"}\nls\n```',
    "options": '```py title="app.py" linenums="1" hl_lines="2 4-6"\nx\n```',
    "an option that nobody knows": '```py name="x"\nx\n```',
    "an option without its value": "```py linenums\nx\n```",
    "words behind the language": "```bash and more\nls\n```",
    "one line": "```ls```",
    "never closed": "# A\n\n```bash\nls\n\n# B\n",
    "never closed in an admonition": "!!! note\n    ```bash\n    ls\n\ntext\n\n```\nx\n```",
    "an empty one": "```\n```",
    "blank lines": "```\n\na\n\n\nb\n\n```",
    "no blank lines around": "text\n```\nx\n```\nmore",
    "in an admonition": "!!! note\n    text\n\n    ```bash\n    ls\n      -l\n    ```\n",
    "in details": '??? tip "Do"\n    ```bash\n    ls\n    ```\n\n???+ note\n\n    ```\n    x\n    ```',
    "in tabs": '=== "A"\n\n    ```bash\n    ls\n    ```\n\n=== "B"\n\n    ```powershell\n    dir\n    ```',
    "in tabs in an admonition": (
        '!!! a\n    === "A"\n        ```\n        x\n        ```\n    === "B"'
        "\n        ```\n        y\n        ```"
    ),
    "in a list": "1. Run\n\n    ```bash\n    ls\n    ```\n\n2. Stop\n    ```\n    x\n    ```",
    "in a list, not deep enough": "1. Run\n\n   ```bash\n   ls\n   ```\n\n2. Stop",
    "in a list in a list": (
        "- a\n    - b\n\n        ```\n        x\n        ```\n\n    c\n\n        ```"
        "\n        no fence\n        ```"
    ),
    "in a quote": "> ```bash\n> ls\n>\n> # x\n> ```\n> text",
    "in a quote in a quote": "> a\n>\n> > ```\n> > x\n> > ```",
    "a quote that ends too early": "> ```\n> x\n\ntext",
    "in a definition": "Term\n:   What it is\n\n    ```\n    x\n    ```",
    "in a footnote": "Text[^1]\n\n[^1]: Note\n\n    ```\n    x\n    ```\n\n    more",
    "indented as code": "Text\n\n    ```bash\n    ls\n    ```\n\nmore",
    "indented as code, in an admonition": "!!! note\n    Text\n\n        ```bash\n        ls\n        ```",
    "code, and right below it a fence": "    code\n```\nx\n```",
    "less than its fence": "    ```\n  x\n    ```",
    "in HTML": "<div>\n\n```bash\nls\n```\n\n</div>",
    "in details of HTML": (
        "  <details><summary>Do</summary>\n\n      ```bash\n      ls\n      ```\n\n  </details>\n\n# A"
    ),
    "in HTML with Markdown inside": '<div markdown="1">\n\n# In\n\n```bash\nls\n```\n\n</div>\n\n# Out',
    "in HTML in HTML with Markdown": "<div markdown>\n<details>\n# raw\n</details>\n\n    code\n\n</div>",
    "in a comment": "<!--\n```bash\nls\n```\n# no heading\n-->\n\n# A",
    "HTML that is never closed": "<div>\n\n# raw\n\n```\nx\n```",
    "a heading behind HTML": "<div>x</div>\n# A\n\n<p>x</p> # no\n",
    "code": "Text:\n\n    ls\n\n    ls -l\n\nmore",
    "code with tabs": "Text:\n\n\tall:\n\t\tgcc\n",
    "code below a heading": "# A\n    ls\n",
    "a list is no code": "- a\n\n    b\n\n        code\n",
    "a paragraph goes on": "a\n    b",
    "a table": "# | A\n--|--\n# | b\n",
    "one column": "| # |\n|---|\n# A",
    "front matter": "---\ntitle: A\n# no: heading\n---\n# A",
    "a rule at the top": "---\nText\n---\n\n# A",
    "headings": "# A\n## B ##\n#C\n####### D\nE\n===\nF\n---\n\n- - -\n\ntext # no\n\n\\# no",
    "headings that are the same": "# A\n# A\n# A_1\n# A {#A}\n# A",
    "an id of its own": "# A {#own .x}\n\n# B { #own-too }\n\nText\n{#a}\n\n# A",
    "markup in headings": "# `a` *b* **c** [d](e) ![f](g) <h@i.jk> &amp; &lt; \\* <b>l</b> ==m== ~~n~~",
    "a link with its target elsewhere": "# [A b][c]\n\n[c]: http://d.test",
    "a heading with a footnote": "# A[^1]\n\n[^1]: x",
    "headings that are no words": "# !!!\n\n# ???\n\n# \U0001f600",
    "headings in other scripts": "# Übung Ää\n\n# 中文\n\n# Été",
    "a heading in a list": "- # A\n  text\n- b\n\n    # C\n",
    "a heading between items": "- a\n# B\n- c",
    "a heading in a quote": "> # A\n> ===\n",
    "a heading of a paragraph's last line": "one\ntwo\n===\n",
    "no headings in fences": "```\n# no\n```\n\n    # no\n",
    "inline code": "a ```b``` c\n\n`` ` ``\n",
    "carriage returns are gone, forms feed on": "a\x0c\n\n# b\x0bc",
    "an odd space is text": "a\n\xa0\nb\n---\n",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_same_blocks_and_headings(text: str) -> None:
    """With Material's extensions, fences, indented code and headings are those of the rendered page."""
    assert as_scanned(text, USUAL) == as_rendered(text, USUAL)


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_same_headings_and_code_with_fenced_code_alone(text: str) -> None:
    """With nothing but mkdocs' own extensions as well, where a fence is one only at the start of a line."""
    markdown, ours = as_rendered(text, PLAIN), as_scanned(text, PLAIN)
    assert ours.headings == markdown.headings
    both = sorted("\n".join([*markdown.fences, markdown.indented]).split())
    assert sorted("\n".join([*ours.fences, ours.indented]).split()) == both


OPTIONS = {
    "pymdownx's slugs": {"toc": {"slugify": {"call": "pymdownx.slugs.slugify", "with": {"case": "lower"}}}},
    "another separator": {"toc": {"separator": "_"}},
    "a base level": {"toc": {"baselevel": 2, "permalink": True, "toc_depth": 2}},
    "symbols": {"pymdownx.smartsymbols": {}, "smarty": {}},
    "links by magic": {"pymdownx.magiclink": {}},
    "icons": {"pymdownx.emoji": {}},
    "spaces after the hash": {"pymdownx.saneheaders": {}, "pymdownx.superfences": {}},
    "sane lists": {"sane_lists": {}, "pymdownx.superfences": {}},
    "any header": {"pymdownx.superfences": {"relaxed_headers": True}},
    "no indented code": {"pymdownx.superfences": {"disable_indented_code_blocks": True}},
    "no highlighting": {"pymdownx.superfences": {}, "pymdownx.highlight": {"use_pygments": False}},
    "extra": {"extra": {}, "admonition": {}},
    "pymdownx's extra": {"pymdownx.extra": {}, "toc": {"slugify": {"call": "pymdownx.slugs.uslugify"}}},
}
HEADINGS = """# A Title's -- (c) "quoted" 1/2...

## Über `code` & <b>x</b> :smile: :material-check:

### #tag

#tight

See www.example.com

# A Title's -- (c) "quoted" 1/2...

# At www.example.com

1. one

- two

    ```bash and="x"
    ls
    ```

```py title="x"
y
```

Text

    code
"""


HEADERS = (
    "",
    "py",
    'py title="x"',
    '{.py title="x"}',
    'py {title="x"}',
    "py and more",
    'py and="x"',
    "py x:1",
)


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("relaxed", [False, True])
@pytest.mark.parametrize("highlighted", [False, True])
def test_what_may_stand_behind_a_fence_depends_on_the_options(
    header: str, relaxed: bool, highlighted: bool
) -> None:
    """Whether Pygments is used, and whether headers are relaxed."""
    markup = Markup.of(
        {
            "pymdownx.superfences": {"relaxed_headers": relaxed},
            "pymdownx.highlight": {"use_pygments": highlighted},
        }
    )
    text = f"```{header}\nx = 1\n```\n"
    assert as_scanned(text, markup).fences == as_rendered(text, markup).fences


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS.keys())
def test_extensions_of_the_course_count(options: dict[str, dict[str, object]]) -> None:
    """Slugs and blocks follow the options of the course's own extensions."""
    markup = Markup.of(options)
    ours, markdown = as_scanned(HEADINGS, markup), as_rendered(HEADINGS, markup)
    assert ours.headings == markdown.headings
    assert (ours.fences, ours.indented) == (markdown.fences, markdown.indented) or not markup.has(
        "pymdownx.superfences"
    )
    assert markup.unknown == ()


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(pages())
def test_same_blocks_and_headings_on_any_page(text: str) -> None:
    """Whatever containers are nested in whatever way."""
    markdown = as_rendered(text, USUAL)
    # What superfences took out of what is no fence, it gives back in its own way.
    assume("```" not in markdown.indented and "~~~" not in markdown.indented)
    assert as_scanned(text, USUAL) == markdown
