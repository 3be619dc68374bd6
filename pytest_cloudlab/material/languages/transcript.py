"""Prompts, and what follows them: lines that were typed, and lines that a program wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pytest_cloudlab.material.languages.unfinished import Unfinished

Kind = Literal["shell", "console", "powershell", "batch", "text", "untagged"]


@dataclass(frozen=True)
class Transcript:
    shifts: tuple[int, ...]
    """For each line, the width of its prompt."""
    output: frozenset[int]
    """Numbers of the lines that nobody types, from 1."""
    prompted: bool
    shell: str = ""
    """Which shell prompts like this; empty when nothing is typed."""


_WHERE = r"[\w.-]{1,60}@[\w.-]{1,60}"
_ENVIRONMENT = r"(?:\([\w./~@ -]{1,60}\) ?)?"
_PLACED = re.compile(
    rf"[ \t]*{_ENVIRONMENT}(?:"
    rf"{_WHERE}(?:[: ][^\s$#%>]{{1,120}})?(?: \([\w/.-]{{1,60}}\))? ?[$#%](?: |$)"
    rf"|\[{_WHERE} [^\]\n]{{1,80}}\][$#](?: |$)"
    r"|bash-\d\.\d{1,2}[$#](?: |$)"
    r"|[➜❯](?: |$)(?: ?[\w~./-]{1,80} git:\([^)\n]{1,60}\)(?: ✗)? |  ?[~/][\w/.-]{0,80} )?"
    r")"
)
_DOLLAR = re.compile(rf"[ \t]*{_ENVIRONMENT}(?:~[\w/.-]{{0,80}} ?)?\$(?: |$)")
_PERCENT = re.compile(r"[ \t]*% (?=[a-z./])")
_HASH = re.compile(
    r"[ \t]*# (?=(?:apt|apt-get|yum|dnf|apk|pacman|systemctl|service|useradd|usermod|groupadd|passwd|chown"
    r"|mount|umount|mkfs|fdisk|ip|iptables|ufw|visudo)(?: |$))"
)
_ANGLE = re.compile(r"> (?=[a-z][\w./-]{0,40} \S)")
"""On the first line only: elsewhere it is a redirection, or goes on."""
_POWERSHELL = re.compile(
    r"[ \t]*(?:\([\w./~-]{1,60}\) )?PS(?: ?[A-Za-z]:[^>\n]{0,120}| [~/][^>\n]{0,120})?> ?"
)
_BATCH = re.compile(r"[ \t]*(?:\([\w./~-]{1,60}\) )?[A-Z]:\\[^>\n]{0,120}> ?")
_CONTINUED = re.compile(r"[ \t]*>(?: |$)")


def shell_transcript(lines: Sequence[str], kind: Kind) -> Transcript:
    """Of a shell's session. Not prompted when there is no prompt in it."""
    prompts = [_prompt(line, kind) for line in lines]
    if kind == "console" and not any(prompts):
        prompts = _alike(_HASH, lines)
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    if kind == "shell" and _ANGLE.match(first) and not any(prompts):
        prompts = _alike(_ANGLE, lines)
    shifts: list[int] = []
    output: set[int] = set()
    shell = ""
    state = Unfinished()
    typing = ""
    for number, (line, prompt) in enumerate(zip(lines, prompts, strict=True), 1):
        shift = 0
        if prompt and not state.within:
            shift, typing = prompt
            shell = shell or typing
            state = Unfinished(typing)
            state.read(line[shift:])
        elif typing and state.open:
            continued = _CONTINUED.match(line)
            shift = continued.end() if continued else 0
            state.read(line[shift:])
        else:
            output.add(number)
        shifts.append(shift)
    prompted = any(prompts)
    return Transcript(tuple(shifts), frozenset(output) if prompted else frozenset(), prompted, shell)


def _alike(prompt: re.Pattern[str], lines: Sequence[str]) -> list[tuple[int, str] | None]:
    return [(match.end(), "shell") if (match := prompt.match(line)) else None for line in lines]


