"""The commands that blocks tell students to type."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.shell.command import Command, Word
from pytest_cloudlab.material.shell.shell import commands_of
from tests.material.rules.judged import COLUMN, LINE, block_of


def words(code: str, language: str = "bash") -> list[list[str]]:
    return [[word.text for word in each.words] for each in commands_of(block_of(code, language))]


def one(code: str) -> Command:
    (command,) = commands_of(block_of(code))
    return command


def word(code: str) -> Word:
    """The last of its only command."""
    return one(code).words[-1]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("cd app && docker build -t app:1.0 .", [["cd", "app"], ["docker", "build", "-t", "app:1.0", "."]]),
        ("ls; pwd || true\nwhoami &", [["ls"], ["pwd"], ["true"], ["whoami"]]),
        ("ps aux | grep python | wc -l", [["ps", "aux"], ["grep", "python"], ["wc", "-l"]]),
        ("(cd app; ls) && { pwd; }", [["cd", "app"], ["ls"], ["pwd"]]),
        ("docker run \\\n  -p 80:80 \\\n  app # run it", [["docker", "run", "-p", "80:80", "app"]]),
        ("# cd app\nls # -l", [["ls"]]),
        ("for f in *.py; do\n  python $f\ndone", [[], ["python", "$f"]]),
        ("while read l; do echo x; done < a", [["read", "l"], ["echo", "x"]]),
        ("if [ -f a ]; then ls; else pwd; fi", [["[", "-f", "a"], ["ls"], ["pwd"]]),
        ("case $1 in start) go ;; *) stop ;; esac", [["go"], ["stop"]]),
        ("start() { ls; }\nstart", [["ls"], ["start"]]),
        ("! grep a b; time make all", [["grep", "a", "b"], ["make", "all"]]),
        (
            "echo $(git rev-parse HEAD) `date -u`",
            [["echo", "$(git rev-parse HEAD)", "`date -u`"], ["git", "rev-parse", "HEAD"], ["date", "-u"]],
        ),
        ('A="$(gcloud config get a)"', [[], ["gcloud", "config", "get", "a"]]),
        ("diff <(ls a) b", [["diff", "<(ls a)", "b"], ["ls", "a"]]),
        (
            "cat <<EOF | kubectl apply -f -\ncd nowhere\nEOF\nls",
            [["cat"], ["kubectl", "apply", "-f", "-"], ["ls"]],
        ),
        ("cat > a.py << 'EOF' && python a.py\nimport os\nEOF", [["cat"], ["python", "a.py"]]),
        ("sudo -u www -E systemctl restart nginx", [["systemctl", "restart", "nginx"]]),
        ("sudo env A=b nohup nice -n 5 python app.py", [["python", "app.py"]]),
        ("command -v docker; exec bash -l", [["command", "-v", "docker"], ["bash", "-l"]]),
        ("sudo su", [["su"]]),
        ("sudo -i", [["sudo", "-i"]]),
        ("exec 2>&1", [["exec"]]),
        ("$ cd app\napp\n$ ls\na  b", [["cd", "app"], ["ls"]]),
        ("", []),
        ("\n\n# nothing", []),
    ],
)
def test_commands_are_found_wherever_they_stand(code: str, expected: list[list[str]]) -> None:
    assert words(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ls 'a b' \"c d\" e\\ f", ["ls", "a b", "c d", "e f"]),
        ("echo a\"b c\"'d e'", ["echo", "ab cd e"]),
        ('echo "a \\"b\\" \\$c"', ["echo", 'a "b" $c']),
        ("echo $'a b'", ["echo", "a b"]),
        ('echo "app-$NAME" ${A}-x', ["echo", "app-$NAME", "${A}-x"]),
        ("ssh <user>@<host> {your port}", ["ssh", "<user>@<host>", "{your port}"]),
        ("cd /{{ cookiecutter.name }}/x", ["cd", "/{{ cookiecutter.name }}/x"]),
        ("curl -d '{\"a\": 1}' http://a/b?c=d", ["curl", "-d", '{"a": 1}', "http://a/b?c=d"]),
        ("echo é 🐈 'à b'", ["echo", "é", "🐈", "à b"]),
        ("kill -9 123", ["kill", "-9", "123"]),
    ],
)
def test_words_are_what_the_shell_sees(code: str, expected: list[str]) -> None:
    assert words(code) == [expected]


def test_places_are_those_of_the_page() -> None:
    code = "$ echo é && docker run \\\n>   -p 80:80 'a b'\nout"
    echo, run = commands_of(block_of(code))
    assert (echo.place.line, echo.place.column) == (LINE, COLUMN + 2)
    assert [
        (each.place.line - LINE + 1, each.place.column - COLUMN + 1, each.place.length) for each in run.words
    ] == [
        (1, 13, 6),
        (1, 20, 3),
        (2, 5, 2),
        (2, 8, 5),
        (2, 14, 5),
    ]
    assert run.block == "docs/a.md::build::1"


@pytest.mark.parametrize(
    ("code", "variables", "dynamic", "placeholder"),
    [
        ("ls app", (), False, False),
        ("ls $A/${B}-$A", ("A", "B"), True, False),
        ('ls "$A"', ("A",), True, False),
        ("ls '$A'", (), False, False),
        ("ls \\$A", (), False, False),
        ("ls ${A:-$B}", ("A", "B"), True, False),
        ("ls $1", (), True, False),
        ("ls $((A + 1))", ("A",), True, False),
        ("ls *.py", (), True, False),
        ("ls '*.py'", (), False, False),
        ("ls {a,b}", (), True, False),
        ("ls [YOUR_NAME]", (), False, True),
        ("ls <name>", (), False, True),
        ("ls {name}", (), False, True),
        ('ls "be-{group}-{name}"', (), False, True),
        ("ls YOUR_PROJECT", (), False, True),
        ("ls {{ name }}", (), True, False),
        ("ls …", (), True, True),
    ],
)
def test_words_say_what_they_depend_on(
    code: str, variables: tuple[str, ...], dynamic: bool, placeholder: bool
) -> None:
    found = word(code)
    assert (found.variables, found.dynamic, found.placeholder) == (variables, dynamic, placeholder)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("A=b", [("A", "b", False)]),
        ("A=b C='d e'", [("A", "b", False), ("C", "d e", False)]),
        ("A=b python app.py", [("A", "b", False)]),
        ("export A=b C", [("A", "b", True)]),
        ('export A="be-{group}" # yours', [("A", "be-{group}", True)]),
        ("declare -x A=1", [("A", "1", True)]),
        ("readonly A=1", [("A", "1", False)]),
        ("A=", [("A", "", False)]),
        ("A=$(date)", [("A", "$(date)", False)]),
        ("A=(1 2)", [("A", "(1 2)", False)]),
        ("env A=b python app.py", [("A", "b", True)]),
        ("sudo A=b python app.py", [("A", "b", True)]),
        ("for f in a b; do ls; done", [("f", "a b", False)]),
    ],
)
def test_assignments_are_told_apart(code: str, expected: list[tuple[str, str, bool]]) -> None:
    first = commands_of(block_of(code))[0]
    assert [(each.name, each.value.text, each.exported) for each in first.assignments] == expected


def test_a_line_that_only_assigns_has_no_program() -> None:
    assert [one(code).program for code in ("A=b", "export A=b", "A=b ls", "/usr/bin/ls")] == [
        "",
        "",
        "ls",
        "ls",
    ]


def test_the_values_of_assignments_have_places() -> None:
    (assignment,) = one("env PORT=80 ls").assignments
    assert (assignment.value.place.column - COLUMN + 1, assignment.value.place.length) == (10, 2)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ls > a", [(">", "a")]),
        ("ls >> a 2> b < c", [(">>", "a"), ("2>", "b"), ("<", "c")]),
        ("ls 1> a", [(">", "a")]),
        ("ls &> a", [("&>", "a")]),
        ("ls 2>&1", [("2>&", "1")]),
        ("cat <<< word", [("<<<", "word")]),
        ("cat > a <<EOF\n$A text\nEOF", [(">", "a"), ("<<", "$A text\n")]),
        ("cat <<EOF > a\ntext\nEOF", [(">", "a"), ("<<", "text\n")]),
    ],
)
def test_redirections_are_no_arguments(code: str, expected: list[tuple[str, str]]) -> None:
    command = one(code)
    assert [(operator, word.text) for operator, word in command.redirects] == expected
    assert len(command.words) == 1


def test_here_documents_expand_variables_unless_their_end_is_quoted() -> None:
    assert one("cat <<EOF\n$A ${B}\nEOF").redirects[0][1].variables == ("A", "B")
    assert one("cat <<'EOF'\n$A\nEOF").redirects[0][1].variables == ()


@pytest.mark.parametrize("language", ["python", "yaml", "powershell", "output", "", "text"])
def test_other_languages_and_plain_text_hold_no_commands(language: str) -> None:
    assert words("cd app", language) == []


def test_text_with_a_prompt_holds_commands() -> None:
    assert words("$ cd app\nok", "") == words("$ cd app\nok", "text") == [["cd", "app"]]


def test_what_parses_is_read_even_where_something_does_not() -> None:
    assert ["cd", "app"] in words("cd app\nls | | wc\ncd data")
    assert ["cd", "app"] in words('cd app\necho "open\n')
