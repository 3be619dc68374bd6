"""A page of a bucket's objects, as `objects.list` gives it."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.storage.fields import Fields, unserved
from pytest_cloudlab.twin.storage.objects import Object

PAGE = 1000


def page(bucket: str, objects: Sequence[Object], query: Mapping[str, str]) -> Fields:
    """`objects` are all with the prefix asked for, in the order of their names."""
    for name in ("matchGlob", "filter"):
        if query.get(name):
            raise unserved(name)
    if query.get("softDeleted") == "true":
        objects = ()
    size, after = size_and_start(query)
    items: dict[str, Object] = {}
    prefixes: set[str] = set()
    for name, one in _entries(objects, query):
        if name <= after:
            continue
        if one:
            items[name] = one
        else:
            prefixes.add(name)
    names = sorted(prefixes.union(items))
    chosen = names[:size]
    answer: Fields = {"kind": "storage#objects"}
    if len(names) > len(chosen):
        answer["nextPageToken"] = token(chosen[-1])
    if shown := [items[name].resource(bucket) for name in chosen if name in items]:
        answer["items"] = shown
    if folded := [name for name in chosen if name in prefixes]:
        answer["prefixes"] = folded
    return answer


def size_and_start(query: Mapping[str, str]) -> tuple[int, str]:
    """How many entries a page has at most, and the name after which it starts. Raises `ApiError` 400."""
    try:
        size = min(int(query.get("maxResults", PAGE)), PAGE)
        after = base64.b64decode(query.get("pageToken", ""), altchars=b"-_", validate=True).decode()
    except ValueError:
        raise ApiError(400, "Invalid argument.") from None
    return max(size, 1), after


def token(last: str) -> str:
    """The last name of the page before, as the real one encodes it."""
    return base64.urlsafe_b64encode(last.encode()).decode()


def _entries(objects: Sequence[Object], query: Mapping[str, str]) -> Iterator[tuple[str, Object | None]]:
    """Names with their objects; prefixes, which the delimiter makes of names, with None."""
    prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
    start, end = query.get("startOffset", ""), query.get("endOffset", "")
    trailing = query.get("includeTrailingDelimiter") == "true"
    for one in objects:
        if one.name < start or (end and one.name >= end):
            continue
        rest = one.name[len(prefix) :]
        if not delimiter or delimiter not in rest:
            yield one.name, one
            continue
        folded = prefix + rest.partition(delimiter)[0] + delimiter
        yield folded, None
        if trailing and folded == one.name:
            yield one.name, one
