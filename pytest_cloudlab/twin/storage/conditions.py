"""Conditions of a request: which generation of an object it is about, and which it must find."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.storage.buckets import Bucket
from pytest_cloudlab.twin.storage.objects import Object

KINDS = ("GenerationMatch", "GenerationNotMatch", "MetagenerationMatch", "MetagenerationNotMatch")


def given(query: Mapping[str, str]) -> dict[str, str]:
    """The conditions among a request's parameters."""
    return {f"if{kind}": query[f"if{kind}"] for kind in KINDS if f"if{kind}" in query}


def require(
    query: Mapping[str, str], found: Object | Bucket | None, *, prefix: str = "if", reading: bool = False
) -> None:
    """Raises `ApiError` 412 when a condition does not hold; who only reads what he has is told 304."""
    generation = found.generation if isinstance(found, Object) else 0
    metageneration = found.metageneration if found else 0
    for kind in KINDS:
        name = prefix + kind
        if name not in query:
            continue
        wanted = number(query, name)
        actual = metageneration if kind.startswith("Meta") else generation
        negated = kind.endswith("NotMatch")
        if (actual == wanted) is negated:
            if reading and negated:
                raise web.HTTPNotModified
            raise ApiError(
                412,
                "At least one of the pre-conditions you specified did not hold.",
                location="If-None-Match" if negated else "If-Match",
            )


def number(query: Mapping[str, str], name: str) -> int:
    """Raises `ApiError` 400."""
    text = query[name]
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) < 20):
        raise ApiError(400, f"Invalid long value: '{text}'.")
    return int(text)
