"""HTML comments on a page."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pytest_cloudlab.material.markdown.target import code_spans, is_inside

_OPEN, _CLOSE = "<!--", "-->"


def commented(lines: Sequence[str], code: Collection[int]) -> set[int]:
    """Numbers of the lines, outside of `code`, of which nothing is left without their comments."""
    found: set[int] = set()
    last_close = max((number for number, line in enumerate(lines, 1) if _CLOSE in line), default=0)
    inside = False
    for number, line in enumerate(lines, 1):
        if number in code or (not inside and _OPEN not in line):
            continue
        spans = code_spans(line) if "`" in line and not inside else []
        rest: list[str] = []
        at, close_here = 0, line.rfind(_CLOSE)
        while at < len(line):
            if inside:
                end = line.find(_CLOSE, at)
                inside = end < 0
                at = len(line) if end < 0 else end + len(_CLOSE)
                continue
            start = line.find(_OPEN, at)
            if start < 0:
                rest.append(line[at:])
                break
            rest.append(line[at:start])
            at = start + len(_OPEN)
            # One that never ends is text, and so is one in a code span.
            if is_inside(spans, start) or (close_here < at and number >= last_close):
                rest.append(_OPEN)
            else:
                inside = True
        if not "".join(rest).strip() and line.strip():
            found.add(number)
    return found
