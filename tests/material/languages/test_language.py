"""The languages of blocks."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.languages.language import canonical, language_of, title_of
from tests.material.rules.judged import block_of


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bash", "shell"),
        ("zsh", "shell"),
        ("shell-session", "console"),
        ("py", "python"),
        ("{.python}", "python"),
        ("Docker", "dockerfile"),
        ("yml", "yaml"),
        ("make", "makefile"),
        ("postgresql", "postgres"),
        ("klingon", "klingon"),
        ("", ""),
    ],
)
def test_a_language_has_many_names(name: str, expected: str) -> None:
    assert canonical(name) == expected


@pytest.mark.parametrize(
    ("language", "options", "expected"),
    [
        ("", 'title="Dockerfile"', "dockerfile"),
        ("text", 'linenums="1" title="docker/Dockerfile.gpu"', "dockerfile"),
        ("", 'title="web.Dockerfile"', "dockerfile"),
        ("", "title='Makefile'", "makefile"),
        ("json", 'title=".devcontainer/devcontainer.json"', "jsonc"),
        ("json", 'title=".vscode/settings.json"', "jsonc"),
        ("json", 'title="tsconfig.json"', "jsonc"),
        ("json", 'title="package.json"', "json"),
        ("bash", 'title="Dockerfile"', "shell"),
        ("", 'title="notes.txt"', ""),
    ],
)
def test_a_title_may_say_more(language: str, options: str, expected: str) -> None:
    assert language_of(block_of("x", language, options)) == expected


def test_the_title_is_read_from_the_options() -> None:
    assert title_of(block_of("x", "python", 'linenums="1" title="app.py" hl_lines="2"')) == "app.py"
    assert title_of(block_of("x", "python", "")) == ""
