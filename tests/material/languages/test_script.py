"""What of a block is typed, and what is shown."""

from __future__ import annotations

import time

import pytest

from pytest_cloudlab.material.languages.script import Script, script_of
from tests.material.rules.judged import COLUMN, LINE, block_of


def typed(code: str, language: str = "bash") -> list[str]:
    """The lines that are typed, without those that are empty."""
    return [line for line in script_of(block_of(code, language)).code.split("\n") if line]


@pytest.mark.parametrize(
    ("prompt", "language"),
    [
        ("$ ", "bash"),
        ("$ ", "console"),
        ("$ ", "text"),
        ("$ ", ""),
        ("  $ ", "bash"),
        ("% ", "zsh"),
        ("(venv) $ ", "bash"),
        ("(base) ada@vm:~$ ", "console"),
        ("ada@vm:~/app$ ", "bash"),
        ("ada@vm:~/app$ ", ""),
        ("root@3f2a1b:/# ", "console"),
        ("[ada@vm app]$ ", "console"),
        ("ada@mac ~ % ", "console"),
        ("bash-5.1# ", "console"),
        ("~/app $ ", "bash"),
        ("➜  app git:(main) ", "bash"),
        ("➜  app git:(main) ✗ ", "bash"),
        ("➜  ~ ", "bash"),
        ("❯ ", "bash"),
        ("PS C:\\Users\\ada> ", "powershell"),
        ("PS> ", "powershell"),
        ("C:\\Users\\ada> ", "batch"),
    ],
)
def test_a_prompt_is_taken_off_and_what_has_none_is_output(prompt: str, language: str) -> None:
    script = script_of(block_of(f"{prompt}docker ps\nCONTAINER ID\n\n{prompt}docker stop web\nweb", language))
    assert script.code == "docker ps\n\n\ndocker stop web\n"
    assert script.prompted
    assert script.output == {2, 3, 5}
    assert script.at(4, 8, 4).column == COLUMN + len(prompt) + 7
    assert script.at(4, 8, 4).line == LINE + 3


@pytest.mark.parametrize(
    "code",
    [
        "docker ps\ndocker stop web",
        "# docker ps\ndocker stop web",
        "$HOME/bin/run\n$(which python) app.py",
        "cat a > b\n> c",
        "%1\necho 100 %",
        "git@host.org:octo/app.git",
        "a@b\nls",
        "cat > a.md <<EOF\n# title\n> quote\nEOF",
    ],
)
def test_without_a_prompt_all_is_typed(code: str) -> None:
    script = script_of(block_of(code))
    assert (script.code, script.prompted, script.output) == (code, False, frozenset())


