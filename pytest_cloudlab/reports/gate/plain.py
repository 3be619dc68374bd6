"""The outcome as plain text for a terminal or a log, 80 columns wide, without colour."""

from __future__ import annotations

import textwrap

from pytest_cloudlab.material.excerpt import WIDTH, excerpt
from pytest_cloudlab.material.outcome import Outcome
from pytest_cloudlab.reports.gate import RULE_S_FAULT, closing, told


def text(outcome: Outcome, *, warnings: bool = False, above: str = "") -> str:
    """Errors, and `warnings` where asked for, by place; then the sum. `above` goes before paths."""
    shown = outcome.findings if warnings else outcome.errors
    parts = [excerpt(finding, above) for finding in shown]
    for broken in outcome.broken:
        parts.append(f"{_wrapped(f'could not look: {told(broken)}')}\n{_wrapped(RULE_S_FAULT, '    ')}")
    unshown = " The warnings are shown with --warnings." if outcome.warnings and not warnings else ""
    parts.append(_wrapped(closing(outcome) + unshown))
    return "\n\n".join(parts) + "\n"


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent or "    ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
