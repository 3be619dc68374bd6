"""Shell variables that are not there when they are used."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.languages.language import title_of
from pytest_cloudlab.material.names.nearness import near
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule
from pytest_cloudlab.material.shell.known_variables import known
from pytest_cloudlab.material.shell.login import logs_in, logs_out
from pytest_cloudlab.material.shell.shell_variables import (
    Use,
    Variables,
    names_in,
    read_elsewhere,
    variables_of,
)
from pytest_cloudlab.material.shell.typed import Typed, typed_on
from pytest_cloudlab.material.site.neighbours import neighbours_of

MOST_NAMES = 200
"""That a page sets; with more of them none is looked for among them."""
MOST_USES = 2000
_LOUD = re.compile(r"[A-Z][A-Z0-9_]+")
_LOUD_DEFAULT = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*")


@rule("unset-variable", severity=Severity.ERROR, scope="page")
def unset_variable(page: Page, course: Course) -> Iterator[Found]:
    """A shell variable is used, and nothing sets it.

    Looks at `$NAME` and `${NAME}` in shell blocks, and in code within a sentence where the variables beside
    it are set. Left alone: what the page sets, or names in any other way (`set NAME`, a table of variables,
    `-e NAME`); what a page before it or one that is linked from it sets; variables of shells, systems and
    well-known tools; passwords, keys and tokens; `${NAME:-default}`; what a file that is read with `source`
    may set; scripts, which may get it from whoever starts them. Names in lower case count only where they
    look like a misspelling of one that is set.
    """
    variables = variables_of(page)
    seen: set[str] = set()
    for use in variables.uses[:MOST_USES]:
        name = use.name
        if name in seen or name in variables.set or name in variables.told or known(name):
            continue
        if use.place.line >= variables.unknown_from or _set_elsewhere(name, page, variables, course):
            continue
        found = (
            _hyphen(use)
            if use.default is not None
            else _misspelt(use, variables, course) or _unset(use, variables)
        )
        if found:
            seen.add(name)
            yield found


def _hyphen(use: Use) -> Found | None:
    if not _LOUD.fullmatch(use.name) or not _LOUD_DEFAULT.fullmatch(use.default or ""):
        return None
    return Found(
        use.place,
        f"To the shell, `${{{use.name}-{use.default}}}` is the variable `{use.name}`, or `{use.default}`"
        f" while that"
        " is not set: a variable's name cannot have a hyphen.",
        f"Write `${{{use.name}_{(use.default or '').replace('-', '_')}}}`, and say where it is set.",
    )


def _misspelt(use: Use, variables: Variables, course: Course) -> Found | None:
    if use.name in course.settings.words:
        return None
    if len(variables.set) > MOST_NAMES:
        return None
    similar = [name for name in variables.set if near(name, use.name) and name not in course.settings.words]
    if len(similar) != 1:
        return None
    place = variables.set[similar[0]]
    return Found(
        use.place,
        f"`${use.name}` is set nowhere; line {place.line} sets `{similar[0]}`.",
        f"Write `${similar[0]}`, or set `{use.name}`.",
    )


def _unset(use: Use, variables: Variables) -> Found | None:
    if not _LOUD.fullmatch(use.name):
        return None
    if use.typed is None or use.typed.span:
        others = [name for name in use.beside if name != use.name]
        there = [name for name in others if name in variables.set]
        if not there or any(
            name not in variables.set and name not in variables.told and not known(name) for name in others
        ):
            return None
    elif _is_script(use.typed.block):
        return None
    return Found(
        use.place,
        f"`${use.name}` is used here, and nothing on the page sets it: the shell puts nothing in its place.",
        f"Let students set `{use.name}` first, or write a placeholder for them to replace.",
    )


def _is_script(block: Block) -> bool:
    return block.code.lstrip().startswith("#!") or bool(title_of(block))


def _set_elsewhere(name: str, page: Page, variables: Variables, course: Course) -> bool:
    for file in variables.sourced:
        if read_elsewhere(file):
            texts = [
                text
                for companion in course.companions
                for path in companion.files
                if posixpath.basename(path) == posixpath.basename(file) and (text := companion.text(path))
            ]
            if not texts or any(name in names_in(text) for text in texts):
                return True
    return any(name in variables_of(each).set for each in neighbours_of(page, course))


@rule("variable-of-another-machine", severity=Severity.ERROR, scope="page")
def variable_of_another_machine(page: Page, course: Course) -> Iterator[Found]:
    """A shell variable is used on another machine than it was set on.

    Looks at the block after one that ends by logging in (`ssh`, `gcloud compute ssh`, `docker exec -it …
    bash`), where the text between them says that students are on that machine now. Left alone: what is set
    there again, what is handed over (`-e NAME`, `SendEnv`), and variables that every machine has.
    """
    variables = variables_of(page)
    steps = [each for each in typed_on(page) if not each.span]
    at = 0
    while at < len(steps):
        end = at
        while end < len(steps) and steps[end].block is steps[at].block:
            end += 1
        login = steps[end - 1]
        following = [each for each in steps[end : end + 200] if each.block is steps[end].block]
        if following and logs_in(login.command) and _inside(page, login, following[0]):
            yield from _lost(login, following, steps[:end], variables)
        at = end


def _lost(login: Typed, there: list[Typed], before: list[Typed], variables: Variables) -> Iterator[Found]:
    here = {each.name: step for step in before for each in step.command.assignments if each.name}
    again: set[str] = set()
    handed = " ".join(word.text for word in login.command.words)
    if "SendEnv" in handed or "--env-file" in handed:
        return
    first = there[0].place.line
    last = max(each.place.line for each in there)
    used = [use for use in variables.uses if use.typed in there]
    for step in there:
        if logs_out(step.command):
            last = min(last, step.place.line)
        again.update(each.name for each in step.command.assignments)
    for use in used:
        name = use.name
        if name not in here or name in again or known(name) or use.default is not None:
            continue
        if not first <= use.place.line <= last or re.search(rf"(?<![\w$]){re.escape(name)}(?!\w)", handed):
            continue
        again.add(name)
        yield Found(
            use.place,
            f"`${name}` is set on line {here[name].line}, and line {login.line} logs in to another"
            f" machine, whose"
            " shell knows nothing of it.",
            f"Set `{name}` again after logging in, or write its value out.",
        )


_THERE = re.compile(
    r"\b(?:inside|connected|logged in|(?:you(?:'re| are)? (?:now )?(?:in|on)|once (?:in|on)|(?:with)?in"
    r"|on|from)"
    r" (?:the|your|this|that) (?:\w+ )?(?:vm|instance|machine|server|container|remote|host|node|pod))\b",
    re.IGNORECASE,
)
_HERE = re.compile(
    r"\b(?:local(?:ly|host)?|laptop|codespace|(?:new|another|second|other|separate) (?:terminal|tab"
    r"|window|shell)"
    r"|back|exit|own (?:machine|computer)|disconnect|log ?out|leave)\b",
    re.IGNORECASE,
)


def _inside(page: Page, login: Typed, following: Typed) -> bool:
    """Whether the page says that what follows is typed on the machine that was logged in to."""
    if login.branch.apart(following.branch):
        return False
    between = [
        page.lines[number - 1][:1000]
        for number in range(login.line + 1, min(following.block.line, login.line + 60))
        if number not in page.scanned.not_prose
    ]
    text = " ".join(between)
    return _THERE.search(text) is not None and _HERE.search(text) is None
