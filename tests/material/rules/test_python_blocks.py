"""Blocks of Python that do not parse."""

from __future__ import annotations

import sys

import pytest

from pytest_cloudlab.material.rules.python_blocks import python_syntax
from tests.material.rules.judged import judge, places


@pytest.mark.parametrize(
    ("code", "place", "said"),
    [
        ('show(\n    a=1,\n    label="left"\n    other="right",\n)', (3, 11), "a comma seems to be missing"),
        ("def train()\n    pass", (1, 12), "a colon is expected here"),
        ("for each in range(3):\nprint(each)", (2, 1), "an indented block is expected after `for` statement"),
        ("if ready:\n    go()\n      stop()", (3, 7), "indented deeper than the one before"),
        ("def a():\n        b()\n    c()", (3, 5), "indented less than the one before"),
        ("model = load(\nprint(model)", (1, 13), "`(` is never closed"),
        ('name = "anna\nprint(name)', (1, 8), "the string that begins here is not closed on its line"),
        ('text = """one\ntwo', (1, 8), "in triple quotes that begins here is never closed"),
        ('print "done"', (1, 1), "`print` needs parentheses in Python 3"),
        ("name = “anna”", (1, 8), "invalid character `“` (U+201C)"),
        ("x = (1, 2]", (1, 10), "closing parenthesis `]` does not match opening parenthesis `(`"),
        ("while True print(1)", (1, 12), "`print` cannot stand here"),
        ("total = 1 +", (1, 12), "the line ends before the expression does"),
        ("if x = 1:\n    pass", (1, 4), "maybe you meant `==`"),
        ("def a():\n\tb()\n        c()", (3, 9), "its indentation mixes tabs and spaces"),
    ],
)
def test_what_does_not_parse_is_found_where_it_is_wrong(code: str, place: tuple[int, int], said: str) -> None:
    found = judge(python_syntax, code, "python")
    assert places(found) == [place]
    assert said.lower() in found[0].message.lower()
    assert found[0].message.startswith("This Python does not parse: ")
    assert found[0].remedy


@pytest.mark.parametrize("language", ["python", "py", "python3", "pycon", "ipython", "py3", ".python"])
def test_python_has_many_names(language: str) -> None:
    assert places(judge(python_syntax, ">>> a = (\n", language)) == [(1, 9)]


def test_the_prompt_is_no_part_of_the_code_but_of_the_column() -> None:
    found = judge(python_syntax, ">>> a = 1\n>>> for x in y\n...     print(x)\nprinted", "python")
    assert places(found) == [(2, 15)]


def test_the_cell_of_a_notebook_is_judged_without_its_prompt() -> None:
    assert places(judge(python_syntax, "In [3]: f(1\nOut[3]: 2", "ipython")) == [(1, 10)]


def test_a_body_alone_is_judged_in_its_own_columns() -> None:
    assert places(judge(python_syntax, "    a = 1\n    b = )", "python")) == [(2, 9)]


def test_filled_placeholders_do_not_hide_what_else_is_wrong() -> None:
    assert places(judge(python_syntax, "project = <your-project>\nrun(project", "python")) == [(2, 4)]


def test_an_ellipsis_that_is_a_statement_excuses_nothing() -> None:
    assert places(judge(python_syntax, "def train model):\n    ...", "python")) == [(1, 16)]


def test_an_elision_far_away_excuses_nothing() -> None:
    assert places(judge(python_syntax, "a = f(1,\n2\n\n\nb = 1\n\n\n...", "python")) == [(1, 6)]


@pytest.mark.parametrize(
    "code",
    [
        "import os\n\nprint(os.getcwd())",
        "    return self.model(x)",
        "        x = 1\n    y = 2",
        "await client.get(url)",
        "async with client as c:\n    ...",
        "yield each\nreturn each",
        "!pip install torch\nimport torch",
        "%matplotlib inline\nimport matplotlib",
        "files = !ls\nprint(files)",
        "%%bash\nls -l | grep (x",
        "%%time\nmodel.fit(x)",
        "pip install torch\nimport torch",
        "model.fit?",
        "f(a=1, ...)",
        "config = {'a': 1, ...}",
        "def train(model, ...):\n    ...",
        "x = [1, 2, …, 10]",
        "x = [\n    'a',\n    'b'\n    ...\n]",
        "import x\n\n…\n\nprint(x)",
        "import x\n[...]\nprint(x)",
        "class Model:\n    def a(self):\n        ...\n\n        return (1,\n        ...",
        "def train(model):",
        "def train(model):\n    # your code here",
        "for batch in batches:\n    # TODO: train\n\nprint('done')",
        "if a:\n    # first\n    # second\nelse:\n    b()",
        "try:\n    go()",
        "@app.get('/')",
        "else:\n    go()",
        "except ValueError:\n    go()",
        ">>> for x in y:\n...     print(x)\n...\n1\n2\nnot (python",
        ">>> 1 +\n  File '<stdin>', line 1\nSyntaxError: invalid syntax",
        ">>> total(\n    1,\n    2)\n3 or (so",
        ">>> a = {  # (\n  'x': ')',\n}\n>>> a\n{'x': ... and so on",
        "user_id price\n      1   4.0",
        "slugify(text, allow=False, *, sep='-')",
        "Traceback (most recent call last):\n  File 'a.py', line 3, in <module>\nZeroDivisionError: x y",
        "In [1]: 1 + 1\nOut[1]: 2 or so it says",
        "project = <your-project>",
        "name = {your name}",
        'print(f"{name!r:>10} {a}")',
        'x = "<b>{name}</b>"',
        "x = {1, 2} | {name}",
        '"\\d is no escape"',
        "--8<-- 'app.py'",
        "{% if x %}\na = (\n{% endif %}",
        "",
        "   ",
        "# only a comment",
        "print('é', 'ü')  # ☃",
        "match x:\n    case 1:\n        pass",
    ],
)
def test_what_a_page_may_show_is_no_finding(code: str) -> None:
    assert judge(python_syntax, code, "python") == []


def test_a_brace_that_an_f_string_leaves_open_is_found() -> None:
    """Where in the line differs between Pythons."""
    (one,) = judge(python_syntax, 'total = 1\nprint(f"{total")', "python")
    assert places([one])[0][0] == 2


def test_what_is_said_to_be_output_is_left_alone() -> None:
    code = "Name(id='a') 3"
    assert judge(python_syntax, code, "python", above="Output:\n") == []
    assert judge(python_syntax, code, "python", above="It prints:\n\n") == []
    assert places(judge(python_syntax, code, "python", above="Run this to see the output:\n")) == [(1, 14)]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="later Pythons read it themselves")
@pytest.mark.parametrize(
    "code", ['print(f"{a["b"]}")', "type Pair = tuple[int, int]", "def first[T](x: T) -> T:\n    return x"]
)
def test_what_only_a_newer_python_takes_is_not_judged(code: str) -> None:
    assert judge(python_syntax, code, "python") == []


@pytest.mark.parametrize("language", ["", "text", "python2", "bash", "pytb", "javascript"])
def test_other_languages_are_not_judged(language: str) -> None:
    assert judge(python_syntax, "a = (", language) == []


def test_a_fence_that_never_ends_is_not_judged() -> None:
    assert judge(python_syntax, "a = (", "python", closed=False) == []


def test_endless_nesting_is_no_crash() -> None:
    for code in ("(" * 90_000, "x = " + "-" * 90_000 + "1", "a" + ".b" * 40_000, "[" * 150 + "]" * 150):
        judge(python_syntax, code, "python")
