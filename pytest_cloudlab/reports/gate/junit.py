"""The outcome as JUnit XML, for the test views of CI systems: a suite for each page, a case for each block.

Errors of the material are a `failure`, a rule that could not look is an `error`, warnings are `system-out`.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from pytest_cloudlab.evidence import write_atomically
from pytest_cloudlab.material.excerpt import excerpt
from pytest_cloudlab.material.look import Look
from pytest_cloudlab.material.outcome import Outcome
from pytest_cloudlab.redaction import plain
from pytest_cloudlab.reports.gate import RULE_S_FAULT, TOOL, counted, told

LONGEST = 64_000


def write(outcome: Outcome, path: Path) -> None:
    """Write the outcome to `path`. Raises `UsageError` when that cannot be written."""
    root = ElementTree.Element("testsuites", name=TOOL)
    for name, looks in outcome.suites.items():
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=plain(name),
            tests=str(len(looks)),
            failures=str(outcome.failed(looks)),
            errors=str(outcome.unjudged(looks)),
            skipped="0",
        )
        for look in looks:
            _case(suite, name, look)
    ElementTree.indent(root)
    write_atomically(path, ElementTree.tostring(root, "utf-8", xml_declaration=True) + b"\n")


def _case(suite: ElementTree.Element, page: str, look: Look) -> None:
    name = look.name.removeprefix(f"{page}::") if look.name != look.page else "page"
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=plain(page),
        name=plain(name),
        file=plain(page),
        line=str(look.line),
        time="0",
    )
    if look.broken:
        said = [told(one) for one in look.broken]
        error = ElementTree.SubElement(case, "error", message=plain(said[0], 300), type="could not look")
        error.text = _body([*said, RULE_S_FAULT])
    elif look.errors:
        first = f"{counted(len(look.errors), 'error')}: {look.errors[0].message}"
        failure = ElementTree.SubElement(case, "failure", message=plain(first, 300), type=look.errors[0].rule)
        failure.text = _body([excerpt(one) for one in look.errors])
    told_too = look.warnings if not look.broken else look.findings
    if told_too:
        ElementTree.SubElement(case, "system-out").text = _body([excerpt(one) for one in told_too])


def _body(parts: list[str]) -> str:
    return plain("\n\n".join(parts), LONGEST, lines=True)
