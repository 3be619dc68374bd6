"""Blocks of YAML, JSON and TOML that do not parse."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.finding import Severity
from pytest_cloudlab.material.rules.data_blocks import json_syntax, toml_syntax, yaml_syntax
from tests.material.rules.judged import judge, places


@pytest.mark.parametrize(
    ("code", "place", "said"),
    [
        ("name: web\nrun: echo one: two", (2, 14), "a value that has `: ` in it needs quotes"),
        ("name: web\n  port: 80", (2, 3), "indented deeper than the line above, which has a value"),
        (
            "services:\n  web:\n    image: a\n   ports:\n      - 80:80",
            (4, 4),
            "indentation fits no line above",
        ),
        ("web:\n\tport: 80", (2, 1), "a tab stands where YAML takes only spaces"),
        ("user: @ada", (1, 7), "a value cannot begin with `@`"),
        ("on:\n  push:\n    paths: [*.py]", (3, 5), "a value cannot begin with `*`"),
        ("ports: [80, 81\nname: web", (2, 5), "a comma or the end of the `[` of line 1 is expected"),
        ('name: "web\nport: 80', (1, 7), 'the `"` here is never closed'),
        ("name: web\n- one", (2, 1), "a list and a mapping are mixed"),
        ("name:web\nport: 80", (1, 1), "neither `key: value` nor an item of a list"),
        ("title: 'it's'", (1, 12), "this stands behind a value that is complete"),
        ("a: 1\nb: 2\na: 3", (3, 1), "the key `a` is there twice, first in line 1 of the block"),
        ("web:\n  env:\n    A: 1\n  port: 80\n  env:\n    B: 1", (5, 3), "the key `env` is there twice"),
        ("- a: 1\n  a: 2", (2, 3), "the key `a` is there twice"),
    ],
)
def test_yaml_that_does_not_parse_is_found_where_it_is_wrong(
    code: str, place: tuple[int, int], said: str
) -> None:
    found = judge(yaml_syntax, code, "yaml")
    assert places(found) == [place]
    assert said in found[0].message


@pytest.mark.parametrize(
    "code",
    [
        "a: 1\nb:\n  - c\n  - d: e\n    f: g\n---\na: 2",
        "a: 1\n...\n",
        "web:\n  ...\n  port: 80",
        "web:\n  - one\n  - ...\n  - two",
        "a: 1\n[...]\nb: 2",
        "image: {registry}/app:1.0\nname: <your-name>",
        "image: [your image]:1.0",
        "name: {{ name }}\nport: {{ port }}/tcp: x",
        "{% if a %}\na: [\n{% endif %}",
        "{{- if .Values.a }}\na: [\n{{- end }}",
        "run: echo \"${{ secrets.A }}\"\nif: ${{ github.ref == 'a' }}",
        "a: !Ref B\nb: !vault |\n  x\nc: !!python/name:os.system",
        "a: !!python/object/apply:os.system [ls]",
        "a: *elsewhere\nb:\n  <<: *more",
        "b:\n  <<: *a\n  <<: *c",
        "run: |\n  one: two: three\n  \tx",
        "    - a\n    - b",
        "    - a\nb: 1",
        "image: a\n# or\nimage: b",
        "image: a\n...\nimage: b",
        "$ cat a.yml\na: b: c",
        "a: [b, ..., c]",
        "time: 12:30\nurl: http://a:80/b\nwin: C:\\x",
        "- {a: 1, b: [1, 2]}",
        "a: >-\n  folded\n  text: here",
        "? a\n: b",
        "# only a comment",
        "",
        "just words",
    ],
)
def test_yaml_that_a_page_may_show_is_no_finding(code: str) -> None:
    assert judge(yaml_syntax, code, "yaml") == []


@pytest.mark.parametrize(
    ("code", "place", "said"),
    [
        ('{"a": 1,}', (1, 9), "a comma stands before this `}`"),
        ('{\n  "a": [1, 2],\n  "b": [\n    3,\n  ]\n}', (5, 3), "a comma stands before this `]`"),
        ('{\n  "a": 1\n  "b": 2\n}', (3, 3), "a comma is expected here"),
        ('{"a" 1}', (1, 6), "a colon is expected here"),
        ("{'a': 1}", (1, 2), "JSON takes double quotes only"),
        ("{a: 1}", (1, 2), "a name in double quotes is expected here"),
        ('{"a": True}', (1, 7), "JSON writes `true`, `false` and `null`"),
        ('{"a": {"b": 1}', (1, 15), "it ends before all that is open is closed"),
        ('{"a": "one\ntwo"}', (1, 11), "a string goes on over the end of its line"),
        ('"a": 1\n"b": 2', (2, 1), "a comma is expected here"),
        ('{"a": }', (1, 7), "a value is expected here"),
    ],
)
def test_json_that_does_not_parse_is_found_where_it_is_wrong(
    code: str, place: tuple[int, int], said: str
) -> None:
    found = judge(json_syntax, code, "json")
    assert places(found) == [place]
    assert said in found[0].message
    assert found[0].severity is None


@pytest.mark.parametrize(
    "code",
    [
        '{"a": [1, 2.5e3, true, null, "x\\n"]}',
        '{"a": 1}\n{"b": 2}',
        '{"a": 1},\n{"b": 2},',
        '"a": 1,\n"b": {"c": 2}',
        '"a": {"b": 1},',
        '{"a": 1, ...}',
        '{"a": [1, 2, …]}',
        '{"a": "...", "b": "//no comment", "c": "/* nor */", "d": ",}"}',
        '{"a": <number>, "b": {your_name}, "c": [<one>, <two>]}',
        '{"a": YOUR_NUMBER}',
        '{"a": "<name>", "b": "{name}"}',
        "HTTP/1.1 200 OK\n\n{",
        "$ curl localhost\n{",
        "$ curl localhost",
        "{% if a %}{",
        "",
        "[]",
    ],
)
def test_json_that_a_page_may_show_is_no_finding(code: str) -> None:
    assert judge(json_syntax, code, "json") == []


COMMENTED = '{\n  // the port\n  "port": 80, /* open */\n}'


def test_a_comment_in_json_is_a_warning() -> None:
    (one,) = judge(json_syntax, '{\n  // the port\n  "port": 80\n}', "json")
    assert one.severity is Severity.WARNING
    assert places([one]) == [(2, 3)]
    assert one.message == "This JSON has a comment in it, which most programs refuse."


@pytest.mark.parametrize(
    ("language", "options", "above"),
    [
        ("jsonc", "", ""),
        ("json", 'title=".devcontainer/devcontainer.json"', ""),
        ("json", 'title=".vscode/launch.json"', ""),
        ("json", "", "Put this into `.devcontainer/devcontainer.json`:"),
        ("json", "", "Open `settings.json` and add:"),
    ],
)
def test_comments_and_trailing_commas_are_fine_where_programs_take_them(
    language: str, options: str, above: str
) -> None:
    assert judge(json_syntax, COMMENTED, language, options, above=above) == []
    assert judge(json_syntax, '{"a" 1}', language, options, above=above) != []


def test_elsewhere_a_trailing_comma_is_an_error_whatever_is_commented() -> None:
    (one,) = judge(json_syntax, COMMENTED, "json")
    assert (places([one]), one.severity) == ([(4, 1)], None)


@pytest.mark.parametrize(
    ("code", "place", "said"),
    [
        ("[project]\nname = app", (2, 8), "this is no value of TOML"),
        ("[project\nname = 'a'", (1, 9), "expected `]` at the end of a table declaration"),
        ("a = 1\nb = 2\na = 3\nc = 4", (3, 1), "this key has a value already"),
        ("[a]\nb = 1\n[a]\nc = 1", (3, 1), "this table is there twice"),
        ("name: 'a'", (1, 5), "a `=` is expected after the key"),
        ("a = 'one' b = 2", (1, 11), "the line goes on after the value"),
        ("a = 'one\nb = 2", (1, 5), "the string that begins here is not closed"),
        ('a = "one" # it\'s\nb = "two\nc = 3', (2, 5), "the string that begins here is not closed"),
        ('a = 1\nb = """one\ntwo "three"\n', (2, 5), "the string that begins here is not closed"),
    ],
)
def test_toml_that_does_not_parse_is_found_where_it_is_wrong(
    code: str, place: tuple[int, int], said: str
) -> None:
    found = judge(toml_syntax, code, "toml")
    assert places(found) == [place]
    assert said in found[0].message


