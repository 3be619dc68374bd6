"""Blocks of shell commands that do not parse."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.rules.shell_blocks import shell_syntax
from tests.material.rules.judged import judge, places


@pytest.mark.parametrize(
    ("code", "place", "said"),
    [
        ("if then", (1, 4), "bash does not expect `then` here"),
        ('cd app\necho "built\nls', (2, 6), "the double quote that is opened here is never closed"),
        ("git commit -m 'it's done'", (1, 25), "the single quote that is opened here is never closed"),
        ('export A="one\nexport B="two"', (1, 10), "the double quote that is opened here is never closed"),
        ("for each in *.png; do\n  echo $each\n", (1, 1), "this `for` has no `done`"),
        ("if [ -f a ]; then\n  ls", (1, 1), "this `if` has no `fi`"),
        ("start() {\n  ls", (1, 9), "this `{` has no `}`"),
        ("ls )\nls", (1, 4), "bash does not expect `)` here"),
        ("echo $(date\n", (1, 7), "the `(` here is never closed"),
        ("(cd app && ls", (1, 1), "this `(` has no `)`"),
        ("echo ${NAME", (1, 7), "the `{` here is never closed"),
        ("ls | | wc -l", (1, 6), "bash does not expect `|` here"),
        ("docker run -d \\\n  -p 80:80 &&& ls", (2, 14), "bash does not expect `&` here"),
        ("docker stop web; ; ls", (1, 18), "bash does not expect `;` here"),
        ("ls\ndone", (2, 1), "bash does not expect `done` here"),
        ("cat a >", (1, 8), "the line ends where a word is expected"),
        ("cat > a <<EOF\none", (1, 9), "no line is just `EOF`"),
        ("cat > a <<EOF\none\n  EOF\nls", (3, 1), "its end `EOF` has blanks around it"),
        ("cd app (optional)", (1, 8), "bash does not expect `(` here"),
        ("docker build . &&", (1, 18), "the block ends before the command does"),
    ],
)
def test_what_bash_refuses_is_found_where_it_is_wrong(code: str, place: tuple[int, int], said: str) -> None:
    found = judge(shell_syntax, code)
    assert said in found[0].message
    assert places(found) == [place]


@pytest.mark.parametrize("language", ["bash", "sh", "shell", "ksh", "Bash", ".bash"])
def test_shells_have_many_names(language: str) -> None:
    assert places(judge(shell_syntax, "ls | | wc", language.lower())) == [(1, 6)]


@pytest.mark.parametrize("language", ["console", "shell-session", "terminal", "bash", "text", ""])
def test_only_what_is_typed_is_judged_behind_prompts(language: str) -> None:
    found = judge(shell_syntax, "$ ls | | wc\n(out (put\n$ ls", language)
    assert places(found) == ([(1, 8)] if language not in ("text", "") else [])


def test_the_place_is_behind_the_prompt() -> None:
    assert places(judge(shell_syntax, "ada@vm:~/app$ ls | | wc", "console")) == [(1, 20)]


def test_placeholders_do_not_hide_what_else_is_wrong() -> None:
    assert places(judge(shell_syntax, "ssh <user>@<host>\nls | | wc")) == [(2, 6)]


def test_characters_count_as_one_column() -> None:
    assert places(judge(shell_syntax, "echo é 🐈 | | wc")) == [(1, 12)]


@pytest.mark.parametrize(
    "code",
    [
        "cd app && docker build -t app:1.0 . # build",
        "ssh <user>@<host> -p<port>",
        "ssh {user}@{host} -L {port}:localhost:{other port}",
        "gcloud compute instances create [your instance]",
        "docker run <IP of the machine (see above)>",
        "cp {source,copy}.txt . && echo {1..3}",
        "echo ${A:-b} ${#A} $((1 + 2)) $(date) `date`",
        "awk '{print $1}' data.csv | sort > out.txt 2>&1",
        "docker ps --format '{{.Names}}'",
        "docker ps --format {{.Names}}",
        "git show HEAD@{1} stash@{0}",
        "find . -name '*.pyc' -exec rm {} \\;",
        "cat > app.py <<'EOF'\nprint(f\"{(1)}'\n(\nEOF",
        "cat <<-EOF\n\tit's (fine)\n\tEOF",
        "cat <<EOF | kubectl apply -f -\na: (b\nEOF",
        "diff <(ls a) <(ls b)",
        'while read -r each; do echo "$each"; done < list.txt',
        "case $1 in\n  start) go ;;\n  *) stop ;;\nesac",
        "function go() { ls; }\ngo",
        "[[ $A =~ ^(a|b)$ ]] && echo yes",
        "a=(1 2 3); echo ${a[@]}",
        "git commit [-m <message>] (-a | --all)",
        "cmd [options] <file>...",
        "service nginx {start|stop|restart}",
        "cp a b (…)",
        "ls (...)",
        "echo it\\'s",
        "echo hello # it's (a comment",
        "Creating network (default)\ndocker ps",
        "FROM python:3.12\nRUN echo (a",
        "import torch\nprint(torch.cuda.is_available())",
        '{\n  "a": [(1)]\n}',
        "$files = Get-ChildItem\nforeach ($f in $files) { $f }",
        "docker run \\\n  -p 80:80 \\\n  app",
        "docker run \\ \n  app",
        'curl -d \'{"a": {"b": 1}}\' https://example.org/{id}',
        "export NAME=…",
        "--8<-- 'setup.sh'",
        "{% raw %}\necho $(\n{% endraw %}",
        "app\n├── a (b)\n└── c\n\n1 directory, 2 files",
        'docker ps\nCONTAINER ID   IMAGE   COMMAND\n1a2b3c   app   "python (x"',
        "$ python -c 'a'\n  File (x\n    ^\n$ ls",
        "$ cat <<EOF\n> it's (\n> EOF\n$ ls",
        '$ echo "one\n> two ("\nout (',
        "% ls\nout (",
        "",
    ],
)
def test_what_a_page_may_show_is_no_finding(code: str) -> None:
    assert judge(shell_syntax, code) == []


def test_what_zsh_alone_reads_is_not_judged() -> None:
    assert judge(shell_syntax, "for f (*.txt) print $f\nprint -l *(.)", "zsh") == []
    assert places(judge(shell_syntax, 'echo "a', "zsh")) == [(1, 6)]


@pytest.mark.parametrize("language", ["", "text", "output", "console", "powershell", "bat", "fish", "python"])
def test_other_languages_and_plain_output_are_not_judged(language: str) -> None:
    assert judge(shell_syntax, "ls | | wc (", language) == []


def test_nothing_is_run(tmp_path: object) -> None:
    """Not by expansions, not by here-documents, not by what a shell reads when it starts."""
    mark = f"{tmp_path}/ran"
    touch = f"touch {mark}"
    judge(
        shell_syntax,
        f"$({touch}) `{touch}`\ncat <<EOF\n$({touch})\nEOF\nalias ls='{touch}'\nls\nset +n\n{touch}\n"
        f"eval '{touch}'\nsource <({touch})\n: $((a[$({touch})]))\ntrap '{touch}' EXIT\nif then",
    )
    from pathlib import Path

    assert not Path(mark).exists()


def test_what_is_endless_is_no_hang() -> None:
    for code in (
        "$(" * 20_000,
        "if a; then " * 5_000,
        "'" * 60_001,
        "<" * 60_000,
        "((" * 30_000,
        "[" * 90_000,
    ):
        judge(shell_syntax, code)
