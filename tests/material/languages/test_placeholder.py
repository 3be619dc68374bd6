"""Placeholders, and what only looks like one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_cloudlab.material.languages.placeholder import fill, speaks


def found(code: str, language: str = "shell") -> list[str]:
    return [each.text for each in fill(code, language).placeholders]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ssh <user>@<host> -p<port>", ["<user>", "<host>", "<port>"]),
        ("ssh {user}@{instance}", ["{user}", "{instance}"]),
        ("-L {client-port}:localhost:{server-port-2}", ["{client-port}", "{server-port-2}"]),
        ("cd {your name} <your folder>", ["{your name}", "<your folder>"]),
        ("--project=[your project] [YOUR_NAME] [NAME]", ["[your project]", "[YOUR_NAME]", "[NAME]"]),
        ("export NAME=.... <…> …", ["....", "<…>", "…"]),
        ("deploy <dev|prod> <path/to/file.txt>", ["<dev|prod>", "<path/to/file.txt>"]),
        ("cd /{{cookiecutter.name}}/x ${{ github.sha }}", ["{{cookiecutter.name}}", "${{ github.sha }}"]),
        ("mv <a> <b>", ["<a>", "<b>"]),
        ("cd <numéro>", ["<numéro>"]),
    ],
)
def test_placeholders_of_a_shell(code: str, expected: list[str]) -> None:
    assert found(code) == expected


@pytest.mark.parametrize(
    "code",
    [
        "echo {a,b} {1..3} {} ${A} ${A:-b} $((1 + 2)) $(ls)",
        "{ ls; } && { ls\n}",
        "awk '{print $1}' a | awk '{print}' | jq '{name}'",
        "find . -exec rm {} \\; | xargs -I {} ls {}",
        "git show HEAD@{upstream} main@{u} HEAD@{yesterday} stash@{2}",
        "curl -w '%{http_code}' tmux #{pane}",
        "sort < in.txt > out.txt 2>&1 <in.txt",
        "cat <<EOF <<-END <<< word <(ls) <&3",
        "echo '<h1>title</h1>' \"<br>\" '<user>x</user>'",
        "[ -f a ] && [[ -d b ]] && ls [A-Z]* [abc].txt a[NAME]",
        "cd ./... && git diff a...b ../x",
        "wait...",
        "echo \\{a\\}",
    ],
)
def test_what_a_shell_itself_writes_like_that_is_none(code: str) -> None:
    assert found(code) == []
    assert fill(code, "shell").code == code


@pytest.mark.parametrize(
    ("code", "language", "expected"),
    [
        ("x = {name}", "python", []),
        ('f"{name} {other}"', "python", []),
        ("x[NAME] = ...", "python", []),
        ("name = {your name}\nhost = <your-host>", "python", ["{your name}", "<your-host>"]),
        ("FROM {image}:<tag>", "dockerfile", ["{image}", "<tag>"]),
        ("SELECT * FROM <table>", "sql", ["<table>"]),
    ],
)
def test_every_language_has_its_own(code: str, language: str, expected: list[str]) -> None:
    assert found(code, language) == expected


def test_data_gets_text_where_it_needs_a_value() -> None:
    assert fill('{"a": <name>}', "json").code == '{"a": "name"}'
    assert fill("a = {name}", "toml").code == 'a = "name"'


def test_the_place_of_each_is_known() -> None:
    filled = fill("ls\nssh <user>@<host>", "shell")
    assert filled.code == "ls\nssh xuserx@xhostx"
    assert [(each.line, each.column, each.kind) for each in filled.placeholders] == [
        (2, 5, "angles"),
        (2, 12, "angles"),
    ]
    assert [each.text for each in filled.within(2, 6, 10)] == ["<host>"]
    assert filled.within(1, 1, 100) == ()


@given(
    st.lists(st.sampled_from([*"<>{}[]$'\"\\ \n.…é-_/|", "your ", "NAME", "{{", "}}", "...", "a"])).map(
        "".join
    ),
    st.sampled_from(["shell", "python", "yaml", "json", "toml", "sql", "dockerfile", ""]),
)
def test_lines_and_columns_stay(code: str, language: str) -> None:
    filled = fill(code, language)
    assert [len(line) for line in filled.code.split("\n")] == [len(line) for line in code.split("\n")]
    lines = code.split("\n")
    for each in filled.placeholders:
        assert lines[each.line - 1][each.column - 1 :].startswith(each.text)


@pytest.mark.parametrize("text", ["YOUR_PROJECT", "your-name", "gs://your_bucket/a", "XXXXXX", "path/to/a"])
def test_some_words_speak_for_themselves(text: str) -> None:
    assert speaks(text)


@pytest.mark.parametrize("text", ["yours", "my-app", "mysql-server", "app", "maxx", "YOURS", "colour-map"])
def test_most_words_do_not(text: str) -> None:
    assert not speaks(text)


def test_time_grows_with_the_code_only() -> None:
    started = time.process_time()
    for piece in ("<a ", "{a ", "{{", "[YOUR ", "<a-", "{a.", "...", "<a|", "[AB_", "{{ {", "<a/"):
        fill(piece * 20_000, "shell")
        fill(f"{piece * 500}\n" * 40, "shell")
    assert time.process_time() - started < 30
