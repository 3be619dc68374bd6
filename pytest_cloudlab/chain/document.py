"""A chain as plain data, for the measured values of a check, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_cloudlab.chain.model import Answer, Chain, Evidence, Hop

KEY = "chain"
"""Under which a check measures one; reports then draw it."""
MOST_HOPS = 12
LONGEST = 300
_EVIDENCE = ("hostname", "machine_id", "network")
_HOP = ("name", "way", "ended", "lost")


def document(chain: Chain) -> list[dict[str, Any]]:
    """One table a hop. A nonce is worth nothing later: what it told stands in `told_by` and `same_as`.

    >>> document(Chain((Hop("vm", Evidence(hostname="web"), port=8888),)))
    [{'name': 'vm', 'port': 8888, 'hostname': 'web'}]
    """
    hops = []
    for at, hop in enumerate(chain.hops):
        twin = chain.same_machine_as(at)
        told: dict[str, Any] = {
            "name": hop.name,
            "way": hop.way,
            "port": hop.port,
            "answer": hop.answer.value if hop.answer is not Answer.UNASKED else "",
            "ended": hop.ended,
            "lost": hop.lost,
            **{key: getattr(hop.evidence, key) for key in _EVIDENCE},
            "told_by": list(chain.told_by(at)),
            "same_as": twin.name if twin else "",
        }
        hops.append({key: value for key, value in told.items() if value})
    return hops


def read(told: Any) -> Chain | None:
    """What `document` has made; None for anything else, which may be a stranger's."""
    if not isinstance(told, list) or not 0 < len(told) <= MOST_HOPS:
        return None
    hops: list[Hop] = []
    try:
        for table in told:
            hops.append(_hop(table, hops, [one.get("same_as") for one in told]))
    except (AttributeError, TypeError, ValueError):
        return None
    return Chain(tuple(hops))


def _hop(table: Mapping[str, Any], before: list[Hop], doubles: list[Any]) -> Hop:
    if not isinstance(table, Mapping):
        raise TypeError
    evidence = {key: _text(table, key) for key in _EVIDENCE}
    names = {key: _text(table, key) for key in _HOP}
    port, told_by, same_as = table.get("port", 0), table.get("told_by", []), _text(table, "same_as")
    if type(port) is not int or not isinstance(told_by, list) or not names["name"]:
        raise TypeError
    # Nonces that say the same again: where none could be written, none is made up.
    has_one = "nonce" in told_by or same_as or names["name"] in doubles
    nonce = f"hop {len(before)}" if has_one else ""
    met = [f"hop {at}" for at, hop in enumerate(before) if hop.name == same_as]
    return Hop(
        **names,
        evidence=Evidence(**evidence, nonce=nonce, found=(*filter(None, [nonce]), *met)),
        port=port,
        answer=Answer(_text(table, "answer") or Answer.UNASKED),
    )


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise TypeError
    return value[:LONGEST]
