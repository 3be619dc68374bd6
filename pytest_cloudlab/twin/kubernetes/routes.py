"""The API server's verbs over all kinds: create, get, list, watch, patch, delete."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from pytest_cloudlab.twin.kubernetes import admission, protobuf, selectors, watching
from pytest_cloudlab.twin.kubernetes.cluster import Cluster
from pytest_cloudlab.twin.kubernetes.errors import KubeError, invalid
from pytest_cloudlab.twin.kubernetes.kinds import ALL, EVENTS, NAMESPACES, STATEFUL_SETS, Kind, Object
from pytest_cloudlab.twin.kubernetes.table import table, wanted

MERGES = ("application/merge-patch+json", "application/strategic-merge-patch+json")


class Routes:
    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._store = cluster.store

    def add_to(self, app: web.Application) -> None:
        for kind in ALL:
            place = f"{kind.base}/namespaces/{{namespace}}/{kind.plural}" if kind.namespaced else ""
            every = f"{kind.base}/{kind.plural}"
            collection = place or every
            app.router.add_get(collection, self._bound(self._list, kind), allow_head=False)
            if place:
                app.router.add_get(every, self._bound(self._list, kind), allow_head=False)
            one = f"{collection}/{{name}}"
            app.router.add_get(one, self._bound(self._get, kind), allow_head=False)
            if kind is not EVENTS:
                app.router.add_post(collection, self._bound(self._create, kind))
                app.router.add_delete(one, self._bound(self._delete, kind))
                app.router.add_patch(one, self._bound(self._patch, kind))

    def _bound(self, handler: Any, kind: Kind) -> Callable[[web.Request], Any]:
        async def bound(request: web.Request) -> web.StreamResponse:
            name = request.match_info.get("namespace", "")
            self._cluster.require_sight(
                request.match_info.get("name", "") if kind is NAMESPACES else name, kind
            )
            answer: web.StreamResponse = await handler(request, kind)
            return answer

        return bound

    async def _list(self, request: web.Request, kind: Kind) -> web.StreamResponse:
        namespace = request.match_info.get("namespace", "")
        fits = selectors.selection(
            request.query.get("labelSelector", ""), request.query.get("fieldSelector", "")
        )
        as_table = wanted(request.headers.get("Accept", ""))
        if request.query.get("watch") in ("1", "true"):
            since = request.query.get("resourceVersion", "")
            return await watching.watch(
                request, self._store, kind, namespace, fits, as_table=as_table, since=since
            )
        items = [one for one in self._store.all(kind, namespace) if fits(one)]
        if as_table:
            return web.json_response(table(kind, items, self._store.version))
        listed = {
            "kind": f"{kind.kind}List",
            "apiVersion": kind.api_version,
            "metadata": {"resourceVersion": str(self._store.version)},
            "items": items,
        }
        return web.json_response(listed)

    async def _get(self, request: web.Request, kind: Kind) -> web.Response:
        item = self._one(request, kind)
        if wanted(request.headers.get("Accept", "")):
            return web.json_response(table(kind, [item], self._store.version))
        return web.json_response(item)

    async def _create(self, request: web.Request, kind: Kind) -> web.Response:
        namespace = request.match_info.get("namespace", "")
        strict = request.query.get("fieldValidation") == "Strict"
        item = admission.admitted(kind, await _body(request), namespace, strict=strict)
        if "dryRun" not in request.query:
            self._cluster.create(kind, item)
        return web.json_response(item, status=201)

    async def _delete(self, request: web.Request, kind: Kind) -> web.Response:
        item, body = self._one(request, kind), await _body(request)
        told = body.get("gracePeriodSeconds", request.query.get("gracePeriodSeconds"))
        try:
            grace_s = None if told is None else max(0, int(told))
        except (TypeError, ValueError):
            raise KubeError(400, "gracePeriodSeconds is not a number") from None
        expected = (body.get("preconditions") or {}).get("uid")
        if expected and expected != item["metadata"]["uid"]:
            raise KubeError(409, "Precondition failed: UID in precondition does not match")
        orphan = body.get("propagationPolicy") == "Orphan"
        self._cluster.delete(kind, item, grace_s, orphan=orphan)
        return web.json_response(item)

    async def _patch(self, request: web.Request, kind: Kind) -> web.Response:
        """Labels and annotations of anything, and how many pods a stateful set has."""
        if request.content_type not in MERGES:
            raise KubeError(415, f"the twin knows patches of the types {', '.join(MERGES)} only")
        item, body = self._one(request, kind), await _body(request)
        new = _merged(item, body)
        free = copy.deepcopy(item)
        for key in ("labels", "annotations"):
            if key in new["metadata"]:
                free["metadata"][key] = new["metadata"][key]
            else:
                free["metadata"].pop(key, None)
        if kind is STATEFUL_SETS:
            free["spec"]["replicas"] = new["spec"]["replicas"]
        if new != free or type(free["spec"].get("replicas", 0)) is not int:
            said = "Forbidden: the twin changes labels, annotations and the replicas of stateful sets only"
            raise invalid(kind.kind, item["metadata"]["name"], [("spec", said)])
        item["metadata"], item["spec"] = free["metadata"], free["spec"]
        self._store.put(kind, item)
        return web.json_response(item)

    def _one(self, request: web.Request, kind: Kind) -> Object:
        return self._store.get(kind, request.match_info.get("namespace", ""), request.match_info["name"])


def _merged(item: Any, patch: Any) -> Any:
    """RFC 7386; what a strategic patch says of lists is left to who asks for less."""
    if not isinstance(patch, dict) or not isinstance(item, dict):
        return patch
    merged = copy.deepcopy(item)
    for key, value in patch.items():
        if key.startswith("$"):
            continue
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = _merged(merged.get(key, {} if isinstance(value, dict) else None), value)
    return merged


async def _body(request: web.Request) -> dict[str, Any]:
    text = await request.read()
    if not text:
        return {}
    if request.content_type == protobuf.MEDIA_TYPE:
        return protobuf.namespace(text)
    if request.content_type not in ("application/json", *MERGES):
        raise KubeError(415, f"the twin reads JSON only, not {request.content_type}")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        raise KubeError(400, "the body of the request is not JSON") from None
    return body if isinstance(body, dict) else {}
