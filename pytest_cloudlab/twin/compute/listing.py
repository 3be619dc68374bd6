"""Lists in pages, filtered; a filter that is not understood is refused, never ignored."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.compute.links import link
from pytest_cloudlab.twin.compute.resources import Resource

TERM = re.compile(r'\(?\s*([A-Za-z.]+[\w.-]*)\s*(=|!=|eq|ne|:)\s*(?:"([^"]*)"|([^\s()"]+))\s*\)?')


def page(items: Sequence[Resource], query: Mapping[str, str]) -> Resource:
    """`{"items": …, "nextPageToken": …}` of what the query asks for. Raises `ApiError` 400."""
    found = [item for item in items if _matches(item, query.get("filter", ""))]
    try:
        size = int(query.get("maxResults", "500"))
        start = int(query.get("pageToken", "0") or "0")
    except ValueError:
        raise ApiError(400, "Invalid value for field 'maxResults' or 'pageToken'.") from None
    if not 0 <= size <= 500:
        raise ApiError(400, f"Invalid value for field 'maxResults': '{size}'. It must be between 0 and 500.")
    result: Resource = {}
    chosen = found[start : start + size]
    if chosen:
        result["items"] = chosen
    if start + size < len(found):
        result["nextPageToken"] = str(start + size)
    return result


def listed(kind: str, request: web.Request, items: Sequence[Resource], *where: str) -> Resource:
    project = request.match_info["project"]
    return {
        "kind": f"compute#{kind}List",
        "id": "/".join(("projects", project, *where)),
        **page(items, request.query),
        "selfLink": link(project, *where),
    }


def aggregated(
    kind: str, request: web.Request, found: Mapping[str, Sequence[Resource]], plural: str = ""
) -> Resource:
    """One list a place, e.g. `zones/europe-west1-b` or `global`; on one page, however long."""
    project, plural = request.match_info["project"], plural or f"{kind}s"
    scopes: dict[str, Resource] = {}
    for place, resources in found.items():
        items = page(resources, request.query).get("items")
        scopes[place] = {plural: items} if items else {"warning": _no_results(place)}
    return {
        "kind": f"compute#{kind}AggregatedList",
        "id": f"projects/{project}/aggregated/{plural}",
        "items": scopes,
        "selfLink": link(project, "aggregated", plural),
    }


def _no_results(place: str) -> Resource:
    return {
        "code": "NO_RESULTS_ON_PAGE",
        "message": f"There are no results for scope '{place}' on this page.",
        "data": [{"key": "scope", "value": place}],
    }


def _matches(item: Resource, expression: str) -> bool:
    for part in re.split(r"\s+AND\s+|\)\s*\(", expression) if expression.strip() else ():
        match = TERM.fullmatch(part.strip())
        if not match:
            raise ApiError(
                400, f"Invalid value for field 'filter': '{expression}'. Invalid list filter expression."
            )
        field, operator, quoted, bare = match.groups()
        wanted = quoted if quoted is not None else bare
        actual = _value(item, field.split("."))
        if operator in ("eq", "ne"):
            # These two take a regular expression that has to match the whole value.
            same = re.fullmatch(wanted, actual) is not None
        elif operator == ":":
            same = bool(actual) if wanted == "*" else wanted in actual
        else:
            same = re.fullmatch(re.escape(wanted).replace(r"\*", ".*"), actual) is not None
        if same == (operator in ("!=", "ne")):
            return False
    return True


def _value(item: Any, path: Sequence[str]) -> str:
    for part in path:
        item = item.get(part, "") if isinstance(item, dict) else ""
    return str(item).lower() if isinstance(item, bool) else str(item)
