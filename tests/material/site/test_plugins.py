from __future__ import annotations

import pytest

from pytest_cloudlab.material.site.plugins import may_add, may_write, short


@pytest.mark.parametrize(("name", "found"), [("search", "search"), ("material/blog", "blog")])
def test_a_plugin_of_a_theme_is_called_as_all_others(name: str, found: str) -> None:
    assert short(name) == found


@pytest.mark.parametrize(
    "source",
    [
        "import re\n\ndef on_env(env, **_):\n    return env\n",
        "async def on_config(config): ...\n",
        "def on_serve(server): ...\ndef helper(): ...\n",
    ],
)
def test_a_hook_that_neither_adds_nor_writes(source: str) -> None:
    assert (may_add(source), may_write(source)) == (False, False)


def test_a_hook_that_writes_adds_no_files() -> None:
    source = "def on_page_markdown(markdown, **_): ...\n"
    assert (may_add(source), may_write(source)) == (False, True)


@pytest.mark.parametrize(
    "source",
    [
        "def on_files(files, config): ...",
        "def on_env(env): ...\ndef on_post_build(config): ...",
        "from course import on_files",
        "",
        "def on_env(:",
        "(" * 5000,
        "\0",
    ],
)
def test_a_hook_that_may_add_pages(source: str) -> None:
    """Or that nobody can read."""
    assert (may_add(source), may_write(source)) == (True, True)
