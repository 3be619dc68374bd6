"""A chain drawn as text that reads the same on a terminal and in a log, in 80 columns, without colour."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from pytest_cloudlab.chain.model import Chain
from pytest_cloudlab.chain.words import words

COLUMNS = 80


def lines(chain: Chain, *, indent: str = "  ", columns: int = COLUMNS) -> Iterator[str]:
    """From the near end down to the far one.

    >>> from pytest_cloudlab.chain.model import Answer, Evidence, Hop
    >>> laptop = Hop("laptop", Evidence(hostname="desk"), port=8888, answer=Answer.REACHED)
    >>> print(*lines(Chain((laptop, Hop("codespace", way="gh codespace ports forward")))), sep="\\n")
      ✓ laptop :8888  leads to the far end
      │   host desk
      │
      │ gh codespace ports forward
      ▼
      · codespace
    """
    hops = words(chain)
    for at, one in enumerate(hops):
        if at:
            yield f"{indent}│"
            if one.way:
                yield from _wrapped(one.way, f"{indent}│ ", f"{indent}│ ", columns)
            yield f"{indent}▼"
        last = at == len(hops) - 1
        margin = f"{indent}{' ' if last else '│'}   "
        head = " ".join(filter(None, (one.mark, one.name, one.place)))
        yield from _wrapped(f"{head}  {one.says}" if one.says else head, indent, margin, columns)
        if one.evidence:
            yield from _wrapped(one.evidence, margin, margin, columns)


def picture(chain: Chain) -> str:
    """All lines, as a file of text."""
    return "\n".join(lines(chain, indent="")) + "\n"


def _wrapped(text: str, first: str, rest: str, columns: int) -> list[str]:
    return textwrap.wrap(text, columns, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