def test_a_hash_is_a_comment_unless_a_console_shows_what_only_root_types() -> None:
    assert typed("# apt-get update\nHit:1 http", "console") == ["apt-get update"]
    assert typed("# apt-get update\nls", "bash") == ["# apt-get update", "ls"]
    assert typed("# build it\nls", "console") == ["# build it", "ls"]
    assert typed("# apt-get update\n$ ls", "console") == ["ls"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("$ docker run \\\n>   -p 80:80 \\\n>   app\nid", ["docker run \\", "  -p 80:80 \\", "  app"]),
        ("$ docker run \\\n    -p 80:80 \\\n    app\nid", ["docker run \\", "    -p 80:80 \\", "    app"]),
        ("$ cat > a <<EOF\n> one\n> EOF\nout", ["cat > a <<EOF", "one", "EOF"]),
        ("$ cat > a <<'EOF'\none\n$ two\nEOF\nout\n$ ls", ["cat > a <<'EOF'", "one", "$ two", "EOF", "ls"]),
        ('$ echo "one\ntwo"\nout', ['echo "one', 'two"']),
        ("$ ls |\n> wc\n3", ["ls |", "wc"]),
        ("$ cd app &&\nls\na.py", ["cd app &&", "ls"]),
        ("$ for f in *; do\n>   echo $f\n> done\na\nb", ["for f in *; do", "  echo $f", "done"]),
        ("$ npm start\n> app@1.0.0 start\n> node .", ["npm start"]),
        ("$ echo done\nfi\n$ ls", ["echo done", "ls"]),
        ("$ echo it\\'s # don't\nout", ["echo it\\'s # don't"]),
        ("$ python - <<< 'x'\nout", ["python - <<< 'x'"]),
        ("PS> docker run `\n  app\nid", ["docker run `", "  app"]),
    ],
)
def test_what_continues_a_typed_line_is_typed(code: str, expected: list[str]) -> None:
    assert typed(code, "console") == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("tree -L 1 app\napp\n├── a.py\n└── b\n\n1 directory, 2 files", ["tree -L 1 app"]),
        (".\n├── a.py\n│   └── c\n└── b", []),
        (
            "ls -l\ntotal 8\ndrwxr-xr-x 2 ada ada 4096 Jan 1 a\n-rw-r--r-- 1 ada ada 1 Jan 1 b\nls",
            ["ls -l", "ls"],
        ),
        (
            "docker ps\nCONTAINER ID   IMAGE\n1a2b   app\n\ndocker stop 1a2b",
            ["docker ps", "docker stop 1a2b"],
        ),
        ("kubectl get pods\nNAME    READY   STATUS\nweb-1   1/1     Running", ["kubectl get pods"]),
        ("npm ls\n+-- one\n|   `-- two\n`-- three", ["npm ls"]),
        ("tar xf a\ntar: a: no such file\nls", ["tar xf a", "ls"]),
        ("node a.js\nError: it failed\n    at run (a.js:1:2)\n    ^", ["node a.js"]),
        (
            "cat > a.yml <<EOF\nname: web\nport: 80\nEOF",
            ["cat > a.yml <<EOF", "name: web", "port: 80", "EOF"],
        ),
        ("> docker run app\nout (put\n> docker ps", ["docker run app", "docker ps"]),
        ("> out.txt\nls", ["> out.txt", "ls"]),
        ("echo total 8\ncp -r a b", ["echo total 8", "cp -r a b"]),
    ],
)
def test_what_only_a_program_writes_is_output(code: str, expected: list[str]) -> None:
    assert typed(code) == expected


@pytest.mark.parametrize(
    ("code", "language", "expected"),
    [
        (">>> a = 1\n>>> a\n1", "python", ["a = 1", "a"]),
        (">>> for x in y:\n...     print(x)\n...\n1", "pycon", ["for x in y:", "    print(x)"]),
        (">>> a\n1", "", ["a"]),
        (">>> a\n1", "console", ["a"]),
        (
            "In [1]: a\nOut[1]: 1\n\nIn [2]: for x in y:\n   ...:     b\n",
            "ipython",
            ["a", "for x in y:", "    b"],
        ),
        ("Python 3.12.1\n>>> a\n1", "pycon", ["a"]),
        (
            'def f():\n    """\n    >>> f()\n    1\n    """',
            "python",
            ["def f():", '    """', "    >>> f()", "    1", '    """'],
        ),
    ],
)
def test_sessions_with_python_are_told_apart_too(code: str, language: str, expected: list[str]) -> None:
    script = script_of(block_of(code, language))
    assert script.language in ("python", "ipython")
    assert [line for line in script.code.split("\n") if line] == expected


@pytest.mark.parametrize(
    ("code", "language", "expected"),
    [
        ("$ ls", "text", "shell"),
        ("ada@vm:~/app$ tree", "text", "text"),
        ("$ ls", "output", "output"),
        ("PS C:\\> ls", "bash", "powershell"),
        ("ls", "shell-session", "shell"),
        ("$ ls", "yaml", "yaml"),
        ("$x = 1", "powershell", "powershell"),
        ("any", "klingon", "klingon"),
    ],
)
def test_the_language_is_that_of_what_is_typed(code: str, language: str, expected: str) -> None:
    """On somebody's screen, shown as text, nothing is typed by students."""
    assert script_of(block_of(code, language)).language == expected


def test_lines_are_kept() -> None:
    code = "$ one\n\n\n  two\n$ three \n\n"
    script = script_of(block_of(code))
    assert isinstance(script, Script)
    assert script.code.count("\n") == code.count("\n")
    assert script.code == "one\n\n\n\nthree \n\n"


def test_time_grows_with_the_block_only() -> None:
    started = time.process_time()
    for code in (
        "$ " * 40_000,
        "$ \\\n" * 20_000,
        "a@" * 40_000,
        "│ " * 40_000,
        "(" * 80_000,
        "$ if x\n" * 10_000,
    ):
        script_of(block_of(code, "console"))
    assert time.process_time() - started < 30