@pytest.mark.parametrize(
    "code",
    [
        "[project]\nname = 'a'\ndependencies = [\n  'b',\n  'c',\n]",
        "[a]\nb = 1\n...\n[c]\nd = 2",
        "[project]\ndependencies = [\n  'a',\n  ...\n]",
        "key = ...",
        "key = <your key>\nname = {name}",
        "[a]\nb = 1\n# or\n[a]\nb = 2",
        "a = 1\n# later\na = 2",
        "[[a]]\nb = 1\n[[a]]\nb = 2",
        "a.b = 1\na.c = 2",
        "date = 2024-01-01\ntext = '''\na = = b\n'''",
        "{% if a %}\na = = 1\n{% endif %}",
        "",
        "# a comment",
    ],
)
def test_toml_that_a_page_may_show_is_no_finding(code: str) -> None:
    assert judge(toml_syntax, code, "toml") == []


@pytest.mark.parametrize("rule", [yaml_syntax, json_syntax, toml_syntax])
@pytest.mark.parametrize("language", ["", "text", "json5", "jsonl", "ini", "bash"])
def test_other_languages_are_not_judged(rule: object, language: str) -> None:
    assert judge(rule, "{a: 1, 'b' = [", language) == []


def test_what_is_endless_is_no_crash() -> None:
    for code in ("[" * 90_000, "{" * 90_000, '{"a":' * 20_000, "- " * 40_000, "a = " + "[" * 90_000):
        judge(yaml_syntax, code, "yaml")
        judge(json_syntax, code, "json")
        judge(toml_syntax, code, "toml")
