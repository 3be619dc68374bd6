"""Options and arguments that a companion's script does not take."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache

from pytest_cloudlab.material.companions.interface import interface_of
from pytest_cloudlab.material.companions.invocation import Fault, faults
from pytest_cloudlab.material.companions.walk import walk
from pytest_cloudlab.material.companions.walker import Run
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule

MOST_NAMED = 8
_QUOTED = re.compile(r"[\"'](--?[A-Za-z][\w-]{0,60})[\"']")


@rule("companion-option", severity=Severity.ERROR, scope="page")
def companion_option(page: Page, course: Course) -> Iterator[Found]:
    """A companion's script is called with options or arguments that it does not take.

    Reads argparse, click and typer from the script's source, and runs nothing. Looks for options that are not
    there, values that are not among an option's choices or are no numbers, values that are missing or too
    many, and required options and arguments that are not given. Abbreviations are fine where argparse allows
    them. Left alone: scripts whose options come from elsewhere too (subcommands, parents, loops, other
    files), scripts that the page's commands write or edit, options that a block of the page adds,
    placeholders and variables.
    """
    walked = walk(page, course)
    for run in walked.runs:
        source = run.companion.text(run.path) if run.path.endswith(".py") else None
        interface = interface_of(source) if source else None
        if interface is None or posixpath.basename(run.path) in walked.written:
            continue
        for fault in faults(interface, run.launch.arguments):
            shortened = fault.kind == "missing" and run.typed.span
            added = fault.kind == "unknown" and fault.value in _spelt_out(page)
            if not shortened and not added:
                yield _found(run, fault)


@lru_cache(maxsize=64)
def _spelt_out(page: Page) -> frozenset[str]:
    """Options in quotes in blocks of code: students may be adding them to the script."""
    return frozenset(match for block in page.blocks for match in _QUOTED.findall(block.code))


def _found(run: Run, fault: Fault) -> Found:
    place = fault.word.place if fault.word else run.launch.script.place
    return Found(place, _message(run.path, fault), _remedy(run, fault))


def _message(script: str, fault: Fault) -> str:
    name = fault.parameter.name if fault.parameter else ""
    if fault.kind == "unknown":
        return f"`{script}` has no option `{fault.value}`."
    if fault.kind == "ambiguous":
        return f"`{fault.value}` may stand for several options of `{script}`: {_names(fault.expected)}."
    if fault.kind == "valueless":
        return f"The option `{name}` of `{script}` takes no value, and is given `{fault.value}`."
    if fault.kind == "needs-value":
        return f"The option `{name}` of `{script}` needs a value."
    if fault.kind == "choice":
        return f"`{fault.value}` is no choice for `{name}` of `{script}`: it takes {_names(fault.expected)}."
    if fault.kind == "number":
        number = "a whole number" if fault.parameter and fault.parameter.type == "int" else "a number"
        return f"`{fault.value}` is not {number}, which `{name}` of `{script}` takes."
    if fault.kind == "surplus":
        flag = f": its option `{name}` takes no value" if name else ""
        return f"`{script}` does not take the argument `{fault.value}`{flag}."
    what = "option" if name.startswith("-") else "argument"
    return f"`{script}` requires the {what} `{name}`, which is not given."


def _remedy(run: Run, fault: Fault) -> str:
    if fault.kind == "unknown":
        if fault.expected:
            return f"Did you mean {_names(fault.expected, ' or ')}?"
        source = run.companion.text(run.path) or ""
        interface = interface_of(source)
        there = tuple(each.name for each in interface.options if each.dest != "help") if interface else ()
        return f"Its options are {_names(there)}." if there else "It has no options."
    if fault.kind == "choice":
        return f"Write `{fault.expected[0]}`, or add the choice to the script."
    if fault.kind in ("ambiguous", "needs-value", "number"):
        return "Write the option out, with a value that it takes."
    if fault.kind == "missing":
        return "Give it, or make it optional in the script."
    return "Leave it out, or let the script take it."


def _names(names: tuple[str, ...], joint: str = ", ") -> str:
    shown = joint.join(f"`{name}`" for name in names[:MOST_NAMED])
    return f"{shown}, …" if len(names) > MOST_NAMED else shown
