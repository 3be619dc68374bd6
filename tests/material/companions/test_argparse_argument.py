"""What one option of argparse takes is read from the call that adds it."""

from __future__ import annotations

import textwrap

import pytest

from pytest_cloudlab.material.companions.interface import MANY, Interface, interface_of


def read(source: str) -> Interface:
    found = interface_of(textwrap.dedent(source))
    assert found is not None
    return found


def declared(arguments: str) -> Interface:
    return read(f"""
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument({arguments})
        parser.parse_args()
    """)


@pytest.mark.parametrize(
    ("arguments", "least", "most"),
    [
        ('"--x"', 1, 1),
        ('"--x", nargs=2', 2, 2),
        ('"--x", nargs="?"', 0, 1),
        ('"--x", nargs="*"', 0, MANY),
        ('"--x", nargs="+"', 1, MANY),
        ('"--x", action="count"', 0, 0),
        ('"--x", action="append"', 1, 1),
        ('"--x", action=argparse.BooleanOptionalAction', 0, 0),
        ('"--x", action=MyAction', 0, MANY),
    ],
)
def test_number_of_values(arguments: str, least: int, most: int) -> None:
    option = declared(arguments).option("--x")
    assert option
    assert (option.least, option.most) == (least, most)


def test_a_boolean_option_has_its_opposite() -> None:
    assert declared('"--x", action=argparse.BooleanOptionalAction').option("--no-x")


@pytest.mark.parametrize(
    ("given", "choices"),
    [
        ("choices=('a', 'b')", ("a", "b")),
        ("type=int, choices=range(1, 4)", ("1", "2", "3")),
        ("type=int, choices=range(0, 4, 2)", ("0", "2")),
        ("choices=NAMES", ("a", "b")),
        ("choices=MODELS", ("cnn", "mlp")),
        ("choices=list(MODELS)", ("cnn", "mlp")),
        ("choices=MODELS.keys()", ("cnn", "mlp")),
        ("choices=sorted(NAMES)", ("a", "b")),
        ("choices=load_names()", None),
        ("choices=range(len(NAMES))", None),
        ("choices=['a'], type=Colour", None),
        ("choices=GROWN", None),
    ],
)
def test_choices(given: str, choices: tuple[str, ...] | None) -> None:
    """Where they cannot be told from the file, any value will do."""
    option = read(f"""
        import argparse
        NAMES = ["a", "b"]
        MODELS = {{"cnn": "x", "mlp": "y"}}
        GROWN = ["a"]
        GROWN = GROWN + ["b"]
        parser = argparse.ArgumentParser()
        parser.add_argument("--x", {given})
        parser.parse_args()
    """).option("--x")
    assert option
    assert option.choices == choices


def test_choices_in_any_case() -> None:
    option = declared('"--x", type=str.lower, choices=["cnn"]').option("--x")
    assert option
    assert option.folded
