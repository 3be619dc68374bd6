"""The findings as text that reads the same on a terminal and in a log, in 80 columns, without colour."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import groupby

from pytest_cloudlab.chain.text import lines as drawn
from pytest_cloudlab.doctor.examination import Examination
from pytest_cloudlab.doctor.finding import Finding, State
from pytest_cloudlab.redaction import plain, redact

COLUMNS = 80
MARKS = {State.OK: "✓", State.FACT: "·", State.WRONG: "✗", State.UNKNOWN: "?"}
NAME = 14
TITLES = {
    "place": "Where it runs",
    "system": "System",
    "tools": "Tools",
    "browser": "Browser",
    "libraries": "Libraries",
    "credentials": "Credentials",
    "network": "Network",
}


def lines(examination: Examination) -> Iterator[str]:
    lab = examination.lab
    yield lab.title if lab else "This machine (no lab named: nothing is needed, all is told)"
    for part, found in groupby(examination.findings, lambda finding: finding.part):
        yield ""
        yield TITLES[part]
        for finding in found:
            # A lab that does without a thing asks nobody to install it.
            yield from _rows(finding, all_fixes=lab is None)
        if part == "place" and examination.chain.hops:
            yield ""
            yield from drawn(examination.chain, indent="    ")
    if examination.offline:
        yield ""
        yield "Network"
        yield f"  {MARKS[State.FACT]} not looked at (--offline)"
    yield ""
    yield from _wrapped(_sum(examination), "", "")


def _rows(finding: Finding, *, all_fixes: bool) -> Iterator[str]:
    name, found = (redact(plain(text)) for text in (finding.name, finding.found))
    head = f"  {MARKS[finding.state]} {name:<{NAME}}"
    inner = " " * (NAME + 6)
    # A long name has a row of its own: the second column stays where the eye looks for it.
    if len(name) > NAME:
        yield head
        yield from _wrapped(found, inner, inner)
    else:
        yield from _wrapped(found, head + "  ", inner)
    if finding.fix and (finding.state is not State.FACT or all_fixes):
        yield from _wrapped(redact(plain(finding.fix)), inner + "→ ", inner + "  ")


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text,
        COLUMNS,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _sum(examination: Examination) -> str:
    states = [finding.state for finding in examination.findings]
    wrong, unknown = states.count(State.WRONG), states.count(State.UNKNOWN)
    if not wrong and not unknown:
        if examination.lab is None:
            return "Name a lab to hear what it needs: cloudlab doctor LAB"
        left = ", the network aside" if examination.offline else ""
        return f"All that the lab needs is here{left}."
    parts = [f"{wrong} to mend"] if wrong else []
    parts += [f"{unknown} could not be looked at"] if unknown else []
    return " · ".join(parts) + ". The lines with an arrow say what to do."
