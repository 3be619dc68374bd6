"""What a program takes on its command line, as far as its source says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Type = Literal["int", "float", ""]
MANY = 1 << 20
"""More values than anybody types."""


@dataclass(frozen=True)
class Parameter:
    """An option with its values, or a positional argument."""

    names: tuple[str, ...]
    """`--epochs` and `-e`; of a positional argument, what its help calls it."""
    dest: str
    """What the program calls its value."""
    least: int = 1
    most: int = 1
    """How many values it takes."""
    required: bool = False
    choices: tuple[str, ...] | None = None
    """None where any value will do, or nobody can tell which."""
    folded: bool = False
    """Whether upper and lower case are the same in `choices`."""
    type: Type = ""
    default: str = ""
    """Where it is a text or a path."""

    @property
    def name(self) -> str:
        """The one to speak of: the longest."""
        return max(self.names, key=len, default=self.dest)

    def optional(self) -> Parameter:
        return replace(self, required=False)


@dataclass(frozen=True)
class Interface:
    """Options and positional arguments in the order of the source."""

    options: tuple[Parameter, ...] = ()
    positionals: tuple[Parameter, ...] = ()
    open: bool = False
    """Whether there may be more than was found: then nothing may be called missing or unknown."""
    abbreviates: bool = True
    """Whether `--ep` stands for `--epochs`, as with argparse."""
    dashed_values: bool = False
    """Whether an option's value may look like an option, as with click."""

    def option(self, name: str) -> Parameter | None:
        """The one of exactly this name."""
        return next((each for each in self.options if name in each.names), None)

    def named(self, name: str) -> tuple[Parameter, ...]:
        """Those that `name` stands for: none, one, or several where an abbreviation is ambiguous."""
        exact = self.option(name)
        if exact is not None:
            return (exact,)
        if not self.abbreviates or not name.startswith("--"):
            return ()
        return tuple(each for each in self.options if any(other.startswith(name) for other in each.names))


def interface_of(source: str) -> Interface | None:
    """How a Python script is called: by argparse, click or typer. None when its source does not tell.

    The source is read, never run.
    """
    from pytest_cloudlab.material.companions.argparse_options import argparse_interface
    from pytest_cloudlab.material.companions.click_options import click_interface
    from pytest_cloudlab.material.companions.python_source import tree_of
    from pytest_cloudlab.material.companions.typer_options import typer_interface

    tree = tree_of(source)
    if tree is None:
        return None
    for read in (argparse_interface, click_interface, typer_interface):
        if found := read(tree):
            return found
    return None
