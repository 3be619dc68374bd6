"""Command lines are refused where argparse and click would refuse them, and nowhere else."""

from __future__ import annotations

import argparse
import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from pytest_cloudlab.material.companions.interface import interface_of
from pytest_cloudlab.material.companions.invocation import Fault, faults
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.shell.command import Word

SOURCE = """
import argparse

def build():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("--epochs", "-e", type=int, default=1)
    parser.add_argument("--epsilon", type=float)
    parser.add_argument("--model", choices=["cnn", "mlp"])
    parser.add_argument("--depth", type=int, choices=[1, 2])
    parser.add_argument("--layers", nargs="+", type=int)
    parser.add_argument("--save-model", action="store_true")
    parser.add_argument("-v", action="count")
    return parser

if __name__ == "__main__":
    build().parse_args()
"""
CLICK = """
import click

@click.command()
@click.option("--epochs", default=1)
@click.option("--note")
def main(epochs, note):
    pass

main()
"""


def word(text: str, *, dynamic: bool = False, placeholder: bool = False) -> Word:
    return Word(text, Place("docs/a.md", 1, 1, len(text)), dynamic=dynamic, placeholder=placeholder)


def judge(line: str, source: str = SOURCE) -> list[Fault]:
    interface = interface_of(source)
    assert interface
    return list(faults(interface, [word(text) for text in line.split()]))


@pytest.mark.parametrize(
    ("line", "kind", "value"),
    [
        ("d --epoch-count 2", "unknown", "--epoch-count"),
        ("d --save", "", ""),
        ("d --ep 2", "ambiguous", "--ep"),
        ("d --epochs", "needs-value", ""),
        ("d --epochs --save-model", "needs-value", ""),
        ("d --save-model=yes", "valueless", "yes"),
        ("d --save-model True", "surplus", "True"),
        ("d --model rnn", "choice", "rnn"),
        ("d --model CNN", "choice", "CNN"),
        ("d --model=rnn", "choice", "rnn"),
        ("d --depth 3", "choice", "3"),
        ("d --epochs 2.5", "number", "2.5"),
        ("d --epsilon 0,01", "number", "0,01"),
        ("d more", "surplus", "more"),
        ("--epochs 2", "missing", ""),
        ("d -x", "unknown", "-x"),
        ("d -vx", "unknown", "-vx"),
    ],
)
def test_refused(line: str, kind: str, value: str) -> None:
    found = judge(line)
    assert [(each.kind, each.value) for each in found] == ([(kind, value)] if kind else [])


@pytest.mark.parametrize(
    "line",
    [
        "d",
        "d --epochs 2",
        "d --epochs=2",
        "d -e 2",
        "d -e2",
        "d --epo 2",
        "d --save-mod",
        "d -vvv",
        "d -vve2",
        "--layers 1 2 3 -- d",
        "d --layers 1 2 3",
        "--epochs 2 d --save-model",
        "d --epsilon 1e-3",
        "d --epsilon .5",
        "d --epsilon -0.5",
        "d --epochs -1",
        "d --model cnn",
        "d --depth 2",
        "--help",
        "-h",
        "d --epochs N",
        "d --model MODEL",
        "d --model model",
        "d [--save-model]",
        "d --epochs 2 ...",
    ],
)
def test_accepted(line: str) -> None:
    """Abbreviations, clusters, values of every notation, and what stands for any value."""
    assert judge(line) == []


def test_variables_and_placeholders_stand_for_anything() -> None:
    interface = interface_of(SOURCE)
    assert interface
    unsure = word("$ARGS", dynamic=True), word("<data>", placeholder=True)
    for each in unsure:
        assert faults(interface, [each]) == ()
        assert faults(interface, [word("d"), word("--epochs"), each]) == ()
        assert faults(interface, [word("d"), word("--model"), each]) == ()
    assert faults(interface, [word("d"), word("--model=$M", dynamic=True)]) == ()


def test_the_likeliest_option_comes_first() -> None:
    (fault,) = judge("d --save-models")
    assert fault.expected[0] == "--save-model"
    (choice,) = judge("d --model MLP")
    assert choice.expected[0] == "mlp"


def test_click_knows_no_abbreviations() -> None:
    assert [each.kind for each in judge("--epoch 2", CLICK)] == ["unknown"]
    assert judge("--epochs 2 --note -x", CLICK) == []


def test_nothing_is_said_of_an_open_interface() -> None:
    source = SOURCE.replace("return parser", "parser.add_subparsers()\n    return parser")
    assert judge("--nonsense", source) == []


OF_TOKENS = """
    d x --epochs 2 -e -e2 --ep --model cnn rnn --save-model --save -v -vv --layers --depth=1 --depth=9 -- --no
    --epsilon .5
"""
TOKENS = OF_TOKENS.split()


@given(some.lists(some.sampled_from(TOKENS), max_size=6))
@settings(max_examples=300, deadline=None)
def test_whatever_argparse_accepts_has_no_fault(tokens: list[str]) -> None:
    """Argparse itself is the judge: a line that it takes is never called wrong."""
    scope: dict[str, object] = {"__name__": "sample"}
    exec(compile(SOURCE, "sample.py", "exec"), scope)  # noqa: S102  # the source is the one above
    build = scope["build"]
    assert callable(build)
    parser: argparse.ArgumentParser = build()
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            parser.parse_args(tokens)
    except SystemExit:
        return
    assert judge(" ".join(tokens)) == []
