"""Blocks of YAML, JSON and TOML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.languages import json_text, toml_text, yaml_text
from pytest_cloudlab.material.languages.complete import elides, is_complete
from pytest_cloudlab.material.languages.flaw import Flaw, found
from pytest_cloudlab.material.languages.placeholder import fill
from pytest_cloudlab.material.languages.script import Script, script_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule

_SETTINGS = re.compile(
    r"devcontainer|vs ?code|visual studio code"
    r"|settings\.json|tasks\.json|launch\.json|tsconfig|jsconfig|keybindings|\.vscode|code-workspace"
    r"|jsonc|customizations|forwardPorts|postCreateCommand|compilerOptions|\"(?:editor|python|terminal|files)\.",
    re.IGNORECASE,
)
_JAVASCRIPT = re.compile(r"=>|\b(?:const|let|var|function|new|export|import)\b|[:\[,]\s*[a-z]\w*[.(]")
_TYPED = re.compile(r"[ \t]*[$>%#] \w")


def _script(block: Block, language: str) -> Script | None:
    if not is_complete(block) or _TYPED.match(block.code):
        return None
    script = script_of(block)
    return script if script.language == language else None


def _flaw(code: str, language: str, flaw_of: Callable[[str], Flaw | None]) -> Flaw | None:
    """What is there both as it stands and with its placeholders filled."""
    if flaw_of(code) is None:
        return None
    flaw = flaw_of(fill(code, language).code)
    if flaw is None:
        return None
    line = code.split("\n")[flaw.line - 1]
    return None if elides(line) or "{{" in line else flaw


@rule("yaml-syntax", severity=Severity.ERROR, scope="block")
def yaml_syntax(block: Block, page: Page, course: Course) -> Iterator[Found]:
    """A block of YAML does not parse, or has a key twice in one mapping.

    Several documents, tags of any kind and placeholders are fine; templates (Jinja, Helm) and a part that
    begins deeper than it goes on are left alone, and so is a second key with a comment above it: a page shows
    two ways like that.
    """
    script = _script(block, "yaml")
    if script is None:
        return
    lines = [line for line in script.code.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    indents = [len(line) - len(line.lstrip(" ")) for line in lines]
    if not lines or indents[0] > min(indents):
        return
    flaw = _flaw(script.code, "yaml", yaml_text.flaw_of)
    if flaw is not None:
        yield from found(flaw, script, "This YAML")


@rule("json-syntax", severity=Severity.ERROR, scope="block")
def json_syntax(block: Block, page: Page, course: Course) -> Iterator[Found]:
    """A block of JSON does not parse.

    Comments and trailing commas are fine where the block says `jsonc`, or where it or the text above is of a
    devcontainer or of VS Code's settings; a comment elsewhere is a warning. Several documents, a part without
    its braces (`"name": value`), placeholders and what leaves something out (`...`) are left alone.
    """
    lenient = script = _script(block, "jsonc")
    script = script or _script(block, "json")
    outside = json_text.outside_strings(script.code) if script else ""
    if script is None or elides(outside):
        return
    if _JAVASCRIPT.search(outside):
        return
    code, commented = json_text.without_comments(script.code)
    if not lenient:
        above = page.lines[max(block.line - 8, 0) : block.line - 1]
        lenient = (
            script if _SETTINGS.search(block.options) or _SETTINGS.search("\n".join((*above, code))) else None
        )
    if lenient:
        code = json_text.without_trailing_commas(code)
    flaw = _flaw(code, "json", json_text.flaw_of)
    if flaw is not None:
        yield from found(flaw, script, "This JSON")
    elif commented and not lenient and (comment := json_text.flaw_of(json_text.without_head(script.code))):
        yield Found(
            script.at(comment.line, comment.column),
            "This JSON has a comment in it, which most programs refuse.",
            "Say it in the text, or call the block `jsonc` where the program takes comments.",
            Severity.WARNING,
        )


@rule("toml-syntax", severity=Severity.ERROR, scope="block")
def toml_syntax(block: Block, page: Page, course: Course) -> Iterator[Found]:
    """A block of TOML does not parse.

    Placeholders and lines left out (`...`) are fine; so is a table shown again with a comment above it.
    """
    script = _script(block, "toml")
    if script is None:
        return
    flaw = _flaw(script.code, "toml", toml_text.flaw_of)
    if flaw is not None:
        yield from found(flaw, script, "This TOML")