def _prompt(line: str, kind: Kind) -> tuple[int, str] | None:
    text = line[:400]
    if match := _POWERSHELL.match(text):
        return match.end(), "powershell"
    if match := _BATCH.match(text):
        return match.end(), "batch"
    typed = "powershell" if kind == "powershell" else "shell"
    if match := _PLACED.match(text):
        # In a block of text, somebody's screen is shown: nobody types that.
        return match.end(), "" if kind == "text" else typed
    if match := _DOLLAR.match(text):
        if kind == "powershell" and text[match.end() :].startswith(("=", "_")):
            return None
        return match.end(), typed
    if kind in ("shell", "console") and (match := _PERCENT.match(text)):
        return match.end(), "shell"
    return None


_PYTHON = re.compile(r"[ \t]*(?:>>> ?|In ?\[\d{0,4}\]: ?)")
_PYTHON_CONTINUED = re.compile(r"[ \t]*\.\.\.(?::? |:?$)")
_PYTHON_TEXT = re.compile(r"\"(?:[^\"\\\n]|\\.){0,2000}\"|'(?:[^'\\\n]|\\.){0,2000}'|#.*")


def python_transcript(lines: Sequence[str]) -> Transcript:
    """Of a session with Python or IPython. What stands in an open bracket is typed, prompt or none."""
    shifts: list[int] = []
    output: set[int] = set()
    prompted = typing = False
    depth = 0
    for number, line in enumerate(lines, 1):
        match = _PYTHON.match(line[:400])
        continued = None if match else _PYTHON_CONTINUED.match(line[:400])
        if match:
            prompted, typing, depth = True, True, 0
            shifts.append(match.end())
        elif typing and (continued or depth > 0):
            shifts.append(continued.end() if continued else 0)
        else:
            typing = False
            output.add(number)
            shifts.append(0)
            continue
        bare = _PYTHON_TEXT.sub("", line[shifts[-1] :])
        depth += sum(each in "([{" for each in bare) - sum(each in ")]}" for each in bare)
    if not prompted:
        return Transcript((0,) * len(lines), frozenset(), False)
    return Transcript(tuple(shifts), frozenset(output), True, "python")


_BRANCH = re.compile(r"[ \t\xa0]*(?:[│|][ \t\xa0]*){0,30}(?:├|└|│)")
_SUMMARY = re.compile(r"\d+ director(?:y|ies)(?:, \d+ files?)?\s*$")
_LISTED = re.compile(r"[ \t]*[-dlbcps](?:[r-][w-][xsStT-]){3}[.+@]?\s+\d+\s")
_TOTAL = re.compile(r"total \d+[KMG]?\s*$")
_TABLE = re.compile(
    r"[ \t]*(?:CONTAINER ID|REPOSITORY|NAMESPACE|NAME|IMAGE ID|DRIVER|VOLUME NAME|Filesystem)\s{2,}\S"
)
_WRITTEN = re.compile(
    r"[ \t]*(?:[|` ]*(?:\+--|\|--|`--)|\+-[-+=]+\+[ \t]*$|\|[^|\n]*\|.*\|[ \t]*$|at \S+ \(|==\d+=="
    r"|\^[~^]*[ \t]*$|[A-Za-z][\w.-]{0,40}: |Traceback \(most recent)"
)
"""Trees and tables in ASCII, traces, and what a program says under its own name (`tar: no such file`)."""
_ROOT = re.compile(r"[\w./~-]{1,80}/?\s*$")


_OUTPUT = (_BRANCH, _LISTED, _SUMMARY, _TOTAL, _WRITTEN)


def shown_by_shell(lines: Sequence[str]) -> Transcript:
    """Of lines without prompts: what certainly no one types."""
    output: set[int] = set()
    table = False
    state = Unfinished()
    for number, line in enumerate(lines, 1):
        text = line[:400]
        if not state.open:
            table = (table and bool(line.strip())) or _TABLE.match(text) is not None
            if table or any(each.match(text) for each in _OUTPUT):
                named = number > 1 and number - 1 not in output and _ROOT.match(lines[number - 2])
                if named and _BRANCH.match(text):
                    output.add(number - 1)
                output.add(number)
                continue
        state.read(line)
    return Transcript((0,) * len(lines), frozenset(output), False)
