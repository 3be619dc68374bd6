"""Which fields of a request's JSON the API keeps, and which values it takes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.storage.stream import chunks

Fields = dict[str, Any]

OBJECT_TEXTS = (
    "contentType",
    "contentEncoding",
    "contentDisposition",
    "contentLanguage",
    "cacheControl",
    "customTime",
    "storageClass",
)
CLASSES = ("STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE")
BUCKET_KEPT: Mapping[str, type] = {
    "labels": dict,
    "cors": list,
    "website": dict,
    "iamConfiguration": dict,
}
UNSERVED = (
    "autoclass",
    "defaultEventBasedHold",
    "encryption",
    "hierarchicalNamespace",
    "lifecycle",
    "logging",
    "retentionPolicy",
    "versioning",
)
HEADER = re.compile(r"[^\x00-\x1f\x7f]{0,1024}")
METADATA_BYTES = 8 * 1024
BODY_BYTES = 128 * 1024


async def body(request: web.Request) -> Fields:
    """The JSON object of a request; empty when it has no body. Raises `ApiError` 400, 413."""
    data = b""
    async for chunk in chunks(request):
        data += chunk
        if len(data) > BODY_BYTES:
            raise ApiError(413, "The request is too large.", reason="uploadTooLarge")
    return parsed(data)


def parsed(data: bytes) -> Fields:
    try:
        value = json.loads(data) if data.strip() else {}
    except (ValueError, RecursionError):
        raise ApiError(400, "Parse Error", reason="parseError") from None
    if not isinstance(value, dict):
        raise ApiError(400, "Parse Error", reason="parseError")
    return value


def of_object(given: Fields) -> Fields:
    """What is kept of an object's resource; None stands for a field to clear. Raises `ApiError` 400."""
    kept: Fields = {}
    for name in OBJECT_TEXTS:
        if name in given:
            value = given[name]
            # They come back as headers.
            if value is not None and not (isinstance(value, str) and HEADER.fullmatch(value)):
                raise invalid(name)
            kept[name] = value
    if kept.get("storageClass") not in (None, *CLASSES):
        raise ApiError(400, "Invalid storage class.")
    if "metadata" in given:
        kept["metadata"] = _metadata(given["metadata"])
    for name in ("eventBasedHold", "temporaryHold", "retention"):
        if given.get(name):
            raise unserved(name)
    return kept


def of_bucket(given: Fields) -> Fields:
    """The same for a bucket's resource. What the twin would not act on is refused, not noted."""
    for name in UNSERVED:
        value = given.get(name)
        if value and value != {"enabled": False}:
            raise unserved(name)
    kept: Fields = {}
    for name, kind in BUCKET_KEPT.items():
        if name in given:
            if not isinstance(given[name], kind | None):
                raise invalid(name)
            kept[name] = given[name]
    if any(not isinstance(value, str | None) for value in (kept.get("labels") or {}).values()):
        raise invalid("labels")
    if given.get("storageClass") not in (None, *CLASSES):
        raise ApiError(400, "Invalid storage class.")
    if given.get("storageClass"):
        kept["storageClass"] = given["storageClass"]
    return kept


def merged(old: Fields, change: Fields) -> Fields:
    """JSON merge patch: None clears, objects are merged, all else replaces."""
    new = dict(old)
    for name, value in change.items():
        if value is None:
            new.pop(name, None)
        elif isinstance(value, dict):
            new[name] = merged(new[name] if isinstance(new.get(name), dict) else {}, value)
        else:
            new[name] = value
    return new


def invalid(name: str) -> ApiError:
    return ApiError(400, f"Invalid value for field {name}.")


def unserved(name: str) -> ApiError:
    return ApiError(400, f"The local cloud twin does not serve {name}.")


def _metadata(given: Any) -> Fields | None:
    if given is None:
        return None
    if not isinstance(given, dict) or not all(isinstance(value, str | None) for value in given.values()):
        raise invalid("metadata")
    if sum(len(key) + len(value or "") for key, value in given.items()) > METADATA_BYTES:
        raise ApiError(400, "The metadata of this object is too large.")
    return given
