"""Metadata of a project or an instance: items under a fingerprint."""

from __future__ import annotations

import re

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.compute.links import fingerprint
from pytest_cloudlab.twin.compute.resources import Resource

KEY = re.compile(r"[a-zA-Z0-9_-]{1,128}")
MAX_BYTES = 512 * 1024


def metadata(body: Resource | None) -> Resource:
    """The `metadata` of a request as a response shows it. Raises `ApiError` 400."""
    items = list((body or {}).get("items") or [])
    seen: set[str] = set()
    size_bytes = 0
    for item in items:
        key, value = item.get("key", ""), item.get("value", "")
        if not KEY.fullmatch(key):
            raise ApiError(400, f"Invalid value for field 'metadata.items.key': '{key}'.")
        if key in seen:
            raise ApiError(400, f"Invalid value for field 'metadata': duplicate key '{key}'.")
        seen.add(key)
        size_bytes += len(key) + len(value.encode())
    if size_bytes > MAX_BYTES:
        raise ApiError(400, "Metadata is larger than 512 KB.")
    items = [{"key": item["key"], "value": item.get("value", "")} for item in items]
    result: Resource = {"kind": "compute#metadata", "fingerprint": fingerprint(items)}
    if items:
        result["items"] = items
    return result


def require_fingerprint(sent: str, current: str, *, what: str) -> None:
    """Raises `ApiError` 412 unless the sender has seen the current value."""
    if sent != current:
        raise ApiError(412, f"Supplied fingerprint does not match current {what} fingerprint.")


def value(metadata: Resource, key: str) -> str:
    for item in metadata.get("items", []):
        if item["key"] == key:
            return str(item["value"])
    return ""


def true(metadata: Resource, key: str) -> bool:
    return value(metadata, key).lower() in ("true", "1", "y", "yes")
