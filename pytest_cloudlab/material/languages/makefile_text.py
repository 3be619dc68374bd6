"""Makefiles as pages show them: their structure only, make itself is never asked."""

from __future__ import annotations

import re

from pytest_cloudlab.material.languages.complete import elides
from pytest_cloudlab.material.languages.flaw import Flaw

_DIRECTIVES = """
    include -include sinclude ifeq ifneq ifdef ifndef else endif define endef export unexport override private
    vpath undefine load -load
"""
_DIRECTIVE = re.compile(rf"\s*(?:{'|'.join(re.escape(each) for each in _DIRECTIVES.split())})(?=[\s(]|$)")
_ASSIGNS = re.compile(r"\s*(?:(?:export|override|private)\s+)*[\w.$(){}/-]{1,80}\s*(?:[:?+!]{0,3}=)")
_RULE = re.compile(r"(?:[^\s#=:-][^\s#=:]{0,100}[ \t]*){1,40}::?(?:\s|$)")
_CALLS = re.compile(r"\s*\$[({]")
_TARGET_ALONE = re.compile(r"\s+[\w./%-]{1,80}\s*:\s*$")


def flaw_of(code: str) -> Flaw | None:
    """The first flaw; None for what has no rule in it, which is no Makefile."""
    lines = code.split("\n")
    if ".RECIPEPREFIX" in code or not any(_is_rule(line) for line in lines):
        return None
    in_rule = continued = defining = False
    for number, line in enumerate(lines, 1):
        text = line.strip()
        was_continued, continued = continued, line.endswith("\\")
        if was_continued or not text or text.startswith("#"):
            continue
        if defining or text.startswith("define "):
            defining = not text.startswith("endef")
        elif line.startswith("\t"):
            if not in_rule and number == 1:
                in_rule = True
        elif _ASSIGNS.match(line) or _DIRECTIVE.match(line) or _CALLS.match(line) or elides(text):
            # Conditions stand inside recipes too, and a rule's recipe may go on after them.
            in_rule = in_rule and not _ASSIGNS.match(line)
        elif line[0] == " ":
            if in_rule and not _TARGET_ALONE.match(line):
                return _spaces(number, line, lines)
        elif _is_rule(line):
            in_rule = True
        elif in_rule or (number < len(lines) and lines[number].startswith("\t")):
            recipe = lines[number].startswith("\t") if number < len(lines) else False
            return Flaw(
                number,
                1,
                0,
                "make takes this line for no recipe and no rule: it has no tab before it, and no colon",
                "Write a colon behind the target." if recipe else "Begin the line with a tab.",
            )
    return None


def _is_rule(line: str) -> bool:
    return _RULE.match(line) is not None and _ASSIGNS.match(line) is None and _DIRECTIVE.match(line) is None


def _spaces(number: int, line: str, lines: list[str]) -> Flaw:
    width = len(line) - len(line.lstrip(" "))
    more = sum(each.startswith(" ") and bool(each.strip()) for each in lines[number:])
    also = f" (so do {more} lines below)" if more > 1 else " (so does one below)" if more else ""
    return Flaw(
        number,
        1,
        width,
        f"this line of a recipe begins with spaces{also}, where make wants a tab",
        "Begin every line of a recipe with a tab.",
    )
