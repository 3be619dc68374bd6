"""The options of scripts that use argparse are read from their source, and from nothing else."""

from __future__ import annotations

import textwrap

import pytest

from pytest_cloudlab.material.companions.argparse_options import argparse_interface
from pytest_cloudlab.material.companions.interface import Interface, interface_of
from pytest_cloudlab.material.companions.python_source import tree_of


def read(source: str) -> Interface:
    found = interface_of(textwrap.dedent(source))
    assert found is not None
    return found


def declared(arguments: str, made: str = "") -> Interface:
    return read(f"""
        import argparse
        parser = argparse.ArgumentParser({made})
        parser.add_argument({arguments})
        parser.parse_args()
    """)


def names(interface: Interface) -> set[str]:
    return {name for option in interface.options for name in option.names}


def test_options_and_positionals() -> None:
    """Names, numbers of values, choices, types and defaults are read; `-h` is always there."""
    found = read("""
        from argparse import ArgumentParser as Parser
        from pathlib import Path

        def main() -> None:
            parser = Parser(description="trains")
            parser.add_argument("data", type=Path)
            parser.add_argument("--epochs", "-e", type=int, default=10)
            parser.add_argument("--model", choices=["cnn", "mlp"], required=True)
            parser.add_argument("--out", type=Path, default=Path("net.pt"))
            parser.add_argument("--quiet", action="store_true")
            args = parser.parse_args()

        if __name__ == "__main__":
            main()
    """)
    assert not found.open
    assert names(found) == {"-h", "--help", "--epochs", "-e", "--model", "--out", "--quiet"}
    assert [each.names for each in found.positionals] == [("data",)]
    epochs, model, out, quiet = (found.option(f"--{name}") for name in ("epochs", "model", "out", "quiet"))
    assert epochs is not None
    assert model is not None
    assert out is not None
    assert quiet is not None
    assert (epochs.least, epochs.most, epochs.type, epochs.required) == (1, 1, "int", False)
    assert (model.choices, model.required, model.dest) == (("cnn", "mlp"), True, "model")
    assert out.default == "net.pt"
    assert (quiet.least, quiet.most) == (0, 0)


def test_groups_belong_to_their_parser() -> None:
    """Of options that exclude each other, none is required."""
    found = read("""
        import argparse
        parser = argparse.ArgumentParser()
        group = parser.add_argument_group("data")
        group.add_argument("--data", required=True)
        parser.add_argument_group("more").add_argument("--more")
        either = parser.add_mutually_exclusive_group(required=True)
        either.add_argument("--cpu", action="store_true")
        either.add_argument("--gpu", required=True)
        parser.parse_args()
    """)
    assert {"--data", "--more", "--cpu", "--gpu"} <= names(found)
    assert [each.name for each in found.options if each.required] == ["--data"]


@pytest.mark.parametrize(
    "source",
    [
        """
        def add_data(parser):
            parser.add_argument("--data")

        def get_parser():
            parser = argparse.ArgumentParser()
            add_data(parser)
            parser.add_argument("--epochs")
            return parser

        args = get_parser().parse_args()
        """,
        """
        def add_data(parser):
            parser.add_argument("--data")
            return parser

        def main(argv=None):
            parser = argparse.ArgumentParser()
            parser = add_data(parser)
            parser.add_argument("--epochs")
            return parser.parse_args(argv)
        """,
        """
        parser = argparse.ArgumentParser()
        parser.add_argument("--data")

        def main():
            parser.add_argument("--epochs")
            argcomplete.autocomplete(parser)
            parser.parse_args(sys.argv[1:])
        """,
    ],
)
def test_helpers_of_the_same_file_are_followed(source: str) -> None:
    found = read("import argparse, argcomplete, sys\n" + textwrap.dedent(source))
    assert not found.open
    assert names(found) == {"-h", "--help", "--data", "--epochs"}


def test_what_is_declared_in_a_condition_is_not_required() -> None:
    found = read("""
        import argparse
        parser = argparse.ArgumentParser()
        if __name__ == "__main__":
            parser.add_argument("--sure", required=True)
            if TRAINING:
                parser.add_argument("--perhaps", required=True)
            parser.parse_args()
    """)
    assert [each.name for each in found.options if each.required] == ["--sure"]
    assert "--perhaps" in names(found)


@pytest.mark.parametrize(
    "line",
    [
        "sub = parser.add_subparsers()",
        "for name in NAMES: parser.add_argument(f'--{name}')",
        "for name in NAMES: parser.add_argument('--x')",
        "[parser.add_argument(name) for name in NAMES]",
        "trainer.add_argparse_args(parser)",
        "common.add_options(parser)",
        "options.append(parser)",
        "self.parser = parser",
        "add = parser.add_argument",
        "parser.add_argument(*NAMES)",
        "parser.add_argument('--x', **MORE)",
        "parser.add_argument('rest', nargs=argparse.REMAINDER)",
        "parser.add_argument('rest', nargs=COUNT)",
        "parser.parse_known_args()",
        "sys.argv.append('--x')",
        "sys.argv = ['train.py']",
        "del sys.argv[1]",
        "other = argparse.ArgumentParser()",
        "if DATA: parser.add_argument('data')",
        "class Parser(argparse.ArgumentParser): pass",
        "parser.parse_args([])",
        "parser.parse_args(sys.argv[2:])",
    ],
)
def test_open_where_there_may_be_more(line: str) -> None:
    """Subcommands, loops, other files, another command line: nothing may be called unknown then."""
    source = f"import argparse, sys\nparser = argparse.ArgumentParser()\n{line}\nparser.parse_args()\n"
    assert read(source).open


@pytest.mark.parametrize(
    "made", ["parents=[base]", "fromfile_prefix_chars='@'", "prefix_chars='+'", "**kwargs"]
)
def test_parsers_that_read_more_are_open(made: str) -> None:
    assert declared('"--x"', made).open


def test_a_parser_that_never_parses_is_open() -> None:
    assert read("import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--x')").open


def test_no_abbreviations_where_they_are_switched_off() -> None:
    assert declared('"--x"').abbreviates
    assert not declared('"--x"', "allow_abbrev=False").abbreviates


def test_no_help_where_it_is_switched_off() -> None:
    assert names(declared('"--x"', "add_help=False")) == {"--x"}


@pytest.mark.parametrize(
    "source",
    [
        "print('hello')",
        "def broken(:",
        "",
        "\0",
        "(" * 5000,
        "import sys\nprint(sys.argv)",
        "x = " + "-" * 9000 + "1",
    ],
)
def test_no_interface_without_a_parser(source: str) -> None:
    """Nor of what is no Python."""
    assert interface_of(source) is None


def test_constants_that_lead_in_circles() -> None:
    source = "import argparse\nA = list(A)\nparser = argparse.ArgumentParser()\n"
    source += "parser.add_argument('--x', choices=A)\nparser.parse_args()\n"
    tree = tree_of(source)
    assert tree
    interface = argparse_interface(tree)
    assert interface
    assert not interface.open
