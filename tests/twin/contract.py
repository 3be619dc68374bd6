"""Google's own description of an API, made strict: unknown fields and wrong values are refused."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import googleapiclient  # type: ignore[import-untyped] # it ships no types
import jsonschema
import requests
from google.cloud import compute_v1

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


@dataclass
class Contract:
    """Checks every response it is hooked to; `checked` counts those that a schema described."""

    checked: int = 0

    def __post_init__(self) -> None:
        self._documents = {
            "compute": _document("compute.v1.json"),
            "storage": _document("storage.v1.json"),
        }

    def hook(self, session: requests.Session) -> requests.Session:
        session.hooks["response"].append(lambda response, **_: self.check(response))
        return session

    def check(self, response: requests.Response) -> None:
        match = re.match(r"https://(compute|storage)\.googleapis\.com/(.*?)(\?|$)", response.url)
        if not match or "alt=media" in response.url or match[2].startswith("download/"):
            return
        document = self._documents[match[1]]
        assert response.headers["Content-Type"].startswith("application/json"), response.url
        body = response.json()
        if not response.ok:
            jsonschema.validate(body, ERROR)
            assert body["error"]["code"] == response.status_code
            self.checked += 1
            return
        name = _response_schema(document, str(response.request.method), match[2])
        jsonschema.validate(body, {"$ref": f"#/schemas/{name}", "schemas": document["strict"]})
        if match[1] == "compute":
            getattr(compute_v1, name).from_json(json.dumps(body), ignore_unknown_fields=False)
        self.checked += 1


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
