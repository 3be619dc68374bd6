"""Cards as JUnit XML, for the test views of CI systems: one suite for each member.

A failed check is a `failure`, one that could not be judged an `error`; one that waits, was not asked or
is not due is `skipped`, with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from pytest_cloudlab.evidence import write_atomically
from pytest_cloudlab.model import Observation, Standing
from pytest_cloudlab.reports import (
    SELF_REPORTED,
    link,
    not_seen_here,
    number,
    reconnected,
    shown,
    waits_for,
    why_unasked,
)
from pytest_cloudlab.standing import Card, State

OUTCOMES: dict[State, str] = {
    "failed": "failure",
    "inconclusive": "error",
    "blocked": "skipped",
    "not due": "skipped",
    "not asked": "skipped",
}


def write(cards: Sequence[Card], path: Path) -> None:
    """Write the cards to `path`. Raises `UsageError` when that cannot be written."""
    root = ElementTree.Element("testsuites", name="cloudlab")
    for card in cards:
        _suite(root, card)
    ElementTree.indent(root)
    write_atomically(path, ElementTree.tostring(root, "utf-8", xml_declaration=True) + b"\n")


def _suite(root: ElementTree.Element, card: Card) -> None:
    suite = ElementTree.SubElement(
        root,
        "testsuite",
        name=shown(f"{card.lab.id} {card.team.id} {card.member.id}"),
        tests=str(len(card.standings)),
        failures=str(card.to_fix),
        errors=str(card.unjudged),
        skipped=str(card.held_back),
        time=f"{card.duration_s:.3f}",
    )
    if card.latest:
        suite.set("timestamp", card.latest.strftime("%Y-%m-%dT%H:%M:%S"))
    _properties(
        suite,
        {
            "member": card.member.name,
            "points": number(card.points),
            "possible": number(card.possible),
        },
    )
    titles = {standing.check.name: standing.check.title for standing in card.standings}
    for standing in card.standings:
        _case(suite, card, standing, titles)


def _case(suite: ElementTree.Element, card: Card, standing: Standing, titles: dict[str, str]) -> None:
    check, seen = standing.check, standing.observation
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=shown(f"{card.lab.id}.{card.team.id}.{card.member.id}"),
        name=check.name,
        time=f"{seen.duration_s:.3f}" if seen else "0",
    )
    measured = (
        {f"measured.{key}": json.dumps(shown(value)) for key, value in seen.measured.items()} if seen else {}
    )
    _properties(
        case,
        {
            "title": check.title,
            "step": check.step,
            "points": number(standing.points),
            "possible": number(check.points),
            **({"seen": told} if (told := not_seen_here(standing)) else {}),
            **({"reconnected": " ".join(again)} if (again := reconnected(standing)) else {}),
            **measured,
        },
    )
    kind = OUTCOMES.get(card.state(standing))
    if kind:
        reason = waits_for(standing, titles) or (seen.message if seen else why_unasked(check))
        if seen and seen.source == "receipt":
            reason = f"{SELF_REPORTED}: {reason}"
        outcome = ElementTree.SubElement(case, kind, message=shown(reason, 300))
        if kind != "skipped":
            outcome.set("type", card.state(standing))
            outcome.text = shown(_body(card, standing, seen))


def _body(card: Card, standing: Standing, seen: Observation | None) -> str:
    check = standing.check
    lines = (
        seen.message if seen else "",
        (seen.remedy if seen else "") or check.hint,
        link(card.lab, check.step),
    )
    return "\n".join(line for line in lines if line)


def _properties(parent: ElementTree.Element, values: dict[str, str]) -> None:
    holder = ElementTree.SubElement(parent, "properties")
    for name, value in values.items():
        ElementTree.SubElement(holder, "property", name=shown(name, 200), value=shown(value))
