"""Placeholders that a shell takes for syntax."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.finding import Severity
from pytest_cloudlab.material.rules.placeholders import placeholder_as_syntax
from tests.material.rules.judged import judge, places


@pytest.mark.parametrize(
    ("code", "place", "length"),
    [
        ("ssh <user>@<host> -p<port>", (1, 5), 6),
        ("jupyter lab --port=<port>", (1, 20), 6),
        ("cd app\ngit clone <url>", (2, 11), 5),
        ("cd /data/<your name>/work", (1, 10), 11),
        ("docker tag app <registry>/app:1.0", (1, 16), 10),
        ("export NAME=<name>", (1, 13), 6),
        ("NAME=<name>", (1, 6), 6),
        ("NAME=<name> python app.py", (1, 6), 6),
        ("A=$(gcloud config get <key>)", (1, 23), 5),
        ('echo "$(cat <file>)"', (1, 13), 6),
        ("sudo apt install <package>", (1, 18), 9),
        ("python <script.py>", (1, 8), 11),
        ("deploy <dev|prod>", (1, 8), 10),
        ("git commit -m {your message}", (1, 15), 14),
        ("gcloud run --project=[your project]", (1, 22), 14),
        ("$ ls\n$ cat <file>", (2, 7), 6),
        ("docker run \\\n  -p <port>:80 \\\n  <image>", (2, 6), 6),
    ],
)
def test_what_a_shell_takes_for_syntax_is_found(code: str, place: tuple[int, int], length: int) -> None:
    found = judge(placeholder_as_syntax, code)
    assert places(found) == [place]
    assert found[0].place.length == length
    assert found[0].severity is None
    assert found[0].remedy


def test_it_says_what_the_shell_makes_of_it() -> None:
    angles, words = judge(placeholder_as_syntax, "cat <input file>\ncat {input file}")
    assert "`<input file>` for redirections, from a file called `input`" in angles.message
    assert "`INPUT_FILE`" in angles.remedy
    assert words.message == "The shell splits the placeholder `{input file}` into 2 words."
    assert "`{input-file}`" in words.remedy


def test_every_command_is_found_once() -> None:
    code = "ssh <user>@<host> -L <a>:localhost:<b>\nscp <user>@<host>:a b && cat <file>"
    assert places(judge(placeholder_as_syntax, code)) == [(1, 5), (2, 5), (2, 30)]


def test_what_deletes_the_folder_in_front_of_it_is_an_error() -> None:
    (one,) = judge(placeholder_as_syntax, "rm -rf ~/<project>/build")
    assert one.severity is Severity.ERROR
    assert "where there is a file or folder `project`, this deletes `~/`" in one.message


@pytest.mark.parametrize("code", ["rm -rf <folder>", "rm <file>.txt", "ls ~/<project>/build"])
def test_what_fails_before_it_deletes_is_a_warning(code: str) -> None:
    assert [each.severity for each in judge(placeholder_as_syntax, code)] == [None]


@pytest.mark.parametrize(
    "code",
    [
        "ssh {user}@{host} -p {port}",
        "export NAME=YOUR_NAME\ncd your-folder",
        'git commit -m "<your message>"',
        "git commit -m '<your message>'",
        'NAME="be-{your group}-{your name}"',
        "# replace <name> with yours",
        "ls  # in <your folder>",
        "cat <<EOF\n<your name>\n{your name}\nEOF",
        "cat <<EOF > <<x",
        "sort < in.txt > out.txt",
        "sort <in.txt >out.txt",
        "wc -l <in.txt",
        "cat <in.txt> out.txt",
        "diff <(ls) <(ls -l)",
        "read a <&3 b >&2",
        "tr a b <<< word",
        'echo "<h1>hi</h1>" > index.html',
        "echo '<p>hi there</p>'",
        "cp {a,b}.txt . ; echo {1..9}",
        "{ echo one; echo two; }",
        "awk '{print first second}' a",
        "echo ${NAME} $(date) ${A:-b c}",
        "[ -f app.py ] && [[ $A < $B ]]",
        "ls [A-Z]* file[12].txt",
        "docker ps --format '{{.Names}} {{.Ports}}'",
        "echo {{ cookiecutter.name }}",
        "cmd ... …",
        "$ ls\n<html>\n<your page>",
        "find . -exec rm {} \\;",
        "git show HEAD@{1 day ago}",
        "",
    ],
)
def test_what_reaches_the_program_or_is_meant_is_no_finding(code: str) -> None:
    assert judge(placeholder_as_syntax, code) == []


@pytest.mark.parametrize("language", ["", "text", "python", "yaml", "powershell", "output", "html"])
def test_other_languages_are_not_judged(language: str) -> None:
    assert judge(placeholder_as_syntax, "ssh <user>@<host>", language) == []
