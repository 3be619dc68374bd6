"""Google's own description of an API, made strict: unknown fields and wrong values are refused."""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import googleapiclient  # type: ignore[import-untyped] # it ships no types
import jsonschema
import requests
from google.cloud import compute_v1

from pytest_cloudlab.twin.request_log import LoggedRequest

DOCUMENTS = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"

ERROR = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "errors"],
            "additionalProperties": False,
            "properties": {
                "code": {"type": "integer"},
                "message": {"type": "string", "minLength": 1},
                "errors": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "required": ["message", "domain", "reason"],
                        "additionalProperties": False,
                        "properties": {
                            name: {"type": "string"}
                            for name in ("message", "domain", "reason", "location", "locationType")
                        },
                    },
                },
            },
        }
    },
}

STATUS_ERROR = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "status"],
            "additionalProperties": False,
            "properties": {
                "code": {"type": "integer"},
                "message": {"type": "string", "minLength": 1},
                "status": {
                    "enum": [
                        *("INVALID_ARGUMENT", "UNAUTHENTICATED", "PERMISSION_DENIED", "NOT_FOUND"),
                        *("ALREADY_EXISTS", "ABORTED", "FAILED_PRECONDITION", "UNAVAILABLE"),
                    ]
                },
                "details": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["@type"],
                        "properties": {"@type": {"pattern": r"^type\.googleapis\.com/google\."}},
                    },
                },
            },
        }
    },
}
"""The shape of a `google.rpc.Status`, which Google's newer services answer with."""

EMPTY = (204, 304, 308, 499)
"""Statuses whose answers have no body."""

NEWER = ("artifactregistry", "cloudresourcemanager", "serviceusage")


@dataclass
class Contract:
    """Checks every response it is hooked to; `checked` counts those that a schema described."""

    checked: int = 0

    def __post_init__(self) -> None:
        self._documents = {
            "compute": _document("compute.v1.json"),
            "storage": _document("storage.v1.json"),
            **{
                f"{service}/{version}": _document(f"{service}.{version}.json")
                for service, version in (
                    ("artifactregistry", "v1"),
                    ("artifactregistry", "v1beta2"),
                    ("cloudresourcemanager", "v1"),
                    ("cloudresourcemanager", "v3"),
                    ("serviceusage", "v1"),
                )
            },
        }

    def hook(self, session: requests.Session) -> requests.Session:
        session.hooks["response"].append(lambda response, **_: self.check(response))
        return session

    def check(self, response: requests.Response) -> None:
        services = "|".join(("compute", "storage", *NEWER))
        match = re.match(rf"https://({services})\.googleapis\.com/(.*?)(\?|$)", response.url)
        if not match or "alt=media" in response.url or match[2].startswith("download/"):
            return
        if response.status_code in EMPTY:
            assert not response.content, response.url
            return
        if match[1] == "storage" and response.ok and not response.content:
            # An upload's session begins: its address is the answer.
            assert "uploadType=resumable" in response.url, response.url
            assert "upload_id=" in response.headers["Location"]
            return
        assert response.headers["Content-Type"].startswith("application/json"), response.url
        self._check(match[1], _method(response), match[2], response.status_code, response.json())

    def check_logged(self, call: LoggedRequest) -> None:
        """The answer to a call that any client made to a twin which keeps bodies."""
        service = call.service.removesuffix(".googleapis.com")
        if service not in ("compute", "storage", *NEWER) or call.response_body is None:
            return
        # What is sent to an upload's session continues the POST that began it.
        continued = call.method == "PUT" and re.match("/(resumable|upload)/", call.path)
        method = "POST" if continued else call.method
        self._check(service, method, call.path.removeprefix("/"), call.status, call.response_body)

    def _check(self, service: str, method: str, path: str, status: int, body: Any) -> None:
        path = path.removeprefix("resumable/").removeprefix("upload/")
        newer = service in NEWER
        document = self._documents[f"{service}/{path.partition('/')[0]}" if newer else service]
        self.checked += 1
        if status >= 400:
            jsonschema.validate(body, STATUS_ERROR if newer else ERROR)
            assert body["error"]["code"] == status
            return
        name = _response_schema(document, method, path)
        _validate(body, name, document)
        if newer and name == "Operation":
            _validate_operation(body, document)
        if service == "compute":
            getattr(compute_v1, name).from_json(json.dumps(body), ignore_unknown_fields=False)


def _method(response: requests.Response) -> str:
    # What is sent to an upload's session continues the POST that began it.
    continued = response.request.method == "PUT" and "upload_id=" in response.url
    return "POST" if continued else str(response.request.method)


def _validate(body: Any, name: str, document: dict[str, Any]) -> None:
    jsonschema.validate(body, {"$ref": f"#/schemas/{name}", "schemas": document["strict"]})


def _validate_operation(operation: dict[str, Any], document: dict[str, Any]) -> None:
    """What an operation carries says of itself which schema it has."""
    assert operation.get("done", False) == ("response" in operation or "error" in operation), operation
    for part in ("metadata", "response"):
        if part in operation:
            described = dict(operation[part])
            name = described.pop("@type").rpartition(".")[2]
            _validate(described, name, document)


@functools.cache
def _document(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((DOCUMENTS / name).read_text())
    document["strict"] = {key: _strict(schema) for key, schema in document["schemas"].items()}
    document["routes"] = list(_routes(document, document["servicePath"]))
    return document


def _routes(part: dict[str, Any], root: str) -> Any:
    for method in part.get("methods", {}).values():
        pattern = re.sub(r"\{\+?(\w+)\}", "[^/]+", root + method.get("flatPath", method["path"]))
        yield method["httpMethod"], re.compile(pattern), method.get("response", {}).get("$ref", "")
    for resource in part.get("resources", {}).values():
        yield from _routes(resource, root)


def _response_schema(document: dict[str, Any], verb: str, path: str) -> str:
    names = [
        name for method, pattern, name in document["routes"] if method == verb and pattern.fullmatch(path)
    ]
    assert names, f"Google describes no {verb} {path}"
    return str(names[0])


def _strict(schema: dict[str, Any]) -> dict[str, Any]:
    """A discovery schema as JSON schema with nothing left open."""
    if "$ref" in schema:
        return {"$ref": f"#/schemas/{schema['$ref']}"}
    kept: dict[str, Any] = {key: schema[key] for key in ("enum", "pattern") if key in schema}
    match schema.get("type"):
        case "object" if "properties" in schema:
            properties = {name: _strict(each) for name, each in schema["properties"].items()}
            return {"type": "object", "properties": properties, "additionalProperties": False}
        case "object":
            return {"type": "object", "additionalProperties": _strict(schema.get("additionalProperties", {}))}
        case "array":
            return {"type": "array", "items": _strict(schema["items"])}
        case "string" if schema.get("format") in ("int64", "uint64"):
            return {"type": "string", "pattern": r"^-?\d+$"}
        case "any" | None:
            return {}
        case kind:
            return {"type": kind, **kept}
