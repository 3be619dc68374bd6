"""Commands over several lines that fall apart."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.finding import Severity
from pytest_cloudlab.material.rules.continuations import broken_continuation
from tests.material.rules.judged import judge, places


@pytest.mark.parametrize(
    ("code", "place", "said"),
    [
        ("docker run \\ \n  -p 80:80 \\\n  app", (1, 12), "blanks stand behind the backslash"),
        ("docker run \\\t\n  app", (1, 12), "blanks stand behind the backslash"),
        ("docker run \\  # detached\n  -d app", (1, 12), "a comment stands behind the backslash"),
        ("docker run \\\n  -p 80:80\n  -v a:b \\\n  app", (2, 11), "`-v` is run by itself"),
        ("gcloud create vm \\\n  --zone=a\n  --image=b", (2, 11), "`--image` is run by itself"),
        ("docker run\n  -p 80:80 \\\n  app", (1, 11), "`-p` is run by itself"),
        ("docker run \\\n  -d \\\n  # the port\n  -p 80:80 app", (3, 3), "A comment between continued lines"),
        ("docker run \\\n\n  -p 80:80 app", (2, 1), "An empty line between continued lines"),
        ("$ docker run \\ \n>   app", (1, 14), "blanks stand behind the backslash"),
    ],
)
def test_what_ends_a_command_early_is_found(code: str, place: tuple[int, int], said: str) -> None:
    found = judge(broken_continuation, code)
    assert places(found) == [place]
    assert said in found[0].message
    assert found[0].severity is None


def test_a_backslash_at_the_very_end_is_a_warning() -> None:
    (one,) = judge(broken_continuation, "docker run \\\n  -p 80:80 app \\")
    assert places([one]) == [(2, 16)]
    assert one.severity is Severity.WARNING


@pytest.mark.parametrize(
    "code",
    [
        "docker run \\\n  -p 80:80 \\\n  app",
        "docker run -p 80:80 app\nls -l",
        "cd a\\ b\nls",
        "cd a\\ \\ b\nls",
        "ls C:\\\\ \nls",
        "echo 'a \\ \n  b'",
        'echo "a \\ \n  b"',
        "cat <<EOF\na \\ \n  b\n-c\nEOF",
        "cat <<EOF\nrun \\\n  a\n  --b\nEOF",
        "# run \\ \nls",
        "app --help\n\nOptions:\n  -p PORT   the port\n  --name    its name",
        "app --help\n  --port PORT\n  --name NAME",
        "ls \\\n  a\n\n- one\n- two",
        "docker run \\ \n",
        "docker run \\\n  a\n-  b",
        "pip install \\\n  a \\\n  ...\n  --b",
        "FOO=1 \\\n  python a.py && \\\n  python b.py",
        "$ ls \\\n  -l\n  -rw-r--r-- a",
        "docker run \\\\\n  -p 80:80",
        "",
    ],
)
def test_what_goes_on_or_is_no_command_is_no_finding(code: str) -> None:
    assert judge(broken_continuation, code) == []


@pytest.mark.parametrize("language", ["powershell", "dockerfile", "makefile", "text", "", "python"])
def test_other_languages_are_not_judged(language: str) -> None:
    assert judge(broken_continuation, "docker run \\ \n  -d app", language) == []


def test_what_is_said_to_be_output_is_left_alone() -> None:
    code = "docker run \\ \n  -d app"
    assert judge(broken_continuation, code, above="Output:\n") == []
    assert judge(broken_continuation, code, above="Run it:\n") != []
