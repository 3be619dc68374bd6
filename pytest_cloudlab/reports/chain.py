"""A chain of machines among the measured values, as reports draw it. Its text is a stranger's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_cloudlab.chain.document import KEY, read
from pytest_cloudlab.chain.text import lines
from pytest_cloudlab.chain.words import Words, words


def hops(measured: Mapping[str, Any]) -> list[Words]:
    """What is drawn of each machine; nothing where no chain was measured."""
    chain = read(measured.get(KEY))
    return words(chain) if chain else []


def rows(measured: Mapping[str, Any], columns: int) -> list[str]:
    """The chain as lines of text; none where none was measured."""
    chain = read(measured.get(KEY))
    return list(lines(chain, indent="", columns=columns)) if chain else []
