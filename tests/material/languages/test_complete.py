"""Which blocks a parser may judge."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.languages.complete import MAX_CHARACTERS, elides, is_complete
from tests.material.rules.judged import block_of


@pytest.mark.parametrize(
    "code",
    [
        "--8<-- 'app.py'",
        "a = 1\n# --8<-- [start:here]",
        "{! app.py !}",
        "{% if a %}\nb\n{% endif %}",
        "{%- for a in b %}",
        "{{- if .Values.a }}",
        "{{ range .Items }}",
        "<%= name %>",
        "",
        "  \n ",
        "x" * (MAX_CHARACTERS + 1),
    ],
)
def test_what_comes_from_elsewhere_or_is_a_template_is_not_whole(code: str) -> None:
    assert not is_complete(block_of(code))


@pytest.mark.parametrize(
    "code",
    ["ls --a", "echo {{ name }}", "docker ps --format '{{.Names}}'", "a = '8<'", "date +%d{%}"],
)
def test_most_is_whole(code: str) -> None:
    assert is_complete(block_of(code))
    assert not is_complete(block_of(code, closed=False))


@pytest.mark.parametrize("text", ["a …", "f(a, ...)", "[...]", "....", "a <snip> b", "- ..."])
def test_something_is_left_out(text: str) -> None:
    assert elides(text)


@pytest.mark.parametrize("text", ["./...", "a...b", "..", "../a", "wait...", "x[1..3]", "1...5"])
def test_dots_may_be_something_else(text: str) -> None:
    assert not elides(text)
