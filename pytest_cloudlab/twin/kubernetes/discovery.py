"""What the API server says of itself: its version, its kinds, and who asks."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from pytest_cloudlab.twin.kubernetes.kinds import ALL, Kind

USER = "alice@example.com"
GROUPS = ("system:authenticated",)
VERSION = {
    "major": "1",
    "minor": "32",
    "gitVersion": "v1.32.4",
    "gitCommit": "0" * 40,
    "gitTreeState": "clean",
    "buildDate": "2025-04-22T16:03:58Z",
    "goVersion": "go1.23.6",
    "compiler": "gc",
    "platform": "linux/amd64",
}
_AUTHENTICATION, _AUTHORIZATION = "authentication.k8s.io", "authorization.k8s.io"
_REVIEWS = {_AUTHENTICATION: "SelfSubjectReview", _AUTHORIZATION: "SelfSubjectAccessReview"}


def add_to(app: web.Application) -> None:
    add = app.router
    for path in ("/healthz", "/livez", "/readyz"):
        add.add_get(path, _well)
    add.add_get("/version", _answer(VERSION))
    add.add_get("/api", _answer(_legacy()))
    add.add_get("/apis", _answer(_groups()))
    add.add_get("/api/v1", _answer(_resources("v1", [kind for kind in ALL if not kind.group])))
    add.add_get("/apis/apps/v1", _answer(_resources("apps/v1", [kind for kind in ALL if kind.group])))
    for group, kind in _REVIEWS.items():
        plural = f"{kind.lower()}s"
        resource = _resource(plural, kind, False, ("create",), ())
        version = f"{group}/v1"
        add.add_get(f"/apis/{version}", _answer(_list(version, [resource])))
        add.add_post(f"/apis/{version}/{plural}", _review)
    add.add_get("/openapi/v3", _answer({"paths": {_path(kind)[1:]: _where(kind) for kind in ALL}}))
    add.add_get("/openapi/v3/api/v1", _answer(_description([kind for kind in ALL if not kind.group])))
    add.add_get("/openapi/v3/apis/apps/v1", _answer(_description([kind for kind in ALL if kind.group])))


def _answer(document: dict[str, Any]) -> Any:
    async def handler(_: web.Request) -> web.Response:
        return web.json_response(document)

    return handler


async def _well(_: web.Request) -> web.Response:
    return web.Response(text="ok")


async def _review(request: web.Request) -> web.Response:
    """`kubectl auth whoami`, `kubectl auth can-i`"""
    try:
        body = await request.json()
    except ValueError:
        body = {}
    body = body if isinstance(body, dict) else {}
    group = request.path.split("/")[2]
    body |= {"apiVersion": f"{group}/v1", "kind": _REVIEWS[group]}
    body.setdefault("metadata", {})
    if group == _AUTHENTICATION:
        body["status"] = {"userInfo": {"username": USER, "groups": list(GROUPS)}}
    else:
        body.setdefault("spec", {})
        body["status"] = {"allowed": True}
    return web.json_response(body, status=201)


def _legacy() -> dict[str, Any]:
    return {
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1:443"}],
    }


def _groups() -> dict[str, Any]:
    names = [*{kind.group: None for kind in ALL if kind.group}, *_REVIEWS]
    groups = []
    for name in names:
        version = {"groupVersion": f"{name}/v1", "version": "v1"}
        groups.append({"name": name, "versions": [version], "preferredVersion": version})
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}


def _resources(version: str, kinds: list[Kind]) -> dict[str, Any]:
    found = [_resource(kind.plural, kind.kind, kind.namespaced, kind.verbs, kind.short) for kind in kinds]
    if version == "v1":
        for name, kind in (("pods/exec", "PodExecOptions"), ("pods/log", "Pod")):
            found.append(_resource(name, kind, True, ("create", "get"), ()))
    return _list(version, found)


def _resource(
    name: str, kind: str, namespaced: bool, verbs: tuple[str, ...], short: tuple[str, ...]
) -> dict[str, Any]:
    singular = "" if "/" in name else kind.lower()
    return {
        "name": name,
        "singularName": singular,
        "namespaced": namespaced,
        "kind": kind,
        "verbs": list(verbs),
        **({"shortNames": list(short)} if short else {}),
    }


def _list(version: str, resources: list[dict[str, Any]]) -> dict[str, Any]:
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": resources}


def _path(kind: Kind) -> str:
    return kind.base


def _where(kind: Kind) -> dict[str, str]:
    return {"serverRelativeURL": f"/openapi/v3{kind.base}?hash=1"}


def _description(kinds: list[Kind]) -> dict[str, Any]:
    """No more than kubectl asks for: that the server looks for misspelt fields itself."""
    parameters = [{"name": "fieldValidation", "in": "query", "schema": {"type": "string"}}]
    paths = {}
    for kind in kinds:
        place = f"{kind.base}/namespaces/{{namespace}}" if kind.namespaced else kind.base
        about = {
            "parameters": parameters,
            "responses": {"200": {"description": "OK"}},
            "x-kubernetes-group-version-kind": {"group": kind.group, "version": "v1", "kind": kind.kind},
        }
        paths[f"{place}/{kind.plural}"] = {"post": about}
        paths[f"{place}/{kind.plural}/{{name}}"] = {"patch": about, "put": about}
    return {"openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "v1.32.4"}, "paths": paths}
