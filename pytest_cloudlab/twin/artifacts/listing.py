"""Lists as the API gives them: filtered, ordered, in pages."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pytest_cloudlab.twin.rpc_error import RpcError

Resource = dict[str, Any]

PAGE = 100
LARGEST_PAGE = 1000
_TERM = re.compile(r'\s*([a-z][A-Za-z_]*)\s*=\s*"([^"]*)"\s*')


def listed(kind: str, found: Sequence[Resource], query: Mapping[str, str]) -> Resource:
    """One page of `found` below the key `kind`, as `filter`, `orderBy`, `pageSize`, `pageToken` ask.

    Raises `RpcError` 400 for what cannot be read.
    """
    chosen = [each for each in found if _matches(each, query.get("filter", ""))]
    if order := query.get("orderBy", "").strip():
        chosen = _ordered(chosen, order)
    size = _size(query.get("pageSize", "0"))
    start = _start(query.get("pageToken", ""))
    page: Resource = {}
    if chosen[start : start + size]:
        page[kind] = chosen[start : start + size]
    if start + size < len(chosen):
        page["nextPageToken"] = base64.urlsafe_b64encode(str(start + size).encode()).decode()
    return page


def _size(text: str) -> int:
    try:
        size = int(text)
    except ValueError:
        size = -1
    if size < 0:
        raise RpcError(400, f"Invalid value at 'page_size' (TYPE_INT32), \"{text}\"")
    return min(size or PAGE, LARGEST_PAGE)


def _start(token: str) -> int:
    try:
        return int(base64.b64decode(token, b"-_", validate=True)) if token else 0
    except (ValueError, binascii.Error):
        raise RpcError(400, "Invalid page token.") from None


def _matches(resource: Resource, wanted: str) -> bool:
    """`name="projects/…/*" AND version="…"`: a star stands for any text."""
    for term in re.split(r"\bAND\b", wanted) if wanted.strip() else ():
        match = _TERM.fullmatch(term)
        if not match:
            raise RpcError(400, f"Invalid filter: {wanted}")
        pattern = re.escape(match[2]).replace(r"\*", ".*")
        if not re.fullmatch(pattern, str(resource.get(_camel(match[1]), ""))):
            return False
    return True


def _ordered(found: list[Resource], order: str) -> list[Resource]:
    match = re.fullmatch(r"([A-Za-z_]+)(?:\s+(asc|desc))?", order)
    if not match:
        raise RpcError(400, f"Invalid order_by: {order}")
    key = _camel(match[1])
    return sorted(found, key=lambda each: str(each.get(key, "")), reverse=match[2] == "desc")


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)
